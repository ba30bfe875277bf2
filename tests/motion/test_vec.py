"""Unit vectors, cross products, and axes square to each other."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from motion import vec

RANDOM = np.random.default_rng(3)


@pytest.mark.parametrize("shape", [(3,), (15, 3), (4, 22, 3), (2,), (5, 2)])
def test_unit_vectors(shape: tuple[int, ...]) -> None:
    v = RANDOM.normal(size=shape)
    u = vec.unit(v)
    assert np.linalg.norm(u, axis=-1) == pytest.approx(1)
    assert np.sum(u * v, axis=-1) == pytest.approx(np.linalg.norm(v, axis=-1))
    assert vec.unit(np.zeros((2, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert vec.unit(v.astype(np.float32)).dtype == np.float32


@pytest.mark.parametrize("shapes", [((3,), (3,)), ((7, 3), (7, 3)), ((4, 1, 3), (5, 3))])
def test_cross_products(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    a, b = (RANDOM.normal(size=shape) for shape in shapes)
    assert vec.cross(a, b) == pytest.approx(np.cross(a, b))
    assert vec.cross(a.astype(np.float32), b).dtype == np.float64


@pytest.mark.parametrize(("exact", "near"), list(permutations("XYZ", 2)))
def test_axes_are_right_handed_and_lie_as_asked(exact: str, near: str) -> None:
    along, towards = RANDOM.normal(size=(2, 6, 4, 3))
    axes = vec.frame(exact, along, near, towards)
    assert np.swapaxes(axes, -1, -2) @ axes == pytest.approx(
        np.broadcast_to(np.eye(3), axes.shape), abs=1e-12
    )
    assert np.linalg.det(axes) == pytest.approx(1)
    first, second = axes[..., "XYZ".index(exact)], axes[..., "XYZ".index(near)]
    assert first == pytest.approx(vec.unit(along))
    rest = towards - np.sum(towards * first, axis=-1, keepdims=True) * first
    assert second == pytest.approx(vec.unit(rest))
