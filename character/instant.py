"""The body at one moment, as positions and velocities of all its parts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .anatomy import ROOT_ROTATION


@dataclass(frozen=True, eq=False)
class Instant:
    """The body at one moment, in the world.

    pose (43,), rates (34,): see the package. For the 15 bodies: rotations (15, 4), joints
    (15, 3) the body's own joint, centres (15, 3) of mass, linear (15, 3) velocity of the centre
    in m/s, angular (15, 3) in rad/s, lowest (15,) height of the lowest point in metres.
    """

    pose: np.ndarray
    rates: np.ndarray
    rotations: np.ndarray
    joints: np.ndarray
    centres: np.ndarray
    linear: np.ndarray
    angular: np.ndarray
    lowest: np.ndarray

    @cached_property
    def heading(self) -> float:
        """Where the root faces: 0 along +X, rising towards -Z (to the left), radians."""
        w, x, y, z = self.pose[ROOT_ROTATION].tolist()
        return math.atan2(2 * (w * y - x * z), 1 - 2 * (y * y + z * z))

    @cached_property
    def to_heading(self) -> np.ndarray:
        """Matrix (3, 3): world row vectors times it point as seen by someone with the heading."""
        cosine, sine = np.cos(self.heading), np.sin(self.heading)
        return np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
