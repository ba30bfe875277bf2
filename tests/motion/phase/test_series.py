"""Angle, amplitude and frequency of phases that are known."""

from __future__ import annotations

import numpy as np
import pytest

from motion.phase.series import PhaseError, PhaseSeries, wrapped

from .planting import turning


def test_angle_and_amplitude() -> None:
    turns = np.linspace(0.25, 3.5, 200)
    series = turning(turns, 0.7, 1 / 30)
    assert series.turns == pytest.approx(turns)
    assert series.amplitude == pytest.approx(np.full(200, 0.7))
    assert series.strong_amplitude == pytest.approx(0.7)
    assert series.time_s[-1] == series.length_s == pytest.approx(199 / 30)


@pytest.mark.parametrize("frame_time", [1 / 30, 1 / 60, 1 / 119.88])
def test_frequency_of_an_even_phase_is_exact_up_to_its_ends(frame_time: float) -> None:
    series = turning(1.3 * np.arange(240) * frame_time + 0.2, frame_time=frame_time)
    assert series.frequency() == pytest.approx(np.full(240, 1.3))


def test_frequency_is_the_least_squares_slope() -> None:
    rng = np.random.default_rng(0)
    turns = np.cumsum(rng.uniform(0, 0.05, 90))
    series = turning(turns)
    at = np.arange(90) / 60
    expected = [
        np.polyfit(at[max(i - 15, 0) : i + 16], turns[max(i - 15, 0) : i + 16], 1)[0]
        for i in range(90)
    ]
    assert series.frequency(0.5) == pytest.approx(expected)


def test_frequency_of_less_than_a_window() -> None:
    assert turning(np.array([0.0, 0.1, 0.2])).frequency() == pytest.approx([6.0] * 3)
    assert turning(np.array([0.0, 0.1])).frequency() == pytest.approx([6.0] * 2)


def test_frequency_of_a_wider_window_is_smoother() -> None:
    at = np.arange(600) / 60
    series = turning(at + 0.02 * np.sin(2 * np.pi * 4 * at))
    inside = slice(60, -60)
    assert np.std(series.frequency(1.0)[inside]) < np.std(series.frequency(0.1)[inside]) / 5


def test_what_is_no_phase_is_refused_in_one_sentence() -> None:
    with pytest.raises(PhaseError, match="two frames or more, found 1"):
        PhaseSeries(np.zeros((1, 2)), 1 / 30)
    with pytest.raises(PhaseError, match=r"shape \(frames, 2\), found \(4, 3\)"):
        PhaseSeries(np.zeros((4, 3)), 1 / 30)
    broken = np.zeros((5, 2))
    broken[2:4, 1] = np.nan
    with pytest.raises(PhaseError, match="not a number in 2 of 5 frames, first in 2"):
        PhaseSeries(broken, 1 / 30)
    with pytest.raises(PhaseError, match="more than 0 s apart"):
        PhaseSeries(np.zeros((5, 2)), 0.0)


def test_wrapped() -> None:
    assert wrapped(np.array([0.2, 0.7, -0.6, 3.1])) == pytest.approx([0.2, -0.3, 0.4, 0.1])
