"""The styles of the clips in folders that were opened, encoded in a process of their own."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from viewer.model.language import tr
from viewer.model.library.opened import OpenedLibrary
from viewer.model.library_process import LibraryProcess
from viewer.model.library_reading import MAX_CLIP_WINDOWS, MAX_WINDOWS, FileStyles, Request
from viewer.model.listing import Listing
from viewer.model.notice import Refused
from viewer.model.style_cache import cache_file
from viewer.model.style_space import ENCODER
from viewer.studio.listings import Listings
from viewer.ui.background import Background
from viewer.workbench import Workbench

START_MS = 300
"""After a folder is listed, until it is read: what was opened of it is shown first."""
BATCH_S = 2.5
"""The window is told of what was encoded so often."""
MAX_PLACES = 8
"""A folder with more sub-folders than this is one entry of the legend."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class LibraryClip:
    """Encoded windows of a listed file: latents (W, 256) float16, starts_s (W,) seconds.

    place: what its dots are called in the legend, a folder or one of its sub-folders. library:
    which it is of, None for a folder of clips.
    """

    path: Path
    title: str
    place: str
    latents: np.ndarray
    starts_s: np.ndarray
    library: OpenedLibrary | None = None


class LibraryStyles(QObject):
    """Encodes what listings name, at most 50,000 windows; ``came`` tells of more clips.

    ``gone`` tells that some, or all, are no more; ``reading`` whether files are read. clips:
    what is encoded, in order of arrival. skipped: files without windows, and why.
    """

    came = Signal()
    gone = Signal()
    reading = Signal(bool)

    def __init__(self, bench: Workbench, listings: Listings, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._listings = bench, listings
        self._background = Background(self, "library styles", wait=False)
        self._process: LibraryProcess | None = None
        self._run = 0
        self._places: dict[Path, tuple[str, str]] = {}
        self._sampled: set[OpenedLibrary] = set()
        self.clips: list[LibraryClip] = []
        self.skipped: dict[Path, str] = {}
        self._start = QTimer(self, singleShot=True, interval=START_MS)
        self._start.timeout.connect(self._read)
        listings.changed.connect(self._follow)
        bench.bridge.model_loaded.connect(self._note_model)
        self._follow()

    @property
    def busy(self) -> bool:
        """Whether files are being read."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The process that reads, None where none does."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the process; nothing is told afterwards."""
        self._start.stop()
        self._stop()
        self._background.close()

    def latents_of(self, path: Path) -> np.ndarray | None:
        """The latents (W, 256) of a listed file, W > 0; None where they are not known."""
        return next((clip.latents for clip in self.clips if clip.path == path), None)

    def _note_model(self, name: str) -> None:
        """Another encoder: what the one before said is no more."""
        if name != ENCODER:
            return
        self._stop()
        self.skipped, self._sampled = {}, set()
        if self.clips:
            self.clips = []
            self.gone.emit()
        self._start.start()

    def _follow(self) -> None:
        """Read what is listed now and was not before; drop what is listed no more."""
        shipped = str((self._bench.assets / "clips").resolve())
        self._places = {
            clip.path: (clip.title, place)
            for listing in reversed(self._listings.folders)
            if listing.library is None
            for clip, place in zip(listing.clips, places(listing), strict=True)
            if os.path.dirname(clip.path) != shipped  # of a Path it takes six times as long
        }
        libraries = {listing.library for listing in self._listings.folders if listing.library}
        self._sampled &= libraries
        kept = [
            clip
            for clip in self.clips
            if (clip.path in self._places if clip.library is None else clip.library in libraries)
        ]
        if len(kept) < len(self.clips):
            self.clips = kept
            self.gone.emit()
        self._start.start()

    def _read(self) -> None:
        """Have a process read what is not known yet, in place of the one that reads now."""
        self._stop()
        self._sample()
        known = {clip.path for clip in self.clips} | self.skipped.keys()
        files = tuple(str(path) for path in self._places if path not in known)
        left = MAX_WINDOWS - self._windows()
        encoder = self._bench.bridge.models.get(ENCODER)
        if not files or left <= 0 or encoder is None:
            return
        request = Request(files, str(encoder.path), str(cache_file()), left)
        try:
            process = LibraryProcess(request)
        except OSError as error:
            log.warning("the library cannot be encoded: %s", error)
            return
        self._process, run = process, self._run
        self.reading.emit(True)

        def work() -> object:
            batch: list[FileStyles] = []
            told_s = time.monotonic()
            for found in process.files():
                batch.append(found)
                if time.monotonic() - told_s > BATCH_S:
                    self._background.tell(self._take, run, batch)
                    batch, told_s = [], time.monotonic()
            return batch

        self._background.run(work, lambda result: self._finish(run, result))

    def _sample(self) -> None:
        """Put windows of opened libraries on the map, as they are written there."""
        encoder, left = self._bench.bridge.models.get(ENCODER), MAX_WINDOWS - self._windows()
        for listing in self._listings.folders:
            library = listing.library
            if library is None or library in self._sampled or encoder is None or left <= 0:
                continue
            self._sampled.add(library)
            work = partial(_sampled, library, encoder.path, left)
            self._background.run(work, partial(self._take_sample, library))

    def _take_sample(self, library: OpenedLibrary, result: object) -> None:
        if isinstance(result, Refused | OSError):
            self._bench.studio.notify("warning", str(result))
        elif isinstance(result, Exception):
            raise result
        elif isinstance(result, list) and library in self._sampled:
            self.clips += result
            self.came.emit()

    def _windows(self) -> int:
        return sum(len(clip.latents) for clip in self.clips)

    def _stop(self) -> None:
        self._run += 1
        if self._process is not None:
            self._process.stop()
            self._process = None
            self.reading.emit(False)

    def _take(self, run: int, batch: list[FileStyles]) -> None:
        if run != self._run:
            return
        for found in batch:
            if found.path not in self._places:
                continue
            if not len(found.latents):
                self.skipped[found.path] = found.problem or tr(
                    "{path}: shorter than 2 s.", path=found.path
                )
                continue
            title, place = self._places[found.path]
            clip = LibraryClip(found.path, title, place, found.latents, found.starts_s)
            self.clips.append(clip)
        if batch:
            self.came.emit()

    def _finish(self, run: int, result: object) -> None:
        if run != self._run:
            return
        self._process = None
        self.reading.emit(False)
        if isinstance(result, Exception):
            log.warning("%s", result)
            return
        assert isinstance(result, list)
        self._take(run, result)
        windows = self._windows()
        log.info(
            "%d windows of %d listed clips are on the style map%s; %d files were skipped",
            windows, len(self.clips), ", which holds no more" * (windows >= MAX_WINDOWS),
            len(self.skipped),
        )  # fmt: skip
        for problem in self.skipped.values():
            log.debug("%s", problem)


def _sampled(library: OpenedLibrary, encoder: Path, most: int) -> list[LibraryClip]:
    """Windows of ``library``, about one a second. Raises Refused: of another encoder."""
    if not library.made_by(encoder):
        raise Refused(
            f"{library.folder.name} was analyzed by another encoder than the one that is loaded; "
            "its clips are listed, and are not on the map."
        )
    sample = library.sample(most, MAX_CLIP_WINDOWS)
    names = _named(library.folder, [library.sub_folder(part.row) for part in sample])
    return [
        LibraryClip(
            library.place(part.row), library.title(part.row), name, part.latents, part.starts_s,
            library,
        )
        for part, name in zip(sample, names, strict=True)
    ]  # fmt: skip


def places(listing: Listing) -> list[str]:
    """What the legend calls each clip of ``listing``: by sub-folder, where those are few."""
    return _named(listing.folder, [clip.place for clip in listing.clips])


def _named(root: Path, sub_folders: Sequence[str]) -> list[str]:
    firsts = [place.partition("/")[0] for place in sub_folders]
    folder = root.name or str(root)
    if len(Counter(firsts)) > MAX_PLACES:
        return [folder] * len(firsts)
    return [f"{folder}/{first}" if first else folder for first in firsts]
