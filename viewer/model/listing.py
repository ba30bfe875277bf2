"""The clips of a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .language import tr, trn
from .library.opened import OpenedLibrary, is_library
from .strip import Strip
from .style_cache import cache_file

MAX_LISTED = 2000
MAX_LOOKED_AT = 200_000
"""Files of all kinds after which the search through a folder ends."""


@dataclass(frozen=True)
class ListedClip:
    """A clip in a folder. place: its sub-folder, "" for none. path is resolved.

    seconds, strip: its length and its picture, where they are known before it is looked at.
    row: of a library, -1 for none.
    """

    path: Path
    title: str
    place: str
    seconds: float | None = None
    strip: Strip | None = None
    row: int = -1


@dataclass(frozen=True)
class Listing:
    """The clips of a folder, those of one sub-folder together; complete: there are no more.

    library: where the folder is one, which also knows the clips that are not listed.
    """

    folder: Path
    clips: tuple[ListedClip, ...]
    complete: bool
    library: OpenedLibrary | None = None

    @property
    def sentence(self) -> str:
        """What to tell a person of it."""
        name, count = self.folder.name or str(self.folder), len(self.clips)
        if self.library is not None:
            return self._of_library(name, self.library)
        if not self.clips:
            part = (
                ""
                if self.complete
                else tr("the first {max_looked_at:,} files of ", max_looked_at=MAX_LOOKED_AT)
            )
            return tr(
                "There is no BVH file in {part}the folder {folder}.", part=part, folder=self.folder
            )
        if not self.complete:
            return tr(
                "{name} is large: its first {count:,} clips are in the library; "
                "open one of its folders for the others.",
                name=name,
                count=count,
            )
        clips = trn("{n} clip", "{n:,} clips", count)
        return tr("The library lists {clips} of {name}.", clips=clips, name=name)

    def _of_library(self, name: str, library: OpenedLibrary) -> str:
        usable = len(library.usable)
        told = tr(
            "{name} holds {usable:,} clips with {windows:,} windows",
            name=name,
            usable=usable,
            windows=library.windows,
        )
        if bad := len(library) - usable:
            told += tr(", and {bad:,} files that are none", bad=bad)
        if not self.complete:
            told += tr("; {count:,} are listed, the search finds the others", count=len(self.clips))
        return f"{told}."


def list_folder(folder: Path, checkpoint: Callable[[], None] = lambda: None) -> Listing:
    """The BVH files in ``folder`` and below, or the clips of the library that it is.

    checkpoint: called for every sub-folder. Raises Refused for a library that cannot be read.
    """
    folder = folder.resolve()
    if is_library(folder):
        library = OpenedLibrary(folder, cache_file().parent / "library_clips")
        clips = listed_clips(library, library.usable[:MAX_LISTED])
        return Listing(folder, clips, len(clips) == len(library.usable), library)
    found: list[ListedClip] = []
    looked_at = 0
    for at, folders, files in os.walk(folder):
        checkpoint()
        folders.sort()
        place = "" if Path(at) == folder else Path(at).relative_to(folder).as_posix()
        for name in sorted(files):
            path = Path(at, name)
            if path.suffix.lower() == ".bvh":
                found.append(ListedClip(path.resolve(), path.stem, place))
                if len(found) > MAX_LISTED:
                    return Listing(folder, tuple(found[:MAX_LISTED]), False)
        looked_at += len(files) + len(folders)
        if looked_at > MAX_LOOKED_AT:
            return Listing(folder, tuple(found), False)
    return Listing(folder, tuple(found), True)


def beside_in_folder(path: Path, steps: int) -> Path | None:
    """The BVH file so many steps after ``path`` in its folder, by name, round at the ends.

    None where there is no other. Raises OSError.
    """
    here = path.resolve()
    names = {entry.name for entry in os.scandir(here.parent) if entry.name.lower().endswith(".bvh")}
    files = sorted(names | {here.name})  # also from one that is gone
    at = (files.index(here.name) + steps) % len(files)
    found = here.parent / files[at]
    return found if len(files) > 1 else None


def listed_clips(library: OpenedLibrary, rows: Iterable[int]) -> tuple[ListedClip, ...]:
    """Clips of a library as they are listed, with lengths and pictures."""
    return tuple(
        ListedClip(
            library.place(row),
            library.title(row),
            library.sub_folder(row),
            library.seconds(row),
            library.strip(row),
            row,
        )
        for row in map(int, rows)
    )
