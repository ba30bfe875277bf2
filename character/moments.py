"""Which moment of a clip is most like a body: where another clip can be taken up."""

from __future__ import annotations

import numpy as np

from .anatomy import BALL_POSE, BALL_RATES, BALLS, HINGE_POSE, HINGE_RATES, HINGES
from .instant import Instant
from .reference import ReferenceClip
from .reward import angle_between


def unlikeness(
    poses: np.ndarray, rates: np.ndarray, instant: Instant, weights: np.ndarray
) -> np.ndarray:
    """How unlike ``instant`` the poses (T, 43) and rates (T, 34) are: (T,), 0 for the same.

    By the pose and velocity terms of the reward and the height of the root, wherever the body
    stands and faces. weights (15,): of the joints in the reward.
    """
    balls, hinges = weights[list(BALLS)], weights[list(HINGES)]
    turns = angle_between(poses[:, BALL_POSE], instant.pose[BALL_POSE])
    bends = poses[:, HINGE_POSE] - instant.pose[HINGE_POSE]
    off = (rates - instant.rates) ** 2
    spins = off[:, BALL_RATES].sum(axis=-1) @ balls + off[:, HINGE_RATES] @ hinges
    rise = poses[:, 1] - instant.pose[1]
    unlike: np.ndarray = 2 * (turns**2 @ balls + bends**2 @ hinges) + 0.1 * spins + 5 * rise**2
    return unlike


def moment_like(clip: ReferenceClip, instant: Instant, weights: np.ndarray) -> float:
    """The time in ``clip``, s, whose pose and rates are most like ``instant``."""
    last = len(clip.times) - 1  # of a clip that wraps the last frame is the first
    unlike = unlikeness(clip.poses[:last], clip.rates[:last], instant, weights)
    return float(clip.times[np.argmin(unlike)])
