"""Phases put side by side whose shifts are known, and real ones against themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from motion.footfalls import gait
from motion.phase.align import WAYS, align, difference
from motion.phase.series import PhaseError, PhaseSeries
from tests.motion.synthetic import walk

from .conftest import Walked
from .planting import turned, turning

TIME = np.arange(300) / 60


@pytest.mark.parametrize("by", WAYS)
def test_a_clip_is_no_different_from_itself(walked: Callable[[str], Walked], by: str) -> None:
    clip = walked("run")
    aligned = align(clip.series, clip.series, by, (clip.gait, clip.gait))  # type: ignore[arg-type]
    assert aligned.frames.tolist() == list(range(len(clip.series)))
    found = difference(clip.series, clip.series, aligned)
    assert np.abs(found.plane).max() < 1e-6 and np.abs(found.lag_s).max() < 1e-5


def test_by_time_the_worst_is_found_where_it_was_planted(walked: Callable[[str], Walked]) -> None:
    clip = walked("walk")
    by = np.zeros(len(clip.series))
    by[141] = 0.2
    other = turned(clip.series, by)
    found = difference(clip.series, other, align(clip.series, other))
    spread = found.spread("turns")
    assert spread is not None
    assert spread.frame == 141 and spread.worst == pytest.approx(0.2)
    assert spread.time_s == pytest.approx(141 / 30)
    assert spread.mean == pytest.approx(0.2 / len(clip.series)) and spread.p95 < 1e-6
    assert found.turns[141] == pytest.approx(0.2)


def test_by_time_over_another_rate() -> None:
    a, b = turning(TIME), turning(np.arange(150) / 30, frame_time=1 / 30)
    aligned = align(a, b)
    assert len(aligned.frames) == 299
    assert np.abs(difference(a, b, aligned).turns).max() < 2e-3


def test_b_less_a_has_its_sign() -> None:
    a, b = turning(TIME, 0.5), turning(TIME + 0.1, 0.75)
    found = difference(a, b, align(a, b))
    assert found.turns == pytest.approx(np.full(300, 0.1))
    assert found.amplitude == pytest.approx(np.full(300, 0.25))


def test_by_phase_a_slower_walk_is_no_different() -> None:
    a, b = turning(TIME), turning(TIME * 0.8 + 0.05)
    found = difference(a, b, align(a, b, "phase"))
    assert found.aligned.frames[0] == 3
    assert np.abs(found.turns).max() < 1e-3
    at = found.aligned.frames / 60
    assert found.lag_s == pytest.approx((at - 0.05) / 0.8 - at, abs=1e-4)


def test_by_phase_the_nearest_turn_is_taken_and_a_standstill_is_waited_for() -> None:
    step = np.full(400, 1 / 60)
    step[100:200] = 0
    a, b = turning(TIME + 5), turning(np.cumsum(step) + 0.99)
    aligned = align(a, b, "phase")
    found = difference(a, b, aligned)
    assert np.abs(found.turns).max() < 1e-3
    late = found.aligned.frames > 130
    assert found.lag_s[late] == pytest.approx(
        np.full(late.sum(), 100 / 60 - 1 / 60 + 0.01), abs=0.02
    )


def test_by_strike() -> None:
    positions = walk(360, 1 / 60)
    later = positions[20:]
    gaits = gait(positions, 1 / 60), gait(later, 1 / 60)
    a, b = turning(np.arange(360) / 60), turning(np.arange(20, 360) / 60)
    found = difference(a, b, align(a, b, "strike", gaits))
    shift = (gaits[1].left[0] - gaits[0].left[0]) / 60
    assert found.lag_s == pytest.approx(np.full(len(found.lag_s), shift))
    assert shift == pytest.approx(-20 / 60, abs=1e-6)
    assert np.abs(found.turns).max() < 1e-6
    with pytest.raises(PhaseError, match="B has no left heel strike"):
        align(a, b, "strike", (gaits[0], None))


def test_angles_count_only_where_they_mean_something() -> None:
    amplitude = np.ones(300)
    amplitude[50:60] = 0.01
    a = turning(TIME, amplitude)
    by = np.zeros(300)
    by[50:60] = 0.4
    found = difference(a, turned(a, by), align(a, a))
    spread = found.spread("turns")
    assert spread is not None and spread.worst < 1e-6
    assert not found.alive[50:60].any() and found.alive[:50].all()
    dead = PhaseSeries(np.zeros((300, 2)), 1 / 60)
    assert difference(dead, a, align(dead, a)).spread("turns") is None


def test_what_does_not_overlap_is_refused() -> None:
    a, b = turning(np.linspace(0, 0.1, 30)), turning(np.linspace(0.3, 0.4, 30))
    with pytest.raises(PhaseError, match="A and B have no phase in common"):
        align(a, b, "phase")
