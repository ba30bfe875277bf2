"""The dots of the style map by style, and where a style is densest."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.style.map_dots import MapDots, density_centre, dot_look, name_centre
from viewer.ui.theme import DARK


def test_dots_are_grouped_by_style() -> None:
    dots = MapDots.of(np.zeros((4, 2), np.float32), ("walk", "run", "walk", "run"), ("a",) * 4)
    groups = {name: these.tolist() for name, these in dots.by_style().items()}
    assert groups == {"run": [1, 3], "walk": [0, 2]}
    assert MapDots().by_style() == {}


def test_dots_that_join_leave_the_looks_of_the_others() -> None:
    before = MapDots.of(np.zeros((2, 2), np.float32), ("walk", "run"), ("a", "b"))
    points = np.arange(10, dtype=np.float32).reshape(5, 2)
    dots = MapDots.of(points, ("mocap", "run", "dab"), tuple("abcde"), before)
    assert dots.names == ("run", "walk", "dab", "mocap")
    groups = {name: these.tolist() for name, these in dots.by_style().items()}
    assert groups == {"run": [1, 3], "walk": [0], "dab": [4], "mocap": [2]}
    np.testing.assert_array_equal(dots.groups["run"], points[[1, 3]])


def test_every_style_looks_different_as_long_as_shapes_last() -> None:
    looks = [dot_look(index, DARK) for index in range(32)]
    assert len(set(looks)) == 32 and dot_look(32, DARK) == looks[0]


def test_the_centre_is_where_most_dots_are_and_not_between_two_heaps() -> None:
    generator = np.random.default_rng(2)
    heap = generator.normal([5, 5], 0.1, (60, 2))
    other = generator.normal([-5, -5], 0.1, (40, 2))
    centre = density_centre(np.concatenate([other, heap]), 1.0)
    assert centre == pytest.approx((5, 5), abs=0.1)
    assert density_centre(np.array([[2.0, 3.0]]), 0.0) == (2.0, 3.0)


def test_a_name_rests_while_few_dots_join() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(-1, 0.1, (40, 2))
    far = rng.normal(1, 0.05, (60, 2))
    first = name_centre(points, 0.5, None)
    assert first.at == density_centre(points, 0.5)
    assert name_centre(np.concatenate([points, far[:15]]), 0.5, first) is first
    assert name_centre(np.concatenate([points, far]), 0.5, first).at[0] > 0.5
    assert name_centre(points + 1, 0.5, first).at[0] == pytest.approx(first.at[0] + 1)
