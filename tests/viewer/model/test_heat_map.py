"""Heat maps: what each color stands for, and how they look from near and afar."""

from __future__ import annotations

import numpy as np
import pytest

from viewer.model.heat_map import heat_map, scale_of

RNG = np.random.default_rng(4)
ALL = np.arange(3)


def test_each_row_reaches_from_its_least_to_its_largest() -> None:
    values = np.stack([np.linspace(-2, 8, 11), np.full(11, 5.0), np.linspace(1, 0, 11)], axis=1)
    (places, *_) = heat_map(values).levels
    assert places[0].tolist() == [int(25.5 * n) for n in range(11)]
    assert set(places[1]) == {0}, "what never moves is dark"
    assert places[2, 0] == 255 and places[2, -1] == 0


def test_rows_may_share_a_scale() -> None:
    values = np.abs(RNG.standard_normal((500, 3))) * [1, 2, 4]
    (places, *_) = heat_map(values, shared=True).levels
    wanted = np.clip(values / scale_of(values), 0, 1) * 255
    np.testing.assert_allclose(places.T, wanted, atol=1)


def test_near_by_every_frame_is_a_column() -> None:
    map_ = heat_map(RNG.standard_normal((900, 3)))
    found, left, right = map_.picture(ALL[::-1], 3, 8.0, 100.0, 400)
    np.testing.assert_array_equal(found, map_.levels[0][::-1, 12:63])
    assert (left, right) == (12 * 8 - 100, 63 * 8 - 100)


def test_from_afar_a_column_is_the_mean_of_its_frames() -> None:
    values = RNG.random((20_000, 3))
    map_ = heat_map(values)
    found, left, right = map_.picture(ALL, 3, 400 / 20_000, 0.0, 400)
    assert found.shape == (3, 400) and (left, right) == pytest.approx((0, 400), abs=1.3)
    means = map_.levels[0].reshape(3, 400, 50).mean(2)
    assert np.corrcoef(found.ravel(), means.ravel())[0, 1] > 0.5
    np.testing.assert_allclose(found.mean(1), map_.levels[0].mean(1), atol=4)


def test_more_rows_than_pixels_are_means_too() -> None:
    values = np.repeat(RNG.random((50, 2)), 10, axis=1)
    map_ = heat_map(values)
    found, _, _ = map_.picture(np.arange(20), 2, 1.0, 0.0, 50)
    np.testing.assert_array_equal(found, map_.levels[0][[0, 10]])


def test_every_nth_frame_is_as_wide_as_n() -> None:
    map_ = heat_map(RNG.random((100, 3)), every=10)
    found, left, right = map_.picture(ALL, 3, 0.5, 20.0, 100)
    assert (found.shape[1], left, right) == (20, 0, 100)
