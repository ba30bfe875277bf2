"""Long curves as few points: nothing that can be seen is left out."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.model.curves import joined, nice_ticks, thinned

WIDTH = 300.0


def test_few_values_are_all_drawn_with_one_beyond_either_end() -> None:
    values = np.arange(100.0)
    x, y, peaks = thinned(values, 5.0, 50.0, 100.0)
    assert not peaks
    np.testing.assert_array_equal(y, np.arange(9, 22))
    np.testing.assert_array_equal(x, y * 5)


@pytest.mark.parametrize("count", [10_000, 200_000])
def test_many_values_become_the_lowest_and_highest_of_each_pixel(count: int) -> None:
    values = np.random.default_rng(1).normal(size=count)
    values[count // 3], values[count // 2] = 99.0, -99.0
    step = WIDTH / count
    x, y, peaks = thinned(values, step, 0.0, WIDTH)
    assert peaks and len(x) == len(y) <= 2 * WIDTH + 4
    assert y.max() == 99 and y.min() == -99
    columns = np.floor(np.arange(count) * step)
    for column in (0, 37, 150, 299):
        inside, drawn = values[columns == column], y[np.floor(x) == column]
        assert (drawn.min(), drawn.max()) == (inside.min(), inside.max())


def test_only_what_is_in_sight_is_looked_at() -> None:
    values = np.zeros(200_000)
    values[:100_000] = np.nan
    _, y, _ = thinned(values, 0.01, 1500.0, 1800.0)
    assert not np.isnan(y).any() and len(y) <= 2 * 304


@pytest.mark.parametrize(("low", "high"), [(-500.0, -200.0), (900.0, 1000.0)])
def test_beside_the_curve_there_is_nothing_but_its_end(low: float, high: float) -> None:
    x, y, _ = thinned(np.arange(50.0), 2.0, low, high)
    assert len(x) == len(y) <= 2


def test_no_values_are_no_points() -> None:
    x, y, _ = thinned(np.zeros(0), 2.0, 0.0, 300.0)
    assert len(x) == len(y) == 0


def test_the_angle_is_not_joined_across_a_wrap() -> None:
    turns = np.array([0.8, 0.95, 0.05, 0.2])
    assert joined(turns)[:-1].tolist() == [True, False, True]


@pytest.mark.parametrize(("low", "high", "ticks"), [
    (-1.1, 1.1, [-1, 0, 1]),
    (0.0, 0.55, [0, 0.2, 0.4]),
    (-0.05, 1.05, [0, 0.5, 1]),
    (0.0, 0.0011, [0, 0.0005, 0.001]),
    (-27.0, 27.0, [-20, 0, 20]),
])  # fmt: skip
def test_ticks_are_round_numbers(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high, 3) == pytest.approx(ticks)


def test_nought_has_no_sign() -> None:
    assert not np.signbit(nice_ticks(0.0, 1.0, 3)[0])
