"""The phase of a clip, checked; what cannot be is told in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.phase.thresholds import Thresholds
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.phase_reading import check_phase, read_phase, series_of, thresholds_asked
from viewer.model.shipped import load_shipped

MOTION = load_motion(ASSETS / "clips" / "walk.bvh")


def test_a_walk_by_the_model_that_ships() -> None:
    deepphase = load_shipped("deepphase", "numpy", "cpu", "fp32")
    check = check_phase(MOTION, read_phase(MOTION, deepphase), Thresholds())
    assert len(check.series) == 300 and check.anomalies == ()
    assert check.verdict.cycles == len(check.gait.cycles) == 8
    strict = check_phase(MOTION, check.series, Thresholds(strike=0.005))
    assert {anomaly.kind for anomaly in strict.anomalies} == {"strike off phase"}
    assert strict.verdict.anomalies == len(strict.anomalies)


def test_not_a_number_is_told_with_its_frame() -> None:
    phase = np.ones((300, 2), np.float32)
    phase[17] = np.nan
    with pytest.raises(Refused, match=r"walk\.bvh: The phase is not a number in 1 of 300 frames"):
        series_of(MOTION, phase)


def test_thresholds_asked_for(tmp_path: Path) -> None:
    assert thresholds_asked("") == Thresholds()
    path = tmp_path / "mine.json"
    path.write_text('{"strike": 0.2}')
    assert thresholds_asked(str(path)) == Thresholds(strike=0.2)
    path.write_text('{"strike": 0}')
    with pytest.raises(Refused, match=r"mine\.json: 'strike' is a number above 0, found 0"):
        thresholds_asked(str(path))
