"""A reference clip of our own: what a teacher does in the simulation, as a clip."""

from __future__ import annotations

import numpy as np
import torch

from character.action import action_of
from character.anatomy import BALL_POSE, HINGE_POSE, POLICY_HZ, POSE_SIZE, ROOT_ROTATION
from character.body import Body
from character.reference import ReferenceClip, smooth
from character.simulation import Policy, Simulation, rollout
from motion import quat

from .imitation_env import ClipTable
from .networks import Teacher

_SETTLING, _CYCLES = 3, 12
_ROTATIONS = np.concatenate([[np.arange(POSE_SIZE)[ROOT_ROTATION]], BALL_POSE])
_GROUND, _HEIGHT = [0, 2], 1


def taught(clip: ReferenceClip, teacher: Teacher) -> Policy:
    """What ``teacher`` decides on ``clip``, as actions (36,)."""
    table = ClipTable(clip, Body())

    @torch.no_grad()
    def policy(state: np.ndarray) -> np.ndarray:
        residuals = teacher.residuals(teacher.normal(torch.from_numpy(state[None]))).double()
        now = np.array([state[0] * clip.duration])
        return action_of(table.targets(now, residuals.numpy()))[0]

    return policy


def recorded(clip: ReferenceClip, policy: Policy, name: str) -> ReferenceClip:
    """The clip ``name`` at 30 Hz: ``policy`` imitating ``clip``, with the same duration.

    Of a clip that wraps, the one of several cycles that closes best, its remaining gap spread over
    it. Raises ValueError when the policy falls.
    """
    simulation = Simulation(clip)
    poses = [simulation.instant.pose]
    for step in rollout(simulation, policy, _CYCLES * clip.duration + 1):
        if step.fallen:
            raise ValueError(f"{name}: the policy falls after {step.time:.1f} s; train it longer")
        poses.append(step.body.pose)
    whole = ReferenceClip(name, False, np.arange(len(poses)) / POLICY_HZ, smooth(np.array(poses)))
    times = np.linspace(0, clip.duration, round(clip.duration * POLICY_HZ) + 1)
    if not clip.loop:
        return ReferenceClip(name, False, times, _sampled(whole, times))
    cycles = range(_SETTLING, _CYCLES)
    candidates = [_sampled(whole, times + cycle * clip.duration) for cycle in cycles]
    best = min(candidates, key=lambda poses: sum(np.sum(part**2) for part in _gap(poses)))
    return ReferenceClip(name, True, times, _closed(best))


def _sampled(whole: ReferenceClip, times: np.ndarray) -> np.ndarray:
    """Poses (T, 43) at ``times``, starting over the origin."""
    poses = np.array([whole.at(time)[0] for time in times])
    poses[:, _GROUND] -= poses[0, _GROUND]
    return smooth(poses)


def _gap(poses: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What turns (9, 3), bends (4,) and lifts () the last pose into the first."""
    first, last = poses[0], poses[-1]
    turns = quat.mul(quat.conjugate(last[_ROTATIONS]), first[_ROTATIONS])
    bends = first[HINGE_POSE] - last[HINGE_POSE]
    return quat.log(turns), bends, first[_HEIGHT] - last[_HEIGHT]


def _closed(poses: np.ndarray) -> np.ndarray:
    """``poses`` (T, 43) whose last is like the first, but for the way made."""
    turns, bends, lift = _gap(poses)
    share = np.linspace(0, 1, len(poses))[:, None]
    closed = poses.copy()
    corrections = quat.exp(share[..., None] * turns)
    closed[:, _ROTATIONS] = quat.mul(poses[:, _ROTATIONS], corrections)
    closed[:, HINGE_POSE] += share * bends
    closed[:, _HEIGHT] += share[:, 0] * lift
    return smooth(closed)
