"""The box that is thrown at the character: a free cube in the same world. No MuJoCo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .anatomy import POSE_SIZE, RATE_SIZE
from .deeds import Box

PLACE = slice(POSE_SIZE, POSE_SIZE + 7)
"""Position 3 and rotation 4 of the box, after the humanoid in MuJoCo's coordinates."""
MOTION = slice(RATE_SIZE, RATE_SIZE + 6)
"""Its velocity 3 in the world and its angular velocity 3."""


@dataclass(frozen=True, eq=False)
class BoxPose:
    """Where a box is: the position (3,) of its centre and its rotation (4,)."""

    side: float
    mass: float
    position: np.ndarray
    rotation: np.ndarray


def box_pose(box: Box | None, qpos: np.ndarray) -> BoxPose | None:
    """Where ``box`` is by MuJoCo's coordinates (50,); None without one."""
    if box is None:
        return None
    place = qpos[PLACE].copy()
    return BoxPose(box.side, box.mass, place[:3], place[3:])


def thrown(
    start: np.ndarray, target: np.ndarray, motion: np.ndarray, speed: float, gravity: float
) -> np.ndarray:
    """The velocity (3,) with which a box leaves ``start`` (3,) to meet a moving ``target`` (3,).

    motion (3,): the target's velocity, m/s. speed: of the straight way to where the target is now.
    """
    time = float(np.linalg.norm(target - start)) / speed
    level: np.ndarray = (target + motion * time - start) / time
    return level + np.array([0.0, gravity * time / 2, 0.0])
