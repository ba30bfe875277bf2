"""Phase frames and windows of a moving character against those of the clip so far."""

from __future__ import annotations

import time

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.recent import RecentMotion
from motion.features import FPS, WINDOW, motion_features, phase_frames
from tests.motion.synthetic import wander


@pytest.mark.parametrize("seed", [1, 2])
def test_it_is_what_the_clip_so_far_gives(seed: int) -> None:
    positions = wander(seed, 200)
    recent = RecentMotion()
    assert recent.phase_frame() is None and recent.window() is None
    for frame, now in enumerate(positions, 1):
        recent.add(now)
        if frame in (2, 3, 30, 59, 60, 61, 90, 91, 92, 150, 200):
            expected = phase_frames(positions[:frame], 1 / FPS)[-1]
            assert np.allclose(recent.phase_frame(), expected, atol=1e-5)
            window = recent.window()
            assert (window is None) == (frame < WINDOW)
            if window is not None:
                expected = motion_features(positions[:frame])[-WINDOW:]
                assert window.shape == (WINDOW, 73) and window.dtype == np.float32
                assert np.allclose(window, expected, atol=1e-5)
    assert len(recent) == 91


def test_a_second_later_nothing_of_the_phase_frame_changes_but_by_its_end() -> None:
    """How far the live frame is from the one the finished clip gives: the heading's end effect."""
    positions = wander(5, 150)
    whole = phase_frames(positions, 1 / FPS)
    recent, apart = RecentMotion(), []
    for frame, now in enumerate(positions):
        recent.add(now)
        live = recent.phase_frame()
        if frame > 40 and live is not None:
            apart.append(np.abs(live[:66] - whole[frame, :66]).max())
    assert 0 < np.median(apart) < 0.3


def test_a_cut_forgets_what_was_before() -> None:
    positions = wander(3, 100)
    recent, fresh = RecentMotion(), RecentMotion()
    for now in positions[:40]:
        recent.add(now + 5)
    for frame, now in enumerate(positions[40:]):
        recent.add(now, cut=frame == 0)
        fresh.add(now)
    assert np.array_equal(recent.window(), fresh.window())
    assert np.array_equal(recent.phase_frame(), fresh.phase_frame())


def test_it_is_cheap() -> None:
    positions = wander(4, 91)
    recent = RecentMotion()
    for now in positions:
        recent.add(now)
    took = []
    for _ in range(20):
        start = time.perf_counter()
        recent.phase_frame()
        took.append(time.perf_counter() - start)
    assert min(took) < 0.005
