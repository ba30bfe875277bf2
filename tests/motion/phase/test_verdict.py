"""The one line about a clip."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from motion.footfalls import gait
from motion.phase.lint import lint
from motion.phase.verdict import Verdict, verdict
from tests.motion.synthetic import walk

from .conftest import Walked
from .planting import turned, turning


def test_of_a_walk_that_ships(walked: Callable[[str], Walked]) -> None:
    clip = walked("walk")
    found = verdict(clip.series, clip.gait, lint(clip.series, clip.gait))
    assert str(found) == "100.0 % forward, 1.00 turns a cycle, strikes ± 0.01, 0 anomalies"
    assert found.cycles == len(clip.gait.cycles) > 3
    seconds = np.diff(clip.gait.left).mean() / 30
    assert found.frequency == pytest.approx(1 / seconds, rel=0.1)


def test_of_a_phase_that_turns_twice_as_fast(walked: Callable[[str], Walked]) -> None:
    clip = walked("walk")
    found = verdict(turned(clip.series, clip.series.turns), clip.gait, ())
    assert found.turns_per_cycle == pytest.approx(2, abs=0.01)


def test_the_phase_of_strikes() -> None:
    positions = walk(480, 1 / 60)
    found_gait = gait(positions, 1 / 60)
    series = turning(np.arange(480) / 60 - found_gait.left[0] / 60 - 0.25)
    found = verdict(series, found_gait, ())
    assert found.strike_phase == pytest.approx(-0.25)
    assert found.strike_spread == pytest.approx(0, abs=1e-5)
    assert found.forward == 1


def test_without_cycles_and_without_motion() -> None:
    series = turning(np.arange(60) / 60)
    assert str(verdict(series, None, ())) == "100.0 % forward, no gait cycle, 0 anomalies"
    still = gait(np.repeat(walk(1), 60, axis=0), 1 / 60)
    assert str(verdict(series, still, lint(series, still))) == "nothing moves, 0 anomalies"


def test_one_anomaly_is_no_plural() -> None:
    line = str(Verdict(0.979, 1.02, 0.0, 0.03, 1.0, 1, 9))
    assert line == "97.9 % forward, 1.02 turns a cycle, strikes ± 0.03, 1 anomaly"


def test_nothing_turned_has_no_sign() -> None:
    assert "0.00 turns" in str(Verdict(0.5, -0.001, 0.0, 0.03, 1.0, 0, 9))
    assert "-0.00" not in str(Verdict(0.5, -0.001, 0.0, 0.03, 1.0, 0, 9))
