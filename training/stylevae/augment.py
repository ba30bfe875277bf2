"""Fair variations of a capture: the mirror image, other speeds, more laps of a cycle."""

from __future__ import annotations

import numpy as np

from motion.canonical import MIRROR
from motion.features import CONTACTS, FPS, JOINT_VALUES, ROOT

SPEEDS = (0.9, 0.95, 1.0, 1.05, 1.1)
_SWAPPED_CONTACTS = [2, 3, 0, 1]
_SHORTEST_CYCLE, _LONGEST_CYCLE, _SEAM = 16, 45, 8
_ALIKE = 0.03


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


def continued(features: np.ndarray, length: int) -> np.ndarray:
    """Motion features (T, 73) of a short cyclic motion carried on to ``length`` frames.

    The cycle is the pair of frames most alike in pose and velocity; what they differ
    by is faded out over the next frames. Unchanged where no two are alike enough.
    """
    if len(features) >= length or (cycle := _cycle(features)) is None:
        return features
    first, last = cycle
    lap = features[first:last].copy()
    fade = 0.5 + 0.5 * np.cos(np.pi * np.arange(_SEAM) / _SEAM)[:, None]
    gap = features[last, : CONTACTS.start] - features[first, : CONTACTS.start]
    lap[:_SEAM, : CONTACTS.start] += (fade * gap).astype(features.dtype)
    laps = -(-(length - last) // len(lap))
    return np.concatenate([features[:last], *[lap] * laps])[:length]


def _cycle(features: np.ndarray) -> tuple[int, int] | None:
    """Frames [first, last) of one cycle, or None."""
    joints = features[:, :JOINT_VALUES]
    speed = np.gradient(joints, axis=0) * (FPS * 0.1) if len(joints) > 1 else joints
    look = np.concatenate([joints, speed, 0.5 * features[:, ROOT][:, :2]], axis=1)
    apart = np.sqrt(((look[:, None] - look[None]) ** 2).mean(axis=-1))
    frames = np.arange(len(look))
    length = frames[None] - frames[:, None]
    apart[(length < _SHORTEST_CYCLE) | (length > _LONGEST_CYCLE)] = np.inf
    apart[:2], apart[:, len(look) - 2 :] = np.inf, np.inf
    if not len(look) or apart.min() > _ALIKE:
        return None
    first, last = np.unravel_index(apart.argmin(), apart.shape)
    return int(first), int(last)
