"""The steps of a simulation as arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .canonical import canonical_joints
from .step import Step


def take_arrays(steps: Sequence[Step]) -> dict[str, np.ndarray]:
    """The arrays of N >= 1 steps, one row each, at the end of its 1/30 s.

    time (N,) s, clip_time (N,) s, pose and reference_pose (N, 43), rates (N, 34), action
    (N, 36), torques (N, 28) N m, reward (N, 6) with reward_names (6,), fallen (N,) bool, joints
    (N, 15, 3) and rotations (N, 15, 4) in the simulation's axes, positions (N, 22, 3) float32:
    the canonical joints in true size.
    """
    rewards = [step.reward.terms for step in steps]
    joints = np.array([step.body.joints for step in steps])
    rotations = np.array([step.body.rotations for step in steps])
    return {
        "time": np.array([step.time for step in steps]),
        "clip_time": np.array([step.clip_time for step in steps]),
        "pose": np.array([step.body.pose for step in steps]),
        "reference_pose": np.array([step.reference.pose for step in steps]),
        "rates": np.array([step.body.rates for step in steps]),
        "action": np.array([step.action for step in steps]),
        "torques": np.array([step.torques for step in steps]),
        "reward": np.array([list(reward.values()) for reward in rewards]),
        "reward_names": np.array(list(rewards[0])),
        "fallen": np.array([step.fallen for step in steps]),
        "joints": joints,
        "rotations": rotations,
        "positions": canonical_joints(joints, rotations),
    }
