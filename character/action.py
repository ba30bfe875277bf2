"""What the policy says: 36 numbers, the target of every joint.

Bodies in their order without root and wrists; a ball joint takes an angle and an axis
(4 numbers), a hinge its angle about z. Targets are absolute rotations relative to the parent.
"""

from __future__ import annotations

import numpy as np

from motion import quat

from .body import BALL_POSE, BALLS, HINGE_POSE, HINGES, POSE_SIZE, Body

ACTION_SIZE = 36
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


def action_scale(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """Mean (36,) and deviation (36,) of actions by the joint limits, as DeepMimic fixes them.

    A ball joint's angle varies by twice the widest range of its three axes about 0, its axis by
    1 about (0, 0, 0.2); a hinge by twice its range about the middle of it.
    """
    mean, deviation = np.zeros(ACTION_SIZE), np.ones(ACTION_SIZE)
    for joint, columns in zip(BALLS, BALL_ACTION, strict=True):
        lower, upper = body.limits[joint].T
        mean[columns[3]] = 0.2
        deviation[columns[0]] = 2 * (upper.max() - lower.min())
    for joint, column in zip(HINGES, HINGE_ACTION, strict=True):
        lower, upper = body.limits[joint, 2]
        mean[column] = (lower + upper) / 2
        deviation[column] = 2 * (upper - lower)
    return mean, deviation
