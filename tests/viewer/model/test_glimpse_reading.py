"""What a glimpse of a clip shows, and how the process tells it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from tests.viewer.conftest import FRAMES
from viewer.model.clip import load_motion
from viewer.model.glimpse_reading import Glimpse, glimpse, path_line, read_glimpse, serve
from viewer.studio.clip_scan import scan


def test_a_glimpse_looks_like_the_whole_clip(walk: Path) -> None:
    seen = glimpse(walk)
    assert seen.seconds == pytest.approx((FRAMES - 1) / 60)
    whole = scan(load_motion(walk)).strip
    assert seen.strip.points.shape == whole.points.shape
    np.testing.assert_array_equal(seen.strip.parents, whole.parents)
    height = np.ptp(whole.points[..., 1])
    assert np.ptp(seen.strip.points[..., 1]) == pytest.approx(height, rel=0.05)


def test_a_rig_that_is_not_human_is_shown_as_it_is(snake: Path) -> None:
    seen, whole = glimpse(snake), scan(load_motion(snake)).strip
    assert seen.seconds == pytest.approx(0.1)
    np.testing.assert_array_equal(seen.strip.parents, whole.parents)
    assert seen.strip.points.shape[1:] == (2, 2)
    assert np.ptp(seen.strip.points) == pytest.approx(np.ptp(whole.points), rel=0.05)


def test_each_path_is_answered_a_broken_file_with_why(walk: Path, broken: Path) -> None:
    target = io.BytesIO()
    serve(io.BytesIO(path_line(broken) + path_line(walk)), target)
    first, second = map(read_glimpse, target.getvalue().splitlines())
    assert isinstance(first, str) and str(broken) in first
    assert isinstance(second, Glimpse)
    seen = glimpse(walk)
    assert second.seconds == seen.seconds
    np.testing.assert_array_equal(second.strip.points, seen.strip.points)
    np.testing.assert_array_equal(second.strip.parents, seen.strip.parents)
