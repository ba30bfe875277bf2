"""The clips of a folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MAX_LISTED = 2000
MAX_LOOKED_AT = 200_000
"""Files of all kinds after which the search through a folder ends."""


@dataclass(frozen=True)
class ListedClip:
    """A clip in a folder. place: its sub-folder, "" for none. path is resolved."""

    path: Path
    title: str
    place: str


@dataclass(frozen=True)
class Listing:
    """The clips of a folder, those of one sub-folder together; complete: there are no more."""

    folder: Path
    clips: tuple[ListedClip, ...]
    complete: bool

    @property
    def sentence(self) -> str:
        """What to tell a person of it."""
        name, count = self.folder.name or str(self.folder), len(self.clips)
        if not self.clips:
            part = "" if self.complete else f"the first {MAX_LOOKED_AT:,} files of "
            return f"There is no BVH file in {part}the folder {self.folder}."
        if not self.complete:
            return (
                f"{name} is large: its first {count:,} clips are in the library; open one of its "
                "folders for the others."
            )
        clips = "1 clip" if count == 1 else f"{count:,} clips"
        return f"The library lists {clips} of {name}."


def list_folder(folder: Path, checkpoint: Callable[[], None] = lambda: None) -> Listing:
    """The BVH files in ``folder`` and below; ``checkpoint`` is called for every sub-folder."""
    folder = folder.resolve()
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
