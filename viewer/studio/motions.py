"""The clips of the document, loaded; what it names and is not here is read in the background."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from viewer.model.clip import OpenMotion
from viewer.model.company import MOST
from viewer.model.document import Document, OpenClip
from viewer.model.edits import Edit, close_clip, open_clip, read_clip
from viewer.model.figure import Figure

from .loader import Loader, OpenRequest
from .store import DocumentStore

MAX_SPARE = 4
"""Clips that were closed and are kept, so that undo brings them back at once."""
MAX_SPARE_FRAMES = 100_000
"""Of all of them, some 200 MB; longer ones are read again."""


class Motions(QObject):
    """Opens files as edits of the document, and holds what it then names.

    ``opened`` and ``closed`` tell of motions, by value and by key, as they come and go;
    ``listed`` of the files in a folder, ``failed`` of what cannot be read, ``opening`` of the
    file in hand ("" for none).
    """

    opened = Signal(object)
    closed = Signal(str)
    listed = Signal(object)
    failed = Signal(str, str)
    opening = Signal(str)

    def __init__(self, store: DocumentStore, loader: Loader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._loader = store, loader
        self._here: dict[str, OpenMotion] = {}
        self._spare: dict[str, OpenMotion] = {}
        self._awaited: set[str] = set()
        self._shown_request: OpenRequest | None = None
        store.changed.connect(self._follow)
        loader.opened.connect(self._take)
        loader.failed.connect(self._fail)
        loader.listed.connect(self.listed)
        loader.opening.connect(self.opening)
        loader.idle.connect(lambda: self.opening.emit(""))

    @property
    def all(self) -> tuple[OpenMotion, ...]:
        """Those that are here, in the order of the document."""
        keys = (clip.key for clip in self._store.document.clips)
        return tuple(self._here[key] for key in keys if key in self._here)

    def get(self, key: str) -> OpenMotion | None:
        """The motion of ``key``, if it is open and here."""
        return self._here.get(key)

    def beside(self, motion: OpenMotion | None) -> tuple[Figure, ...]:
        """The figures of the others that are here, as many as stand around ``motion``."""
        return tuple(each.figure for each in self.all if each is not motion)[: MOST - 1]

    def open(
        self, paths: Iterable[Path], style: str = "", title: str | None = None, asked: bool = True
    ) -> None:
        """Load files or folders; each is open once it is read, and the first is on stage.

        asked: a person did, and can undo it.
        """
        self._loader.open(OpenRequest(tuple(paths), style=style, title=title, asked=asked))

    def read(self, motion: OpenMotion, units: str = "auto", up_axis: str = "auto") -> None:
        """Read the file of an open motion again, with these units and this up axis."""
        self._loader.open(
            OpenRequest((motion.path,), units, up_axis, motion.style, motion.title, again=True)
        )

    def close(self, key: str) -> None:
        """Close an open clip."""
        clip = self._store.document.clip(key)
        if clip is not None:
            self._store.apply(close_clip(key, clip.name))

    def bring(self, motions: Iterable[OpenMotion]) -> None:
        """Have motions at hand that were read elsewhere, for a document that will name them."""
        self._spare.update({motion.key: motion for motion in motions})

    def _take(self, motion: OpenMotion, request: OpenRequest) -> None:
        """A file is read: open it, or hand it to the document that waits for it."""
        key, document = motion.key, self._store.document
        if request.key:
            self._awaited.discard(request.key)
            if document.clip(key) is not None:
                self._put(motion)
            else:
                self._keep(motion)
            return
        _, units, up_axis = key.rsplit("|", 2)
        clip = OpenClip(motion.path.resolve(), units, up_axis, motion.style, motion.title)
        first = request is not self._shown_request
        self._shown_request = request
        held = document.clip(key)
        self._spare[key] = motion
        if request.again:
            self._store.apply(read_clip(clip))
        else:
            if held is not None:
                clip = replace(clip, range=held.range, keys=held.keys, markers=held.markers)
            self._open(open_clip(clip, show=first), request.asked)
        if self._spare.pop(key, None) is not None and self._store.document.clip(key) is not None:
            self._put(motion)

    def _open(self, edit: Edit, asked: bool) -> None:
        if asked:
            self._store.apply(edit)
        else:
            self._store.correct(edit.change)

    def _fail(self, sentence: str, details: str, request: OpenRequest) -> None:
        """What cannot be read is not in the document either."""
        if request.key:
            self._awaited.discard(request.key)
            self._store.correct(close_clip(request.key).change)
        self.failed.emit(sentence, details)

    def _follow(self, old: Document, new: Document) -> None:
        if new.clips is old.clips:
            return
        wanted = {clip.key: clip for clip in new.clips}
        for key, clip in wanted.items():
            if key in self._here or key in self._awaited:
                continue
            if (motion := self._spare.pop(key, None)) is not None:
                self._put(motion)
            else:
                self._awaited.add(key)
                self._loader.open(
                    OpenRequest(
                        (clip.path,), clip.units, clip.up_axis, clip.style, clip.title, key=key
                    )
                )
        for key in [key for key in self._here if key not in wanted]:
            self._keep(self._here.pop(key))
            self.closed.emit(key)

    def _put(self, motion: OpenMotion) -> None:
        self._here[motion.key] = motion
        self.opened.emit(motion)

    def _keep(self, motion: OpenMotion) -> None:
        self._spare.pop(motion.key, None)
        self._spare[motion.key] = motion
        frames = 0
        for number, (key, spare) in enumerate(reversed([*self._spare.items()])):
            frames += spare.frame_count
            if number >= MAX_SPARE or frames > MAX_SPARE_FRAMES:
                del self._spare[key]
