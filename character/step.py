"""What a decision led to, and what a simulation goes on from. No MuJoCo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .anatomy import BALL_RATES, BALLS, HINGE_RATES, HINGES, NAMES, TORQUE_LIMITS
from .deeds import Box
from .instant import Instant
from .push import Push, Shove
from .reward import Reward
from .steering import Steering


@dataclass(frozen=True, eq=False)
class Step:
    """What one decision led to, at the end of its 1/30 s.

    time: seconds since the reset. clip_time: seconds into the clip, cycles included.
    action (36,). torques (28,): those of the last 1/600 s in the order of a pose's rates,
    N m. body, reference: the simulated and the imitated instant.
    """

    time: float
    clip_time: float
    action: np.ndarray
    torques: np.ndarray
    body: Instant
    reference: Instant
    reward: Reward
    fallen: bool


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything a simulation goes on from, to the bit.

    physics (P,): time, qpos, qvel and what the solver starts from. shift (2,): of the reference
    over the ground, m.
    """

    physics: np.ndarray
    start: float
    steps: int
    shift: np.ndarray
    steering: Steering
    fallen: bool
    pushing: dict[Push | Shove, np.ndarray]
    friction: float
    gravity: float
    box: Box | None


def effort(torques: np.ndarray) -> np.ndarray:
    """Torque of each joint over its limit (..., 15), 0 to 1, of ``torques`` (..., 28), N m."""
    share = np.zeros((*torques.shape[:-1], len(NAMES)))
    balls, hinges = list(BALLS), list(HINGES)
    sizes = np.linalg.norm(torques[..., BALL_RATES - 6], axis=-1)
    share[..., balls] = sizes / TORQUE_LIMITS[balls]
    share[..., hinges] = np.abs(torques[..., HINGE_RATES - 6]) / TORQUE_LIMITS[hinges]
    return share
