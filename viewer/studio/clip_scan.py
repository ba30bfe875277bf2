"""What library and style map need of a clip, made away from the UI thread."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from motion.canonical import PARENTS
from motion.features import FEATURES, FPS, WINDOW, windows
from viewer.model.clip import MotionFileError, OpenMotion, load_motion
from viewer.model.demo import DemoClip
from viewer.model.strip import Strip, strip_of
from viewer.ui.background import Background

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
    """Scans clips in the background, in the order they come."""

    scanned = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self, "clip scanner", in_order=True)

    def add(self, clip: DemoClip | OpenMotion) -> None:
        """Scan ``clip`` when its turn comes; ``scanned`` brings the ClipScan."""
        self._background.run(lambda: self._scan(clip), lambda result: self._take(clip, result))

    def stop(self) -> None:
        """Give up the clip in hand, and end; nothing is signalled afterwards."""
        self._background.close()

    def _scan(self, clip: DemoClip | OpenMotion) -> ClipScan:
        if isinstance(clip, DemoClip):
            heed = self._background.checkpoint
            clip = load_motion(clip.path, style=clip.style, title=clip.title, progress=heed)
        return scan(clip)

    def _take(self, clip: DemoClip | OpenMotion, result: object) -> None:
        if isinstance(result, ClipScan):
            self.scanned.emit(result)
        elif isinstance(result, MotionFileError):
            log.warning("%s", result)
        else:  # a defect of ours, which must not pass in silence
            log.error("scanning %s", clip.path, exc_info=cast(Exception, result))
