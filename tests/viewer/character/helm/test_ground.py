"""Where a sight line meets the ground."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.character.helm.ground import FARTHEST_M, ground_at

EYE = np.array([1.0, 2.0, 3.0])


def test_a_line_that_falls_meets_the_ground_ahead() -> None:
    place = ground_at(EYE, np.array([0.6, -0.8, 0.0]))
    assert place == pytest.approx([2.5, 0.0, 3.0])


@pytest.mark.parametrize("direction", [[0.0, 0.0, -1.0], [0.0, 0.6, 0.8]])
def test_above_the_horizon_there_is_no_ground(direction: list[float]) -> None:
    assert ground_at(EYE, np.array(direction)) is None


def test_a_place_beyond_all_sight_is_none() -> None:
    steep = 2.0 / FARTHEST_M
    assert ground_at(EYE, np.array([1.0, -1.1 * steep, 0.0])) is not None
    assert ground_at(EYE, np.array([1.0, -0.9 * steep, 0.0])) is None
