"""Who decides for the character, and what it imitates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from character.anatomy import BALL_POSE, BALL_RATES, BALLS, HINGE_POSE, HINGE_RATES, HINGES
from character.instant import Instant
from character.reference import ReferenceClip
from character.reward import angle_between


@dataclass(frozen=True)
class Role:
    """policy, critic: names of the worker's models. sha256: of the policy's file, "" if unknown.

    touching: the bodies whose touch of the ground is no fall in this clip.
    """

    policy: str
    critic: str | None
    clip: ReferenceClip
    touching: frozenset[int]
    sha256: str = ""


def moment_like(clip: ReferenceClip, instant: Instant, weights: np.ndarray) -> float:
    """The time in ``clip``, s, whose pose and rates are most like ``instant``.

    By the pose and velocity terms of the reward and the height of the root, wherever the body
    stands and faces. weights (15,): of the joints in the reward.
    """
    balls, hinges = weights[list(BALLS)], weights[list(HINGES)]
    turns = angle_between(clip.poses[:, BALL_POSE], instant.pose[BALL_POSE])
    bends = clip.poses[:, HINGE_POSE] - instant.pose[HINGE_POSE]
    rates = (clip.rates - instant.rates) ** 2
    spins = rates[:, BALL_RATES].sum(axis=-1) @ balls + rates[:, HINGE_RATES] @ hinges
    rise = clip.poses[:, 1] - instant.pose[1]
    unlike = 2 * (turns**2 @ balls + bends**2 @ hinges) + 0.1 * spins + 5 * rise**2
    last = len(clip.times) - 1  # of a clip that wraps the last frame is the first
    return float(clip.times[np.argmin(unlike[:last])])
