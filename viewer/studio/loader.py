"""Opening files away from the UI thread."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from PySide6.QtCore import QObject, Signal, SignalInstance

from viewer.model.clip import MotionFileError, load_motion

MAX_LISTED = 2000

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenRequest:
    """Files or folders to open, and how to read them."""

    paths: tuple[Path, ...]
    units: str = "auto"
    up_axis: str = "auto"
    style: str = ""
    title: str | None = None


class Loader(QObject):
    """One thread that opens what is asked for, in order.

    ``opening`` names the file in hand; ``opened`` brings each motion with its
    request; ``failed`` one sentence and details; ``listed`` the files found in
    folders, of which only the first is opened; ``idle``: nothing is left to do.
    """

    opened = Signal(object, object)
    failed = Signal(str, str)
    listed = Signal(object)
    opening = Signal(str)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: SimpleQueue[OpenRequest | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loader", daemon=True)
        self._thread.start()

    def open(self, request: OpenRequest) -> None:
        self._queue.put(request)

    def stop(self) -> None:
        """Finish the file in hand and end; nothing is signalled afterwards."""
        self._stopping.set()
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (request := self._queue.get()) is not None:
            for path in self._files(request.paths):
                if self._stopping.is_set():
                    return
                self._load(path, request)
            if self._queue.empty() and not self._stopping.is_set():
                self.idle.emit()

    def _load(self, path: Path, request: OpenRequest) -> None:
        self._tell(self.opening, path.name)
        try:
            motion = load_motion(path, request.units, request.up_axis, request.style, request.title)
        except MotionFileError as error:
            self._tell(self.failed, str(error), "")
        except Exception as error:  # a defect of ours must not end the thread in silence
            log.exception("opening %s", path)
            sentence = f"{path.name} could not be opened: {error}"
            self._tell(self.failed, sentence, traceback.format_exc())
        else:
            self._tell(self.opened, motion, request)

    def _files(self, paths: Iterable[Path]) -> Iterator[Path]:
        """The files to open: each file given, and the first of each folder."""
        for path in paths:
            if not path.is_dir():
                yield path
                continue
            found = _motion_files(path)
            if not found:
                self._tell(self.failed, f"There is no BVH file in the folder {path}.", "")
                continue
            self._tell(self.listed, tuple(found))
            yield found[0]

    def _tell(self, signal: SignalInstance, *values: object) -> None:
        if not self._stopping.is_set():
            signal.emit(*values)


def _motion_files(folder: Path) -> list[Path]:
    """BVH files in ``folder`` and below, sorted, at most MAX_LISTED."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() == ".bvh" and path.is_file():
            found.append(path)
            if len(found) == MAX_LISTED:
                break
    return found
