"""When each foot strikes the ground, for the teacher of DeepPhase and for its judges.

Some captures drift off a level floor by several centimetres over a few steps, and
the contacts of motion.contacts, which know one floor, come late or never there.
Here the floor follows the feet that stand on it.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from motion.canonical import ANKLE_HEIGHT, FOOT_JOINTS, TOE_HEIGHT
from motion.contacts import contacts, joint_speed
from motion.curves import runs

SHORTEST_SWING_S = 0.15
_RESTING_SPEED = 0.3
_FLOOR_SIGMA_S = 0.5
_HIGHEST_FLOOR = 0.15


def feet_down(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Which foot is down (T, 2) bool, left and right: its ankle or its toe in contact.

    positions: (T, 22, 3) canonical, metres; contacts are those of motion.contacts
    over the floor that ``floor_drift`` finds.
    """
    level = positions.copy()
    level[..., 1] -= floor_drift(positions, frame_time)[:, None]
    down: np.ndarray = contacts(level, frame_time).reshape(-1, 2, 2).max(axis=-1) > 0
    return down


def floor_drift(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """Height of the floor (T,) under canonical ``positions``, metres, 15 cm at most.

    The lowest foot joint slower than 0.3 m/s stands on it; averaged over about 1 s.
    """
    feet = positions[:, FOOT_JOINTS]
    above = feet[..., 1] - np.array([ANKLE_HEIGHT, TOE_HEIGHT] * 2)
    resting = joint_speed(feet, frame_time) < _RESTING_SPEED
    sole = np.where(resting, above, np.inf).min(axis=1)
    stands = np.isfinite(sole) & (np.abs(sole) < _HIGHEST_FLOOR)
    sigma = _FLOOR_SIGMA_S / frame_time
    weight = gaussian_filter1d(stands.astype(float), sigma, mode="constant")
    height = gaussian_filter1d(np.where(stands, sole, 0.0), sigma, mode="constant")
    return height / np.maximum(weight, 1e-3)


def landings(down: np.ndarray, frame_time: float) -> np.ndarray:
    """Frames at which a foot lands: first of ``down`` (T,) bool after 0.15 s in the air."""
    ends = [b for a, b in runs(~down) if (b - a) * frame_time >= SHORTEST_SWING_S]
    return np.array([end for end in ends if end < len(down)], int)
