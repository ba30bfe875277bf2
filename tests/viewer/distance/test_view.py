"""Which part of the map is in sight."""

from __future__ import annotations

import pytest

from viewer.distance.view import MOST_PER_FRAME, MapView

LONG = MapView(length_s=(10.0, 20.0), frame_s=0.1).resized((100.0, 100.0))


def test_all_of_it_begins_in_the_corner() -> None:
    assert LONG.fitted and LONG.scale == pytest.approx(5)
    assert [LONG.pixel(axis, 0.0) for axis in (0, 1)] == pytest.approx([0, 0])
    assert [LONG.pixel(0, 10.0), LONG.pixel(1, 20.0)] == pytest.approx([50, 100])


def test_the_wheel_enlarges_about_the_pointer() -> None:
    held = LONG.time(0, 30.0), LONG.time(1, 40.0)
    near = LONG.zoom(4.0, (30.0, 40.0))
    assert near.scale == pytest.approx(20) and not near.fitted
    assert (near.time(0, 30.0), near.time(1, 40.0)) == pytest.approx(held)
    assert near.zoom(1 / 4, (30.0, 40.0)) == LONG


def test_neither_zoom_nor_pan_leaves_the_map() -> None:
    nearest = LONG.zoom(1e9, (50.0, 50.0))
    assert nearest.scale == pytest.approx(MOST_PER_FRAME / 0.1)
    assert LONG.zoom(1e-9, (50.0, 50.0)) == LONG
    near = LONG.zoom(4.0, (50.0, 50.0))
    assert near.pan((1e6, 1e6)).start_s == pytest.approx((0, 0))
    assert near.pan((-1e6, -1e6)).start_s == pytest.approx((5, 15))
    assert LONG.pan((30.0, 30.0)) == LONG


def test_it_is_fitted_again_as_the_area_changes_unless_someone_looked_nearer() -> None:
    assert LONG.resized((50.0, 400.0)).scale == pytest.approx(5)
    assert LONG.resized((400.0, 400.0)).scale == pytest.approx(20)
    near = LONG.zoom(8.0, (0.0, 0.0))
    assert near.resized((300.0, 300.0)).scale == near.scale
    assert LONG.resized((0.0, -5.0)).scale > 0
