"""A clip cut into windows and joined again is the clip."""

from __future__ import annotations

import numpy as np
import pytest

from motion.features import FEATURES, ROOT, WINDOW
from motion.restyling.joining import STRIDE, cut, joined, window_starts


@pytest.mark.parametrize("frames", [1, 40, WINDOW, WINDOW + 1, 100, 301])
def test_joining_gives_back_what_was_cut(frames: int) -> None:
    features = np.random.default_rng(frames).standard_normal((frames, FEATURES)).astype(np.float32)
    starts = window_starts(frames)
    windows = cut(features, starts)
    assert windows.shape == (len(starts), WINDOW, FEATURES)
    np.testing.assert_allclose(joined(windows, starts, frames), features, atol=1e-6)


def test_windows_cover_the_clip_and_end_with_it() -> None:
    starts = window_starts(200)
    assert starts[0] == 0 and starts[-1] == 200 - WINDOW
    assert np.diff(starts).max() <= STRIDE


def test_a_short_clip_goes_on_standing_still() -> None:
    features = np.ones((20, FEATURES), np.float32)
    (window,) = cut(features, window_starts(20))
    assert (window[20:, ROOT] == 0).all()
    assert (window[20:, : ROOT.start] == 1).all()


def test_a_window_that_disagrees_begins_and_ends_without_a_jerk() -> None:
    starts = window_starts(150)
    windows = np.zeros((len(starts), WINDOW, FEATURES), np.float32)
    windows[3] = 1.0
    course = joined(windows, starts, 150)[:, 0]
    assert 0.4 < course.max() < 0.9
    assert np.abs(np.diff(course)).max() < 0.05
    assert np.abs(np.diff(course, 2)).max() < 0.01
