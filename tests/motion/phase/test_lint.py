"""Faults planted into the phases of real clips, and into made-up ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from motion.phase.lint import UNITS, Anomaly, breaks, lint
from motion.phase.series import PhaseSeries
from motion.phase.thresholds import Thresholds

from .conftest import Walked
from .planting import turned, turning

Clips = Callable[[str], Walked]
_FINITE = st.floats(-3, 3, width=32)
SOUND = ("walk", "run", "walk_backward", "elated_walk")


def stretch(series: PhaseSeries, first: int, steps: list[float]) -> np.ndarray:
    """Turns (T,) that add ``steps`` from frame to frame from ``first`` on."""
    by = np.zeros(len(series))
    by[first + 1 : first + 1 + len(steps)] = steps
    return np.cumsum(by)


def kinds(found: tuple[Anomaly, ...]) -> list[tuple[str, int, int]]:
    return [(anomaly.kind, anomaly.first, anomaly.last) for anomaly in found]


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_clip_has_none(walked: Clips, name: str) -> None:
    clip = walked(name)
    assert lint(clip.series, clip.gait) == ()


@pytest.mark.parametrize("name", SOUND)
def test_a_planted_jump_is_found_and_nothing_else(walked: Clips, name: str) -> None:
    clip = walked(name)
    frame = int(clip.gait.left[-2]) + 3
    glitch = turned(clip.series, stretch(clip.series, frame, [0.35, -0.35]))
    (found,) = lint(glitch, clip.gait)
    assert (found.kind, found.first, found.last) == ("jump", frame, frame + 2)
    assert found.time_s == pytest.approx(frame / 30)
    assert 8 < found.size < 15 and found.severity == pytest.approx(found.size / 6)


def test_a_jump_that_lasts_puts_the_strikes_after_it_off_their_phase(walked: Clips) -> None:
    clip = walked("walk")
    frame = int(clip.gait.left[-1]) + 3
    found = lint(turned(clip.series, stretch(clip.series, frame, [0.3])), clip.gait)
    last = int(clip.gait.right[-1])
    assert kinds(found) == [("jump", frame, frame + 1), ("strike off phase", last, last)]
    assert found[1].size == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("name", SOUND)
def test_a_planted_reversal_is_found_and_nothing_else(walked: Clips, name: str) -> None:
    clip = walked(name)
    frame = int(clip.gait.left[-2]) + 1
    own = np.diff(clip.series.turns)[frame : frame + 3]
    back = [*(-own - 0.02), *np.full(6, (own.sum() + 0.06) / 6)]
    (found,) = lint(turned(clip.series, stretch(clip.series, frame, back)), clip.gait)
    assert (found.kind, found.first, found.last) == ("reversal", frame, frame + 3)
    assert found.size == pytest.approx(0.06) and found.severity == pytest.approx(3)


@pytest.mark.parametrize("name", SOUND)
def test_a_planted_dead_stretch_is_found_and_nothing_else(walked: Clips, name: str) -> None:
    clip = walked(name)
    gain = np.ones(len(clip.series))
    gain[60:75] = 0.02
    dead = PhaseSeries(clip.series.xy * gain[:, None], clip.series.frame_time)
    (found,) = lint(dead, clip.gait)
    assert (found.kind, found.first, found.last) == ("dead amplitude", 60, 74)
    assert found.size == pytest.approx(0.5) and found.severity == pytest.approx(2)


@pytest.mark.parametrize("name", SOUND)
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_planted_strike_off_its_phase_is_found_and_nothing_else(
    walked: Clips, name: str, side: str
) -> None:
    clip = walked(name)
    strikes = getattr(clip.gait, side)
    frame = int(strikes[len(strikes) // 2])
    struck = np.sort(np.concatenate([clip.gait.left, clip.gait.right]))
    before, after = struck[struck < frame][-1], struck[struck > frame][0]
    bump = np.interp(np.arange(len(clip.series)), [before, frame, after], [0, 0.2, 0])
    (found,) = lint(turned(clip.series, bump), clip.gait)
    assert (found.kind, found.first, found.last) == ("strike off phase", frame, frame)
    assert found.size == pytest.approx(0.2, abs=0.05)
    assert found.severity == pytest.approx(found.size / 0.15)


def test_a_phase_too_fast_or_too_slow_is_found() -> None:
    step = np.full(600, 1 / 60)
    step[200:300], step[400:500] = 5 / 60, 0.2 / 60
    fast, slow = lint(turning(np.cumsum(step)))
    assert (fast.kind, slow.kind) == ("frequency", "frequency")
    assert abs(fast.first - 200) < 15 and abs(fast.last - 299) < 15
    assert abs(slow.first - 400) < 15 and abs(slow.last - 499) < 15
    assert fast.size == pytest.approx(5) and fast.severity == pytest.approx(5 / 4)
    assert slow.size == pytest.approx(0.2) and slow.severity == pytest.approx(2)


def test_standing_still_is_no_odd_frequency(walked: Clips) -> None:
    clip = walked("walk")
    standing = turning(np.zeros(len(clip.series)), frame_time=1 / 30)
    assert "frequency" in {anomaly.kind for anomaly in lint(standing, clip.gait)}
    still = np.zeros(len(clip.series), bool)
    at_rest = type(clip.gait)(clip.gait.left, clip.gait.right, still, ~still, clip.gait.cycles)
    assert lint(standing, at_rest) == ()


def test_a_frequency_that_wavers_about_its_bound_is_one_anomaly() -> None:
    step = np.full(900, 0.4 / 60)
    step[:200] = step[-200:] = 1 / 60
    step += 0.02 / 60 * np.sin(np.arange(900) / 2)
    (found,) = lint(turning(np.cumsum(step)))
    assert found.kind == "frequency" and found.size < 0.4
    assert abs(found.first - 200) < 40 and abs(found.last - 699) < 40


@settings(max_examples=200, deadline=None)
@given(
    arrays(np.float32, st.tuples(st.integers(2, 60), st.just(2)), elements=_FINITE),
    st.sampled_from([1 / 15, 1 / 30, 1 / 120]),
)
def test_whatever_comes_is_answered_in_bounds_and_order(xy: np.ndarray, frame_time: float) -> None:
    series = PhaseSeries(xy, frame_time)
    found = lint(series)
    assert [anomaly.first for anomaly in found] == sorted(anomaly.first for anomaly in found)
    for anomaly in found:
        assert 0 <= anomaly.first <= anomaly.last < len(xy)
        assert anomaly.severity >= 0.999 and np.isfinite(anomaly.size)
        assert anomaly.time_s == pytest.approx(anomaly.first * frame_time)


def test_thresholds_decide() -> None:
    cycles = np.arange(300) / 60
    cycles[120:] += 0.3
    assert lint(turning(cycles), None, Thresholds(jump=30.0)) == ()
    assert kinds(lint(turning(cycles))) == [("jump", 119, 120)]


def test_breaks_of_made_up_curves() -> None:
    assert breaks(turning(np.arange(300) / 60)) == ()
    assert breaks(turning(2.5 * np.arange(300) / 60)) == ()
    back = np.cumsum(np.full(300, 1 / 60))
    back[100:] -= 2 * np.clip(np.arange(200), 0, 10) / 60
    assert kinds(breaks(turning(back))) == [("reversal", 100, 110)]
    tremble = np.arange(300) / 60
    tremble[100] -= 1.2 / 60
    assert breaks(turning(tremble)) == ()


def test_angles_are_not_judged_where_the_amplitude_is_dead() -> None:
    cycles, amplitude = np.arange(300) / 60, np.ones(300)
    amplitude[50:80] = 0.05
    cycles[60:] += 0.4
    assert kinds(breaks(turning(cycles, amplitude))) == [("dead amplitude", 50, 79)]


def test_two_frames_have_none_and_words_say_where() -> None:
    assert lint(turning(np.array([0.0, 0.01]))) == ()
    anomaly = Anomaly("jump", 12, 13, 0.4, 8.25, 1.4)
    assert str(anomaly) == "jump at 0.40 s, frame 12: 8.25 turns/s, severity 1.4"
    assert set(UNITS) == {"jump", "reversal", "dead amplitude", "frequency", "strike off phase"}
