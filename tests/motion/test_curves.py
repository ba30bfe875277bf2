"""Runs of frames, and Gaussians over them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from motion.curves import runs, smoothed


def test_runs_are_half_open_and_long_enough() -> None:
    flags = np.array([1, 1, 0, 1, 0, 1, 1, 1], bool)
    assert runs(flags) == [(0, 2), (3, 4), (5, 8)]
    assert runs(flags, 2) == [(0, 2), (5, 8)]
    assert runs(np.zeros(3, bool)) == runs(np.zeros(0, bool)) == []


@pytest.mark.parametrize("shape", [(80,), (80, 2), (80, 2, 3), (1, 2)])
@pytest.mark.parametrize("sigma", [0.8, 10.0])
def test_a_gaussian_holds_the_ends(shape: tuple[int, ...], sigma: float) -> None:
    values = np.random.default_rng(1).normal(size=shape)
    radius = int(np.ceil(3 * sigma))
    wanted = gaussian_filter1d(values, sigma, axis=0, mode="nearest", radius=radius)
    assert smoothed(values, sigma) == pytest.approx(wanted)
