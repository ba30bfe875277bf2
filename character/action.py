"""What the policy says: 36 numbers, the target of every joint.

Bodies in their order without root and wrists; a ball joint takes an angle and an axis
(4 numbers), a hinge its angle about z. Targets are absolute rotations relative to the parent.
"""

from __future__ import annotations

import numpy as np

from motion import quat

from .anatomy import ACTION_SIZE, BALL_POSE, HINGE_POSE, POSE_SIZE

_FIRST = 7  # a pose is the root's 7 numbers, then joints as wide as the action's
BALL_ACTION = BALL_POSE - _FIRST
HINGE_ACTION = HINGE_POSE - _FIRST


def target_pose(action: np.ndarray) -> np.ndarray:
    """The pose (..., 43) that ``action`` (..., 36) asks for; its root is at rest at the origin.

    An axis of length zero stands for +z.
    """
    action = np.asarray(action, np.float64)
    angle, axis = action[..., BALL_ACTION[:, 0]], action[..., BALL_ACTION[:, 1:]]
    length = np.linalg.norm(axis, axis=-1, keepdims=True)
    axis = np.where(length > 0, axis / np.where(length > 0, length, 1), [0, 0, 1])
    pose = np.zeros((*action.shape[:-1], POSE_SIZE))
    pose[..., 3] = 1
    pose[..., BALL_POSE] = quat.from_axis_angle(axis, angle)
    pose[..., HINGE_POSE] = action[..., HINGE_ACTION]
    return pose


def action_of(pose: np.ndarray) -> np.ndarray:
    """The action (..., 36) whose target is ``pose`` (..., 43); angles in [0, pi]."""
    q = pose[..., BALL_POSE]
    q = np.where(q[..., :1] < 0, -q, q)
    sine = np.linalg.norm(q[..., 1:], axis=-1)
    axis = np.where(
        sine[..., None] > 0, q[..., 1:] / np.where(sine > 0, sine, 1)[..., None], [0, 0, 1]
    )
    action = np.zeros((*pose.shape[:-1], ACTION_SIZE))
    action[..., BALL_ACTION[:, 0]] = 2 * np.arctan2(sine, q[..., 0])
    action[..., BALL_ACTION[:, 1:]] = axis
    action[..., HINGE_ACTION] = pose[..., HINGE_POSE]
    return action
