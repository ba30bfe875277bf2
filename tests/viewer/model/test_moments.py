"""Which moment of one motion belongs to which of another."""

from __future__ import annotations

import numpy as np
import pytest

from motion.phase.series import PhaseSeries, wrapped
from viewer.model.figure import Figure
from viewer.model.moments import Moments, by_marker, by_phase


def series(turns: np.ndarray, frame_time: float = 1 / 30) -> PhaseSeries:
    angle = 2 * np.pi * turns
    return PhaseSeries(np.stack([np.cos(angle), np.sin(angle)], axis=1), frame_time)


def still(frames: int, frame_time: float) -> Figure:
    return Figure(np.zeros((frames, 22, 3), np.float32), frame_time)


def test_by_time_a_frame_lasts_until_the_next() -> None:
    frames = np.arange(6)
    slower = Moments().frames(frames, 1 / 60, still(10, 1 / 30))
    assert slower.tolist() == [0, 0, 1, 1, 2, 2]
    later = Moments(0.1).frames(frames, 1 / 30, still(10, 1 / 30))
    assert later.tolist() == [3, 4, 5, 6, 7, 8]
    assert Moments(-0.1).frames(frames, 1 / 30, still(10, 1 / 30))[0] == -3


@pytest.mark.parametrize("speed", [0.7, 1.0, 1.6])
def test_by_phase_both_have_the_same_one(speed: float) -> None:
    a, b = series(0.3 + np.arange(200) / 30), series(0.9 + speed * np.arange(200) / 30)
    found = by_phase(a, b)
    assert found.times_s is not None
    at = np.interp(found.times_s, b.time_s, b.turns)
    assert np.abs(wrapped(at - a.turns)).max() < 1e-6
    steps = np.diff(found.times_s)
    inside = a.turns - np.round(a.turns[0] - b.turns[0]) <= b.turns[-1]
    assert (steps[inside[1:]] > -1e-9).all(), "within the cycles of B nothing jumps back"


def test_by_phase_starts_in_the_nearest_cycle() -> None:
    a, b = series(0.05 + np.arange(100) / 30), series(0.95 + np.arange(100) / 30)
    found = by_phase(a, b)
    assert found.times_s is not None and found.times_s[0] == pytest.approx(0.1, abs=1e-6)


def test_by_phase_a_motion_of_less_than_a_cycle_holds_at_its_end() -> None:
    found = by_phase(series(np.arange(100) / 30), series(np.arange(10) / 30))
    assert found.times_s is not None
    assert np.isfinite(found.times_s).all() and found.times_s.max() <= 9 / 30 + 1e-9


def test_by_marker_the_first_that_both_have() -> None:
    a = (("start", 0.5), ("turn", 1.0), ("end", 2.0))
    b = (("turn", 3.0), ("end", 1.0), ("turn", 9.0))
    assert by_marker(a, b).shift_s == 2.0
    lone = by_marker(a, (("other", 1.0),))
    assert lone.shift_s == 0.0 and "marker" in lone.note
