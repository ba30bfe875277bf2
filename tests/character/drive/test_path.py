"""The way to a point."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.body import Body
from character.drive.path import STOPPING, way
from character.instant import Instant
from tests.character.driving import named

SPEED, FASTEST = 0.9, math.radians(60)


@pytest.fixture(scope="module")
def instant() -> Instant:
    return Body().at(*named("walk").clip.at(0.0))


def walked(instant: Instant, x: float, z: float) -> float:
    """How near a point that follows the way comes to ``x``, ``z`` before it may stop, or at all."""
    place, facing, nearest = instant.pose[[0, 2]].copy(), 0.0, math.inf
    pose, leaving = instant.pose.copy(), False
    for _ in range(1200):
        pose[[0, 2]] = place
        here = Instant(**vars(instant) | {"pose": pose.copy()})
        told = way(here, facing, x, z, SPEED, FASTEST, leaving)
        nearest, leaving = min(nearest, told.left), told.leaves
        if told.stops(STOPPING):
            return told.left
        off = math.remainder(told.heading - facing, 2 * math.pi)
        facing += min(max(off, -FASTEST / 30), FASTEST / 30)
        place += SPEED / 30 * np.array([math.cos(facing), -math.sin(facing)])
    return nearest


@pytest.mark.parametrize("angle", range(0, 360, 30))
@pytest.mark.parametrize("far", [0.5, 1.2, 4.0])
def test_every_point_is_come_to_and_none_is_circled(
    instant: Instant, angle: int, far: float
) -> None:
    x, z = far * math.cos(math.radians(angle)), far * math.sin(math.radians(angle))
    assert walked(instant, x, z) < 0.9


def test_straight_ahead_is_as_far_as_it_is(instant: Instant) -> None:
    told = way(instant, 0.0, 5.0, 0.0, SPEED, FASTEST)
    assert told.left == pytest.approx(5.0) and told.ahead == pytest.approx(5.0)
    assert told.path == pytest.approx(5.0) and not told.stops(STOPPING)
    behind = way(instant, 0.0, -5.0, 0.0, SPEED, FASTEST)
    assert behind.path > 6 and abs(behind.heading) == pytest.approx(math.pi)
