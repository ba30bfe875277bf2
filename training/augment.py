"""Fair variations of a capture: the mirror image and other speeds."""

from __future__ import annotations

import numpy as np

from motion.canonical import MIRROR
from motion.features import CONTACTS, JOINT_VALUES

SPEEDS = (0.9, 0.95, 1.0, 1.05, 1.1)
_SWAPPED_CONTACTS = [2, 3, 0, 1]


def mirrored(features: np.ndarray) -> np.ndarray:
    """The mirror image of motion features (..., 73): left and right change places."""
    out = features.copy()
    joints = features[..., :JOINT_VALUES].reshape(*features.shape[:-1], len(MIRROR), 3)
    joints = joints[..., MIRROR, :] * np.array([-1, 1, 1], features.dtype)
    out[..., :JOINT_VALUES] = joints.reshape(*features.shape[:-1], JOINT_VALUES)
    out[..., JOINT_VALUES] *= -1
    out[..., JOINT_VALUES + 2] *= -1
    out[..., CONTACTS] = features[..., CONTACTS][..., _SWAPPED_CONTACTS]
    return out


def retimed(positions: np.ndarray, speed: float) -> tuple[np.ndarray, np.ndarray]:
    """``positions`` (T, ...) played ``speed`` times as fast, by cubic interpolation.

    Returns the new positions (T', ...) and where in the old frames they lie (T',).
    """
    at = np.minimum(np.arange(0, len(positions) - 1 + 1e-9, speed), len(positions) - 1)
    low = np.minimum(at.astype(int), max(len(positions) - 2, 0))
    t = (at - low).astype(np.float32).reshape(-1, *[1] * (positions.ndim - 1))
    before, p0, p1, after = (
        positions[np.clip(low + step, 0, len(positions) - 1)] for step in (-1, 0, 1, 2)
    )
    m0, m1 = (p1 - before) / 2, (after - p0) / 2
    cubic = (
        (2 * t**3 - 3 * t**2 + 1) * p0
        + (t**3 - 2 * t**2 + t) * m0
        + (3 * t**2 - 2 * t**3) * p1
        + (t**3 - t**2) * m1
    )
    return cubic.astype(positions.dtype), at
