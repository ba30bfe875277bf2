"""The way that is drawn to a point."""

from __future__ import annotations

import math

import numpy as np
import pytest

from viewer.model.way import RADIUS_M, SPACING_M, way_to

HERE = (1.0, 0.9, 2.0)


def test_straight_ahead_it_is_a_straight_line() -> None:
    way = way_to(HERE, 0.0, (4.0, 2.0))
    assert way[:, 2] == pytest.approx(2.0, abs=0.11) and (way[:, 1] == 0).all()
    assert np.diff(way[:, 0]) == pytest.approx(SPACING_M, abs=0.01)


@pytest.mark.parametrize("side", [1, -1])
def test_it_turns_to_what_is_behind_no_tighter_than_it_can(side: int) -> None:
    goal = (-4.0, 2.0 - side * 0.5)
    way = way_to(HERE, 0.0, goal)
    assert way[:, 0].max() > 1.5
    assert (side * (2.0 - way[:, 2]))[1:-1].min() > 0
    centre = np.array([1.0, 2.0 - side * RADIUS_M])
    assert np.hypot(*(way[:, [0, 2]] - centre).T).min() > RADIUS_M * 0.95


def test_what_lies_within_its_circle_is_gone_to_at_once() -> None:
    goal = (1.0, 2.0 - RADIUS_M)
    way = way_to(HERE, 0.0, goal)
    assert way[:, 0] == pytest.approx(1.0)


def test_a_long_way_has_no_more_points_than_a_picture_can_hold() -> None:
    assert len(way_to(HERE, 0.3, (5000.0, -400.0))) <= 60
    assert len(way_to(HERE, math.pi, (1.05, 2.0))) < 30
