"""The drawn shapes against what MuJoCo says of the body."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import FEET
from character.body import Body


def test_the_lowest_points_are_those_of_the_simulation(
    body: Body, instants: list[tuple[np.ndarray, np.ndarray]]
) -> None:
    shapes = body.shapes()
    round_ones = [b for b in range(15) if b not in FEET]
    for pose, rates in instants:
        instant = body.at(pose, rates)
        ends, widening = shapes.placed(instant.joints, instant.rotations)
        lowest = ends[..., 1].min(axis=1) - shapes.radii
        np.testing.assert_allclose(lowest[round_ones], instant.lowest[round_ones], atol=1e-9)
        assert not widening[round_ones].any()
        feet = sorted(FEET)
        assert (lowest[feet] >= instant.lowest[feet] - 1e-9).all()


def test_a_foot_is_as_long_wide_and_high_as_its_box(body: Body) -> None:
    shapes = body.shapes()
    for foot in FEET:
        half = body.extents[foot]
        length = np.linalg.norm(shapes.ends[foot, 1] - shapes.ends[foot, 0]) / 2
        radius = shapes.radii[foot]
        wide = radius * (1 + np.linalg.norm(shapes.widening[foot]))
        np.testing.assert_allclose(sorted([length + radius, wide, radius]), sorted(half))
