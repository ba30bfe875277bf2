"""The way to a point on the ground: where to face, how fast, when to stop."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from character.instant import Instant

NEAR = 0.4
"""Metres from the point within which it has arrived."""
STOPPING = 0.45
"""Metres that a slow walk goes on from when it is to stand until it does, as long as not known."""
STOP_WINDOW = 0.3
"""Metres before and behind the ideal place at which it may begin to stop."""
_SLOW, _WALK = 1.2, 4.0  # m: from here on it slows down; who runs walks
_WIDE = 1.3  # a turn is wider than its rate says, for the body follows late
_STRAIGHT = math.radians(20.0)
_LEFT_BEHIND = 2.2  # radii of a turn from a point at which it is turned to again


@dataclass(frozen=True)
class Way:
    """heading: to face, radians. left: metres to go to the point. ahead: of those, straight ahead.

    path: metres with the turn. leaves: it goes on straight, to come back from farther off.
    """

    heading: float
    left: float
    ahead: float
    path: float
    leaves: bool

    def pace_limit(self, slow: float, walk: float, speed: float) -> float:
        """The speed to go at, up to ``speed``; ``slow`` and ``walk``: of a walk, m/s."""
        if self.left < _SLOW:
            return slow
        return min(speed, walk) if self.left < _WALK else speed

    def stops(self, slide: float) -> bool:
        """Whether who goes on by ``slide`` m when it stops may begin to stop."""
        beside = self.left**2 - self.ahead**2
        return 0 < self.ahead < slide + STOP_WINDOW and beside < NEAR**2

    def late(self, slide: float) -> bool:
        """Whether it must stop now, or goes past the point."""
        return self.ahead < slide - STOP_WINDOW


def way(
    instant: Instant,
    facing: float,
    x: float,
    z: float,
    speed: float,
    fastest: float,
    leaving: bool = False,
) -> Way:
    """The way of a body that goes at ``speed`` m/s and turns at up to ``fastest`` rad/s.

    facing: radians that it is steered to. A point inside the circle on which it would turn is left
    behind, until a turn leads to it: it is not circled for ever. leaving: that has begun.
    """
    gap = np.array([x, z]) - instant.pose[[0, 2]]
    left = float(np.hypot(*gap))
    bearing = math.atan2(-gap[1], gap[0])
    off = math.remainder(bearing - facing, 2 * math.pi)
    radius = _WIDE * speed / fastest
    beside = math.copysign(radius, off)
    centre = beside * np.array([-math.sin(facing), -math.cos(facing)])
    inside = abs(off) > _STRAIGHT and float(np.hypot(*(gap - centre))) < radius
    leaves = left < _LEFT_BEHIND * radius if leaving else inside
    return Way(
        heading=facing if leaves else bearing,
        left=left,
        ahead=left * math.cos(off),
        leaves=leaves,
        path=left + radius * max(abs(off) - math.sin(abs(off)), 0.0),
    )
