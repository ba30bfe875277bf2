"""What library and style map need of a clip, made away from the UI thread."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

import numpy as np
from PySide6.QtCore import QObject, Signal

from motion.canonical import PARENTS
from motion.features import FEATURES, FPS, WINDOW, windows
from viewer.model.clip import MotionFileError, OpenMotion, load_motion
from viewer.model.demo import DemoClip
from viewer.ui.thumbnail import Strip, strip_of

STRIDE = FPS // 2
MAX_WINDOWS = 400

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class ClipScan:
    """A clip's picture and its windows.

    windows: (W, 4380) float32, starts_s: (W,) seconds; W = 0 for clips shorter
    than a window and for rigs that are not human.
    """

    path: Path
    title: str
    style: str
    strip: Strip
    windows: np.ndarray
    starts_s: np.ndarray


def scan(motion: OpenMotion) -> ClipScan:
    """The scan of an opened motion; windows every half second, at most 400."""
    if motion.positions is None or motion.features is None:
        strip = strip_of(motion.clip.positions, motion.clip.skeleton.parents)
        cut = np.zeros((0, WINDOW, FEATURES), np.float32)
        stride = STRIDE
    else:
        strip = strip_of(motion.positions, PARENTS)
        stride = max(STRIDE, -(-(len(motion.features) - WINDOW) // MAX_WINDOWS))
        cut = windows(motion.features, stride)
    starts_s = np.arange(len(cut)) * (stride / FPS)
    return ClipScan(
        motion.path,
        motion.title,
        motion.style,
        strip,
        cut.reshape(len(cut), FEATURES * WINDOW),
        starts_s,
    )


class ClipScanner(QObject):
    """One thread that scans clips in the order they come, once it is started."""

    scanned = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._queue: SimpleQueue[DemoClip | OpenMotion | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clip scanner", daemon=True)

    def start(self) -> None:
        """Begin, when everyone who wants ``scanned`` has connected to it."""
        self._thread.start()

    def add(self, clip: DemoClip | OpenMotion) -> None:
        """Scan ``clip`` when its turn comes; ``scanned`` brings the ClipScan."""
        self._queue.put(clip)

    def stop(self) -> None:
        """Finish the clip in hand and end; nothing is signalled afterwards."""
        self._stopping.set()
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while (clip := self._queue.get()) is not None:
            if self._stopping.is_set():
                return
            try:
                if isinstance(clip, DemoClip):
                    clip = load_motion(clip.path, style=clip.style, title=clip.title)
                done = scan(clip)
            except MotionFileError as error:
                log.warning("%s", error)
            except Exception:  # a defect of ours must not end the thread in silence
                log.exception("scanning %s", clip.path)
            else:
                if not self._stopping.is_set():
                    self.scanned.emit(done)
