"""Positions and rotations at another rate."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from motion import quat, resample


@pytest.mark.parametrize("fps", [24.0, 59.94, 60.0, 119.88, 120.0])
def test_a_straight_line_is_followed_exactly(fps: float) -> None:
    seconds = np.arange(500) / fps
    positions = np.broadcast_to(seconds[:, None, None], (500, 2, 3)).astype(np.float32)
    slow = resample.linear(positions, 1 / fps, 1 / 30)
    assert len(slow) == int(499 / fps * 30 + 1e-6) + 1 and slow.dtype == np.float32
    assert np.allclose(slow[:, 0, 0], np.arange(len(slow)) / 30, atol=1e-4)


@pytest.mark.parametrize("wanted", [0.031, 0.1, 0.25])
def test_rotations_follow_the_arc(wanted: float) -> None:
    draw = np.random.default_rng(5)
    q = quat.normalize(draw.normal(size=(9, 2, 4)))
    sampled = resample.spherical(q, 0.1, wanted)
    at = np.minimum(np.arange(len(sampled)) * wanted, 0.8)
    assert at[-1] <= 0.8 < len(sampled) * wanted + 1e-6
    for joint in range(2):
        keys = Rotation.from_quat(q[:, joint], scalar_first=True)
        expected = Slerp(np.arange(9) * 0.1, keys)(at).as_matrix()
        assert quat.to_matrix(sampled[:, joint]) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("frame_time", [1 / 30, 1 / 119.88, 0.0083417])
def test_the_same_rate_changes_nothing(frame_time: float) -> None:
    values = np.random.default_rng(2).normal(size=(400, 3))
    assert np.array_equal(resample.linear(values, frame_time, frame_time), values)
    assert np.array_equal(resample.linear(values[:1], frame_time, 0.5), values[:1])
