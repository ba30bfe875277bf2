"""When each foot strikes the ground, and the gait cycles that the strikes bound.

Some captures drift off a level floor by several centimetres over a few steps, and
the contacts of motion.contacts, which know one floor, come late or never there.
Here the floor follows the feet that stand on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .canonical import ANKLE_HEIGHT, FOOT_JOINTS, HIPS, TOE_HEIGHT
from .contacts import contacts, joint_speed, velocity
from .curves import runs, smoothed

SHORTEST_SWING_S = 0.15
MOVING_SPEED = 0.3
"""Hips faster than this over the ground (m/s, low-passed) are walking or running."""
STANDING_SPEED, STANDING_S = 0.05, 0.5
CYCLE_S = (0.4, 2.0)
"""Shortest and longest gait cycle, seconds."""
_RESTING_SPEED = 0.3
_FLOOR_SIGMA_S = 0.5
_HIGHEST_FLOOR = 0.15
_SPEED_SIGMA_S = 0.15
_SIGMAS = 4.0


@dataclass(frozen=True)
class Gait:
    """Footfalls and speed of one clip of T frames.

    left, right: frames at which each foot strikes. moving, standing: (T,) bool.
    cycles: (C, 2) frames of one left strike and the next with exactly one right
    strike between them, 0.4 to 2 s apart, moving throughout.
    """

    left: np.ndarray
    right: np.ndarray
    moving: np.ndarray
    standing: np.ndarray
    cycles: np.ndarray


def gait(positions: np.ndarray, frame_time: float) -> Gait:
    """Footfalls of canonical ``positions`` (T, 22, 3), metres, by contact alone.

    A foot strikes on the first frame in which its ankle or toe is in contact after
    at least 0.15 s in the air.
    Standing: hips below 0.05 m/s and both feet down for at least 0.5 s.
    """
    down = feet_down(positions, frame_time)
    drift = velocity(positions[:, HIPS, ::2], frame_time)
    drift = smoothed(drift, _SPEED_SIGMA_S / frame_time, _SIGMAS)
    speed = np.linalg.norm(drift, axis=-1)
    moving = speed > MOVING_SPEED
    left, right = (landings(down[:, side], frame_time) for side in (0, 1))
    still = (speed < STANDING_SPEED) & down.all(axis=1)
    standing = np.zeros(len(still), bool)
    for start, end in runs(still):
        standing[start:end] = (end - start) * frame_time >= STANDING_S
    cycles = [
        (a, b)
        for a, b in zip(left[:-1], left[1:], strict=True)
        if np.count_nonzero((right > a) & (right < b)) == 1
        and CYCLE_S[0] <= (b - a) * frame_time <= CYCLE_S[1]
        and moving[a : b + 1].all()
    ]
    return Gait(left, right, moving, standing, np.array(cycles, int).reshape(-1, 2))


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
    weight = smoothed(stands, sigma, _SIGMAS, "constant")
    height = smoothed(np.where(stands, sole, 0.0), sigma, _SIGMAS, "constant")
    return height / np.maximum(weight, 1e-3)


def landings(down: np.ndarray, frame_time: float) -> np.ndarray:
    """Frames at which a foot lands: first of ``down`` (T,) bool after 0.15 s in the air."""
    ends = [b for a, b in runs(~down) if (b - a) * frame_time >= SHORTEST_SWING_S]
    return np.array([end for end in ends if end < len(down)], int)
