"""Moments of other skills, at which a policy learns to take over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from character.anatomy import ROOT_ROTATION
from motion import quat

from .crowd import heading_of

SHARE = 0.5
"""Of the episodes that begin at such a moment, where there are any."""
_GROUND = [0, 2]


@dataclass(frozen=True, eq=False)
class Entries:
    """M moments: poses (M, 43) and rates (M, 34) as in ``ReferenceClip``, in any place and heading.

    times (M,): seconds of the clip that takes over, at which it is most like each.
    """

    poses: np.ndarray
    rates: np.ndarray
    times: np.ndarray

    def joined(self, other: Entries) -> Entries:
        """The moments of both."""
        pairs = (
            (getattr(self, name), getattr(other, name)) for name in ("poses", "rates", "times")
        )
        return Entries(*(np.concatenate(pair) for pair in pairs))

    def __len__(self) -> int:
        return len(self.times)

    def facing(self, rows: np.ndarray, like: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Poses and rates of ``rows`` (n,) where the reference poses ``like`` (n, 43) stand and
        face."""
        poses, rates = self.poses[rows], self.rates[rows]
        turn = quat.exp((heading_of(like) - heading_of(poses))[:, None] * [0, 1, 0])
        poses[:, ROOT_ROTATION] = quat.mul(turn, poses[:, ROOT_ROTATION])
        poses[:, _GROUND] = like[:, _GROUND]
        for part in (slice(0, 3), slice(3, 6)):
            rates[:, part] = quat.rotate(turn, rates[:, part])
        return poses, rates
