"""Batches and how lines, trails and marks become them."""

from __future__ import annotations

import numpy as np
import pytest

from render.color_schemes import DARK
from render.scene import CapsuleBatch, LineBatch, contact_marks, polyline, segments, trail

PATH = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0]], np.float32)


def test_polylines_start_and_end_with_a_break() -> None:
    data = LineBatch.join([polyline(PATH, (1, 0, 0, 1)), polyline(PATH + 1, (0, 1, 0, 1))]).data
    assert (data[:, 3] == 0).tolist() == [True, False, False, False, True] * 2
    np.testing.assert_array_equal(data[1:4, :3], PATH)
    np.testing.assert_array_equal(data[[0, 4], :3], PATH[[0, -1]])


def test_segments_are_not_joined() -> None:
    data = segments(PATH[:2], PATH[1:], (1, 1, 1, 1), width=3).data
    assert data[:, 3].tolist() == [0, 3, 3, 0] * 2


def test_trail_fades_into_the_past() -> None:
    data = trail(PATH, (1, 1, 1, 0.8), width=4).data[1:-1]
    assert (np.diff(data[:, 7]) > 0).all() and (np.diff(data[:, 3]) > 0).all()
    assert data[0, 7] == 0 and data[-1, 7] == pytest.approx(0.8) and data[-1, 3] == 4


@pytest.mark.parametrize("make", [polyline, trail])
def test_one_point_is_no_line(make) -> None:
    assert len(make(PATH[:1], (1, 1, 1, 1))) == 0


def test_contact_marks_lie_on_the_ground_under_feet_in_contact() -> None:
    marks = contact_marks(PATH, np.array([1, 0, 0.5]), DARK).data
    assert len(marks) == 2
    assert (marks[:, 1] == 0).all()
    np.testing.assert_array_equal(marks[:, [0, 2]], PATH[[0, 2]][:, [0, 2]])
    assert marks[1, 7] == pytest.approx(marks[0, 7] / 2)


def test_wrong_data_is_refused() -> None:
    with pytest.raises(ValueError, match=r"CapsuleBatch needs float32 data of shape \(N, 16\)"):
        CapsuleBatch(np.zeros((3, 8), np.float32))
    with pytest.raises(ValueError, match="not float64"):
        LineBatch(np.zeros((3, 8)))


def test_moved_and_coloured_copies_leave_the_original() -> None:
    original = CapsuleBatch(np.ones((2, 16), np.float32))
    moved = original.moved(np.array([1.0, 2.0, 3.0]))
    assert moved.data[0, :8].tolist() == [2, 3, 4, 1, 2, 3, 4, 1]
    ghost = original.colored((0.2, 0.3, 0.4), 0.5)
    np.testing.assert_allclose(ghost.data[1, 12:], [0.2, 0.3, 0.4, 0.5])
    assert (original.data == 1).all()
