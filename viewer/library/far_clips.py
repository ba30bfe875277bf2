"""Clips of an opened library: searched beyond what is listed, fetched, and played from a moment."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from motion.bvh import BvhError
from motion.features import FPS, WINDOW
from viewer.model.language import tr
from viewer.model.library.opened import OpenedLibrary
from viewer.model.listing import MAX_LISTED, ListedClip, Listing, listed_clips
from viewer.model.notice import sentence
from viewer.studio.listings import Listings
from viewer.ui.background import Background
from viewer.workbench import Workbench

SEARCH_MS = 150
"""After a key is pressed, until a library is searched whose clips are not all listed."""


class FarClips(QObject):
    """What is to be done away from the UI thread with clips of a library.

    ``found`` tells that other clips of a library are to be listed.
    """

    found = Signal()

    def __init__(self, bench: Workbench, listings: Listings, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._listings = bench, listings
        self._background = Background(self, "library", wait=False)
        self._words: list[str] = []
        self._shown: dict[Path, tuple[tuple[ListedClip, ...], int]] = {}
        self._moment: tuple[Path, float] | None = None
        self._soon = QTimer(self, singleShot=True, interval=SEARCH_MS)
        self._soon.timeout.connect(self._search)
        bench.studio.figure_changed.connect(self._go_there)
        listings.changed.connect(self._search_anew)

    @property
    def hint(self) -> str:
        """What is listed of a library that has more clips; "" where all are."""
        for listing in self._listings.folders:
            if listing.library is None or listing.complete:
                continue
            clips, count = self._shown.get(listing.folder, (listing.clips, -1))
            name = listing.folder.name
            if not self._words or count < 0:
                all_of = len(listing.library.usable)
                return tr(
                    "{count:,} of {all_of:,} clips of {name}; search for the rest",
                    count=len(listing.clips),
                    all_of=all_of,
                    name=name,
                )
            if count > len(clips):
                return tr(
                    "The first {count:,} of {of_all:,} clips of {name} that hold this",
                    count=len(clips),
                    of_all=count,
                    name=name,
                )
        return ""

    def close(self) -> None:
        self._soon.stop()
        self._background.close()

    def clips(self, listing: Listing) -> tuple[ListedClip, ...]:
        """What is to be listed of ``listing``: of a large library what the search found."""
        return self._shown.get(listing.folder, (listing.clips, 0))[0]

    def search(self, text: str) -> None:
        """Look through all clips of libraries that are not listed whole."""
        self._words = text.casefold().split()
        if any(each.library and not each.complete for each in self._listings.folders):
            self._soon.start()

    def _search_anew(self) -> None:
        """What was found in a library that is opened again may be no more."""
        self._shown = {}
        if self._words:
            self.search(" ".join(self._words))

    def open(self, clip: ListedClip) -> None:
        """Open a clip that is listed; one of an address is fetched first."""
        self._moment = None
        self._open(clip)

    def play(self, clip: ListedClip, start_s: float) -> None:
        """Open a clip, and play the two seconds from ``start_s`` on as its loop."""
        self._moment = clip.path, start_s
        motions = self._bench.studio.motions
        known = next((m for m in motions if m.path.resolve() == clip.path), None)
        if known is None:
            self._open(clip)
            return
        self._bench.studio.show_motion(known.key)
        self._bench.studio.set_source("clip")
        self._go_there()

    def _open(self, clip: ListedClip) -> None:
        libraries = [each.library for each in self._listings.folders if each.library]
        if clip.row < 0 or not libraries or clip.path.is_file():
            self._bench.studio.open_paths([clip.path], title=clip.title)
            return

        def take(result: object) -> None:
            if isinstance(result, BvhError | OSError):
                self._bench.studio.notify("error", sentence(result))
            elif isinstance(result, Exception):
                raise result
            else:
                self._bench.studio.open_paths([clip.path], title=clip.title)

        self._background.run(lambda: _fetch(libraries, clip), take)

    def _go_there(self) -> None:
        """Once the clip of the moment is on the stage: loop it there, and play."""
        studio, transport = self._bench.studio, self._bench.transport
        motion = studio.motion
        if self._moment is None or motion is None or studio.source != "clip":
            return
        path, start_s = self._moment
        if motion.path.resolve() != path:
            return
        self._moment = None
        first = round(start_s / motion.frame_time)
        last = min(first + round((WINDOW - 1) / FPS / motion.frame_time), motion.frame_count - 1)
        studio.set_range(first, last)
        transport.seek_frame(first)
        transport.play()

    def _search(self) -> None:
        words = self._words
        libraries = {
            each.folder: each.library
            for each in self._listings.folders
            if each.library and not each.complete
        }

        def work() -> object:
            if not words:
                return {}
            found = {}
            for folder, library in libraries.items():
                rows, count = library.search(words, MAX_LISTED)
                found[folder] = listed_clips(library, rows), count
            return found

        def take(result: object) -> None:
            if isinstance(result, Exception):
                raise result
            if words == self._words and isinstance(result, dict):
                self._shown = result
                self.found.emit()

        self._background.run(work, take)


def _fetch(libraries: list[OpenedLibrary], clip: ListedClip) -> Path:
    """The file of a clip on this machine. Raises BvhError."""
    for library in libraries:
        if clip.row < len(library) and library.place(clip.row) == clip.path:
            return library.fetch(clip.row)
    return clip.path
