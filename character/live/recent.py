"""What the motion models see of a character that is still moving: the last three seconds.

A phase frame and a window at the newest frame are those of ``motion.features`` for a clip that
ends there: the heading is low-passed over the past second alone, as at any clip's end.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from motion.features import FPS, WINDOW, motion_features, phase_frames

_SETTLED = FPS + 1  # frames before which nothing bears on the heading of the newest


class RecentMotion:
    """The newest canonical positions at 30 fps, at most 91 of them."""

    def __init__(self) -> None:
        self._positions: deque[np.ndarray] = deque(maxlen=WINDOW + _SETTLED)

    def __len__(self) -> int:
        return len(self._positions)

    def add(self, positions: np.ndarray, cut: bool = False) -> None:
        """The next frame: ``positions`` (22, 3) as ``canonical.retargeted`` gives them.

        cut: it does not follow on what was before, which is forgotten.
        """
        if cut:
            self._positions.clear()
        self._positions.append(positions)

    def phase_frame(self) -> np.ndarray | None:
        """DeepPhase's input (132,) float32 at the newest frame; None before there are two."""
        if len(self._positions) < 2:
            return None
        last = list(self._positions)[-_SETTLED - 1 :]
        return phase_frames(np.array(last), 1 / FPS)[-1]

    def window(self) -> np.ndarray | None:
        """The features (60, 73) float32 of the last two seconds; None before there are as many."""
        if len(self._positions) < WINDOW:
            return None
        return motion_features(np.array(self._positions))[-WINDOW:]
