"""Neighbours in a plane, against all distances, and the weights they are mixed by."""

from __future__ import annotations

import numpy as np
import pytest

from motion.restyling.neighbours import Plane, exact_weights, smooth_weights

DRAW = np.random.default_rng(0)
CROWDS = np.concatenate(
    [DRAW.normal(size=(900, 2)) * 0.02 + middle for middle in ((-1, 0), (1, 0.5), (0.2, -0.7))]
)


@pytest.mark.parametrize("where", [(-1, 0), (0.1, 0.1), (1.02, 0.51), (40, -40), (0.2, -0.9)])
@pytest.mark.parametrize("count", [1, 13, 1000, 5000])
def test_the_nearest_are_those_of_all_distances(where: tuple[float, float], count: int) -> None:
    left_out = DRAW.random(len(CROWDS)) < 0.3
    point = np.array(where)
    for without in (None, left_out):
        rows, away = Plane(CROWDS).nearest(point, count, without)
        all_away = np.linalg.norm(CROWDS - point, axis=1)
        if without is not None:
            assert not without[rows].any()
            all_away = all_away[~without]
        np.testing.assert_allclose(away, np.sort(all_away)[:count])
        np.testing.assert_allclose(away, np.linalg.norm(CROWDS[rows] - point, axis=1))


def test_points_at_one_place_are_all_found() -> None:
    rows, away = Plane(np.ones((5, 2))).nearest(np.array([1.0, 1.0]), 3)
    assert len(set(rows.tolist())) == 3 and not away.any()


def test_smooth_weights_fall_with_distance_and_let_the_last_go_without_a_jump() -> None:
    weights = smooth_weights(np.array([0.0, 0.5, 1.0, 1.0]))
    assert weights.sum() == pytest.approx(1) and weights[2] < 1e-5
    assert weights[1] / weights[0] == pytest.approx((1 - 0.25) ** 2, rel=1e-4)
    assert smooth_weights(np.zeros(4)) == pytest.approx(1 / 3)


def test_exact_weights_give_all_to_a_neighbour_that_is_met() -> None:
    assert exact_weights(np.array([0.0, 0.5, 0.8, 1.0]))[0] == pytest.approx(1.0, abs=1e-6)
    assert exact_weights(np.zeros(4)) == pytest.approx(1 / 3)
