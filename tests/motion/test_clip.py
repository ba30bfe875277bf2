"""Clips: times, moving, resampling."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation, Slerp

from motion import quat
from motion.clip import Clip
from motion.skeleton import Skeleton

SKELETON = Skeleton(
    ("root", "arm"),
    np.array([-1, 0], np.int32),
    np.array([[0, 0, 0], [0, 1, 0]], np.float32),
    {1: np.array([0, 1, 0], np.float32)},
)


def swinging(frames: int, frame_time: float, seed: int = 0) -> Clip:
    rng = np.random.default_rng(seed)
    angles = np.cumsum(rng.normal(scale=0.2, size=(frames, 2, 3)), axis=0).astype(np.float32)
    translations = np.cumsum(rng.normal(scale=0.1, size=(frames, 2, 3)), axis=0)
    return Clip(
        "swing", SKELETON, quat.from_euler(angles, "YXZ"), translations.astype("f4"), frame_time
    )


def test_times():
    clip = swinging(121, 1 / 119.88)
    assert clip.frame_count == 121
    assert clip.fps == pytest.approx(119.88, rel=1e-12)
    assert clip.duration == pytest.approx(120 / 119.88)
    assert swinging(1, 0.1).duration == 0


def test_moved_shifts_the_world_and_leaves_the_source():
    clip = swinging(5, 0.1)
    before = clip.translations.copy()
    moved = clip.moved(np.array([1.0, -2.0, 3.0]))
    assert moved.positions - clip.positions == pytest.approx(
        np.broadcast_to([1, -2, 3], (5, 2, 3)), abs=1e-5
    )
    assert np.array_equal(clip.translations, before)
    assert np.array_equal(moved.rotations, clip.rotations)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    frames=st.integers(2, 40),
    ratio=st.floats(0.2, 5.0),
)
def test_resampling_interpolates_between_neighbours(seed, frames, ratio):
    clip = swinging(frames, 1 / 60, seed)
    out = clip.resampled(ratio / 60)
    assert out.frame_time == ratio / 60
    assert out.frame_count == int(np.floor((frames - 1) / ratio + 1e-6)) + 1
    at = np.minimum(np.arange(out.frame_count) * ratio, frames - 1)
    times = np.arange(frames)
    for joint in range(2):
        keys = Rotation.from_quat(clip.rotations[:, joint], scalar_first=True)
        wanted = Slerp(times, keys)(at).as_matrix()
        assert quat.to_matrix(out.rotations[:, joint]) == pytest.approx(wanted, abs=2e-3)
        for axis in range(3):
            line = np.interp(at, times, clip.translations[:, joint, axis])
            assert out.translations[:, joint, axis] == pytest.approx(line, abs=1e-4)


@given(st.integers(1, 30), st.sampled_from([1 / 30, 1 / 119.88, 0.0083417, 0.1]))
@settings(max_examples=30, deadline=None)
def test_resampling_at_its_own_rate_changes_nothing(frames, frame_time):
    clip = swinging(frames, frame_time)
    out = clip.resampled(frame_time)
    assert out.frame_count == frames
    assert out.positions == pytest.approx(clip.positions, abs=1e-5)


def test_every_second_frame():
    clip = swinging(21, 1 / 60)
    out = clip.resampled(1 / 30)
    assert out.frame_count == 11
    assert out.positions == pytest.approx(clip.positions[::2], abs=1e-5)
    assert out.rotations.dtype == out.translations.dtype == np.float32


def test_resampling_keeps_what_is_known_of_the_source():
    clip = replace(swinging(4, 0.1), units="cm", up_axis="Z", warnings=("short",))
    out = clip.resampled(0.05)
    assert (out.units, out.up_axis, out.warnings, out.name) == ("cm", "Z", ("short",), "swing")
