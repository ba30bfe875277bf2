"""A walk whose legs reach the ground: bones of canonical lengths, knees that bend."""

from __future__ import annotations

import numpy as np

from motion.canonical import INDEX
from motion.features import FPS
from motion.planting import bend_leg
from tests.motion.synthetic import walk

_LOWER, _BEHIND, _AHEAD = 0.12, 0.25, 0.3


def stroll(frames: int) -> np.ndarray:
    """1 m/s along +Z at 30 fps, (T, 22, 3) metres; each foot stands for half a second."""
    positions = walk(frames, 1 / FPS).astype(np.float64)
    feet = {side: positions[:, [INDEX[side + "Foot"], INDEX[side + "ToeBase"]]].copy()
            for side in ("Left", "Right")}  # fmt: skip
    positions -= np.array([0.0, _LOWER, _BEHIND])
    for side, foot in feet.items():
        positions[:, INDEX[side + "Leg"], 2] += _AHEAD
        bend_leg(positions, side, foot[:, 0], foot[:, 1])
    return positions.astype(np.float32)
