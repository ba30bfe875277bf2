"""What is drawn of a simulated character."""

from __future__ import annotations

import numpy as np

from render.character import arrows, crate, plumb, sticks, way_marks
from render.color_schemes import DARK


def test_sticks_lie_where_they_are_told() -> None:
    ends = np.arange(12.0).reshape(2, 2, 3)
    colors = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    batch = sticks(ends, np.array([0.1, 0.2]), np.zeros((2, 3)), colors)
    np.testing.assert_allclose(batch.data[:, [0, 1, 2, 4, 5, 6]], ends.reshape(2, 6))
    np.testing.assert_allclose(batch.data[:, 12:15], colors, rtol=1e-6)


def test_arrows_end_at_their_tips_and_those_of_no_length_are_left_out() -> None:
    starts = np.array([[0.0, 1, 0], [0, 1, 0], [2, 0, 0]])
    ends = np.array([[0.5, 1, 0], [0, 1.02, 0], [2, 0, 0]])
    batch = arrows(starts, ends, DARK.accent)
    shafts, heads = batch.data[:2], batch.data[2:]
    np.testing.assert_allclose(shafts[:, 0:3], starts[:2], atol=1e-6)
    np.testing.assert_allclose(heads[:, 4:7], ends[:2], atol=1e-6)
    np.testing.assert_allclose(shafts[:, 4:7], heads[:, 0:3])
    assert (heads[:, 3] > shafts[:, 3]).all() and heads[1, 3] < heads[0, 3]
    assert np.isfinite(batch.data).all() and len(arrows(ends, ends, DARK.accent)) == 0


def test_a_crate_is_as_large_as_its_side_however_it_is_turned() -> None:
    half = np.sqrt(0.5)
    turned = np.array([[half, 0, half], [0, 1, 0], [-half, 0, half]])
    for axes in (np.eye(3), turned):
        middle = np.array([1.0, 2.0, 3.0])
        batch = crate(middle, axes, 0.3, DARK.figure.left, DARK.figure.joint)
        edges = batch.data[6:]
        corners = (np.concatenate([edges[:, 0:3], edges[:, 4:7]]) - middle) @ axes.T
        reach = np.abs(corners) + edges[0, 3]
        np.testing.assert_allclose(reach, 0.15, atol=1e-5)


def test_the_plumb_line_ends_on_the_ground() -> None:
    line, mark = plumb(np.array([0.3, 0.9, -0.2]), (1.0, 0.5, 0.0, 1.0))
    np.testing.assert_allclose(line.spheres[-1, :3], [0.3, 0, -0.2])
    np.testing.assert_allclose(mark.data[0, :3], [0.3, 0, -0.2])


def test_a_way_is_dots_on_the_ground_and_a_ring_about_its_end() -> None:
    way, goal = np.array([[0.0, 0, 0.3], [0, 0, 0.6]]), np.array([0.0, 0, 1.0])
    ring, discs = way_marks(way, goal, DARK.accent)
    np.testing.assert_allclose(discs.data[:, :3], [*way, goal], atol=1e-6)
    away = np.hypot(*(ring.data[:, [0, 2]] - goal[[0, 2]]).T)
    assert np.ptp(away) < 1e-5 and away[0] > discs.data[-1, 3]
    assert len(way_marks(way[:0], goal, DARK.accent)[1]) == 1
