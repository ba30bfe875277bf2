"""A second figure that goes along beside the first, as a ghost of the stage."""

from __future__ import annotations

import numpy as np

from motion.features import JOINT_VALUES, heading, turn

SIDE_M = 1.2
"""How far to the left of the figure the other one is."""
_GROUND = np.array([1, 0, 1], np.float32)


def window_poses(features: np.ndarray) -> np.ndarray:
    """Poses (T, 22, 3) of motion features (T, 73), metres: on the spot, facing along +Z."""
    return features[:, :JOINT_VALUES].reshape(len(features), -1, 3).astype(np.float32)


def standing_poses(positions: np.ndarray, frame_time: float) -> np.ndarray:
    """``positions`` (T, 22, 3) as ``window_poses`` has them: on the spot, facing along +Z."""
    facing = heading(positions, frame_time)
    local = turn(positions - positions[:, :1] * _GROUND, -facing[:, None])
    return local.astype(np.float32)


def beside(shown: np.ndarray, frame_time: float, poses: np.ndarray, pose_time: float) -> np.ndarray:
    """``poses`` (N, 22, 3), over and over, to the left of ``shown``: (T, 22, 3) metres.

    shown: (T, 22, 3) positions every ``frame_time`` seconds; a pose stays for ``pose_time``.
    """
    facing = heading(shown, frame_time).astype(np.float32)
    which = np.floor(np.arange(len(shown)) * (frame_time / pose_time) + 1e-6).astype(int)
    moved = poses[which % len(poses)] + np.array([SIDE_M, 0, 0], np.float32)
    return (turn(moved, facing[:, None]) + shown[:, :1] * _GROUND).astype(np.float32)
