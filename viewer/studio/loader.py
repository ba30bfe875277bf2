"""Opening files away from the UI thread."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from viewer.model.clip import MotionFileError, load_motion
from viewer.model.language import tr
from viewer.model.listing import list_folder
from viewer.model.notice import Refused
from viewer.ui.background import Background, Stopped

LOOKED_FOR = 50
"""Clips of a library of which the first that is on this machine is opened."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenRequest:
    """Files or folders to open, and how to read them.

    again: what is open already is read in another way. key: the document waits for this clip.
    asked: a person asked for it.
    """

    paths: tuple[Path, ...]
    units: str = "auto"
    up_axis: str = "auto"
    style: str = ""
    title: str | None = None
    again: bool = False
    key: str = ""
    asked: bool = True


class Loader(QObject):
    """Opens what is asked for in the background, in order.

    ``opening`` names the file in hand; ``opened`` brings each motion with its
    request; ``failed`` one sentence, details and the request; ``listed`` the Listing of a
    folder, of which only the first clip is opened; ``idle``: nothing is left to do.
    """

    opened = Signal(object, object)
    failed = Signal(str, str, object)
    listed = Signal(object)
    opening = Signal(str)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self, "loader", in_order=True)

    def open(self, request: OpenRequest) -> None:
        self._background.run(lambda: self._open(request), self._end)

    @property
    def busy(self) -> bool:
        """Whether something asked for has yet to come."""
        return self._background.busy

    def stop(self) -> None:
        """Give up the file in hand, and end; nothing is signalled afterwards."""
        self._background.close()

    def _open(self, request: OpenRequest) -> None:
        for path in self._files(request):
            self._load(path, request)

    def _end(self, result: object) -> None:
        if not self._background.busy:
            self.idle.emit()
        if isinstance(result, Exception):
            raise result

    def _load(self, path: Path, request: OpenRequest) -> None:
        tell, heed = self._background.tell, self._background.checkpoint
        tell(self.opening.emit, path.name)
        try:
            motion = load_motion(
                path, request.units, request.up_axis, request.style, request.title, heed
            )
        except MotionFileError as error:
            tell(self.failed.emit, str(error), "", request)
        except Stopped:
            raise
        except Exception as error:  # a defect of ours must not end the request in silence
            log.exception("opening %s", path)
            sentence = tr("{name} could not be opened: {error}", name=path.name, error=error)
            tell(self.failed.emit, sentence, traceback.format_exc(), request)
        else:
            tell(self.opened.emit, motion, request)

    def _files(self, request: OpenRequest) -> Iterator[Path]:
        """The files to open: each file given, and the first of each folder."""
        for path in request.paths:
            if not path.is_dir():
                yield path
                continue
            try:
                listing = list_folder(path, self._background.checkpoint)
            except Refused as error:
                self._background.tell(self.failed.emit, str(error), "", request)
                continue
            if not listing.clips:
                self._background.tell(self.failed.emit, listing.sentence, "", request)
                continue
            self._background.tell(self.listed.emit, listing)
            if listing.library is None:
                yield listing.clips[0].path
            else:  # whose clips may be elsewhere
                here = (clip.path for clip in listing.clips[:LOOKED_FOR] if clip.path.is_file())
                yield from islice(here, 1)
