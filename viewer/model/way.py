"""The way that a character walks to a point on the ground, to be drawn; no Qt."""

from __future__ import annotations

import math

import numpy as np

from character.deeds import Vector

Point = tuple[float, float]
RADIUS_M = 1.0
"""How tightly it turns, about as a walk does at 60 degrees a second."""
SPACING_M = 0.3
_MOST = 60
_STEP_M = 0.1


def way_to(place: Vector, heading: float, goal: Point) -> np.ndarray:
    """Points (N, 3) on the ground from ``place`` to ``goal`` (x, z), the ends left out, metres.

    It turns from its heading, radians rising to the left of +X, along a circle until it faces the
    goal, and goes straight on; straight at once where the goal is within that circle. The points
    are ``SPACING_M`` apart, farther where the way is long. Axes of the simulation.
    """
    corners = [*_turning(place[0], place[2], heading, goal), goal]
    line = np.array([(place[0], place[2]), *corners])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    apart = max(SPACING_M, along[-1] / _MOST)
    at = np.arange(apart, along[-1] - apart / 2, apart)
    return np.stack(
        [np.interp(at, along, line[:, 0]), np.zeros(len(at)), np.interp(at, along, line[:, 1])],
        axis=1,
    )


def _turning(x: float, z: float, heading: float, goal: Point) -> list[Point]:
    """The points of the arc after which the goal lies straight ahead."""
    side = 1 if _off(x, z, heading, goal) > 0 else -1
    across = heading + side * math.pi / 2
    middle = x + RADIUS_M * math.cos(across), z - RADIUS_M * math.sin(across)
    found: list[Point] = []
    if math.dist(middle, goal) <= RADIUS_M:
        return found
    turn = _STEP_M / RADIUS_M
    while side * _off(x, z, heading, goal) > turn and len(found) < 2 * math.pi / turn:
        heading += side * turn
        x, z = x + _STEP_M * math.cos(heading), z - _STEP_M * math.sin(heading)
        found.append((x, z))
    return found


def _off(x: float, z: float, heading: float, goal: Point) -> float:
    """The angle to the goal, positive to the left."""
    bearing = math.atan2(z - goal[1], goal[0] - x)
    return math.remainder(bearing - heading, 2 * math.pi)
