"""Angle in turns, amplitude, x and y of an output, and their gradients."""

from __future__ import annotations

import numpy as np
import pytest

from inference.gradients.scalars import SCALARS, Scalar, difference, output_gradient, scalar_of

STEP = 1e-7


@pytest.mark.parametrize("of", SCALARS)
def test_as_central_differences(of: Scalar) -> None:
    xy = np.random.default_rng(0).standard_normal((500, 2))
    found = output_gradient(xy, of)
    for axis in range(2):
        way = STEP * np.eye(2)[axis]
        change = difference(scalar_of(xy - way, of), scalar_of(xy + way, of), of)
        np.testing.assert_allclose(found[:, axis], change / (2 * STEP), rtol=1e-5, atol=1e-6)


def test_a_quarter_turn() -> None:
    assert scalar_of(np.array([[0.0, 3.0], [-2.0, 0.0]]), "angle").tolist() == [0.25, 0.5]


@pytest.mark.parametrize("of", ["angle", "amplitude"])
def test_at_the_origin_it_is_zero(of: Scalar) -> None:
    with np.errstate(all="raise"):
        found = output_gradient(np.array([[0.0, 0.0], [3.0, 4.0]]), of)
    assert found[0].tolist() == [0, 0] and np.abs(found[1]).min() > 0


def test_differences_of_angles_are_wrapped_and_no_others() -> None:
    before, after = np.array([0.45, -0.45, 0.1]), np.array([-0.45, 0.45, 0.3])
    np.testing.assert_allclose(difference(before, after, "angle"), [0.1, -0.1, 0.2])
    np.testing.assert_allclose(difference(before, after, "x"), [-0.9, 0.9, 0.2])
