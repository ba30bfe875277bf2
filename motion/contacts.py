"""Which parts of the feet carry the body."""

from __future__ import annotations

import numpy as np

from .canonical import ANKLE_HEIGHT, FOOT_JOINTS, TOE_HEIGHT

_RISE = 0.05
_SPEED = 0.45
_SMOOTH_S = 0.1


def contacts(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Foot contacts by height and speed.

    positions: (T, 22, 3) canonical world positions, metres, ground at y = 0.
    frame_time: seconds between frames.
    Returns (T, 4) float32 in {0, 1}: LeftFoot, LeftToeBase, RightFoot, RightToeBase.
    A joint is in contact within 5 cm of its height on a flat foot while slower
    than 0.45 m/s; gaps and flickers shorter than 0.1 s are smoothed by majority.
    """
    feet = positions[:, FOOT_JOINTS]
    rest = np.array([ANKLE_HEIGHT, TOE_HEIGHT] * 2, np.float32)
    down = (feet[..., 1] < rest + _RISE) & (joint_speed(feet, frame_time) < _SPEED)
    width = max(round(_SMOOTH_S / frame_time) // 2 * 2 + 1, 1)
    padded = np.pad(down.astype(np.float32), ((width // 2, width // 2), (0, 0)), mode="edge")
    votes = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0).mean(axis=-1)
    return (votes > 0.5).astype(np.float32)


def velocity(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Central differences of ``positions`` (T, ...) over time, m/s; zero for one frame."""
    if len(positions) < 2:
        return np.zeros_like(positions)
    return np.gradient(positions, frame_time, axis=0).astype(positions.dtype)


def joint_speed(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Speeds (T, J) of ``positions`` (T, J, 3), m/s."""
    return np.linalg.norm(velocity(positions, frame_time), axis=-1)
