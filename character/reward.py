"""How closely the body imitates its reference: DeepMimic's reward, Peng et al. 2018, section 5.

Scales and weights of the published code. Every term lies in [0, 1], so does the total.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .anatomy import (
    BALL_POSE,
    BALL_RATES,
    BALLS,
    END_EFFECTORS,
    HINGE_POSE,
    HINGE_RATES,
    HINGES,
    RATE_SIZE,
    ROOT,
    ROOT_ROTATION,
)
from .instant import Instant

WEIGHTS = {"pose": 0.5, "velocity": 0.05, "end_effector": 0.15, "root": 0.2, "com": 0.1}
_ENDS = list(END_EFFECTORS)


@dataclass(frozen=True)
class Reward:
    """The five terms, each in [0, 1], and their weighted sum."""

    pose: float
    velocity: float
    end_effector: float
    root: float
    com: float

    @property
    def total(self) -> float:
        """The sum of the terms by WEIGHTS."""
        return sum(weight * getattr(self, term) for term, weight in WEIGHTS.items())

    @property
    def terms(self) -> dict[str, float]:
        """Every term by name, and ``total``."""
        return {**{term: getattr(self, term) for term in WEIGHTS}, "total": self.total}


class Imitation:
    """The reward of a body with these masses (15,), kg, and weights (15,) of its joints."""

    def __init__(self, masses: np.ndarray, weights: np.ndarray) -> None:
        self._masses = masses / masses.sum()
        self._root = weights[ROOT]
        self._balls, self._hinges = weights[list(BALLS)], weights[list(HINGES)]
        self._rates = np.zeros(RATE_SIZE)
        self._rates[3:6] = self._root
        self._rates[BALL_RATES] = self._balls[:, None]
        self._rates[HINGE_RATES] = self._hinges

    def reward(self, body: Instant, reference: Instant) -> Reward:
        """The reward of ``body`` beside ``reference``, both over the ground at y = 0."""
        turns = angle_between(body.pose[BALL_POSE], reference.pose[BALL_POSE])
        root_turn = float(angle_between(body.pose[ROOT_ROTATION], reference.pose[ROOT_ROTATION]))
        bends = body.pose[HINGE_POSE] - reference.pose[HINGE_POSE]
        pose = self._root * root_turn**2 + self._balls @ turns**2 + self._hinges @ bends**2

        rates = (body.rates - reference.rates) ** 2
        ends = np.sum((_ends(body) - _ends(reference)) ** 2) / len(_ends(body))
        root = (
            np.sum((body.pose[:3] - reference.pose[:3]) ** 2)
            + 0.1 * root_turn**2
            + 0.01 * np.sum(rates[:3])
            + 0.001 * np.sum(rates[3:6])
        )
        drift = self._masses @ (body.linear - reference.linear)
        return Reward(
            pose=float(np.exp(-2 * pose)),
            velocity=float(np.exp(-0.1 * (self._rates @ rates))),
            end_effector=float(np.exp(-40 * ends)),
            root=float(np.exp(-5 * root)),
            com=float(np.exp(-10 * 0.1 * (drift @ drift))),
        )


def angle_between(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Angles (...) between rotations (..., 4), radians in [0, pi]."""
    return 2 * np.arccos(np.minimum(np.abs(np.sum(a * b, axis=-1)), 1.0))


def _ends(instant: Instant) -> np.ndarray:
    """Wrists and ankles (4, 3): height above ground, the rest from the root in its heading."""
    ends = instant.joints[_ENDS] - instant.joints[ROOT] * [1, 0, 1]
    return ends @ instant.to_heading
