"""What is measured of a phase is what each measure says by itself."""

from __future__ import annotations

import numpy as np

from motion.contacts import contacts
from motion.footfalls import gait
from motion.phase.lint import lint
from motion.phase.series import PhaseSeries
from motion.phase.stride import foot_skate, stride_offset
from motion.phase.thresholds import Thresholds
from motion.phase.verdict import verdict
from tests.motion.synthetic import walk
from viewer.model.phase_measures import checked_anew, measures

FRAME_TIME = 1 / 30
POSITIONS = walk(240, FRAME_TIME)
DOWN = contacts(POSITIONS, FRAME_TIME)
TURNS = np.arange(240) * FRAME_TIME + np.where(np.arange(240) < 150, 0, 0.3)
SERIES = PhaseSeries(
    np.stack([np.cos(2 * np.pi * TURNS), np.sin(2 * np.pi * TURNS)], axis=-1), FRAME_TIME
)


def test_all_that_is_measured() -> None:
    limits = Thresholds(frequency_window_s=0.3)
    found, walked = measures(SERIES, POSITIONS, DOWN, limits), gait(POSITIONS, FRAME_TIME)
    assert found.anomalies == lint(SERIES, walked, limits) != ()
    assert found.verdict == verdict(SERIES, walked, found.anomalies)
    np.testing.assert_array_equal(found.gait.left, walked.left)
    np.testing.assert_array_equal(found.frequency, SERIES.frequency(0.3))
    np.testing.assert_array_equal(found.offset, stride_offset(SERIES, walked))
    np.testing.assert_array_equal(found.skate, foot_skate(POSITIONS, DOWN, FRAME_TIME))
    assert found.reach == SERIES.amplitude.max()


def test_other_thresholds_need_no_other_footfalls() -> None:
    before = measures(SERIES, POSITIONS, DOWN, Thresholds())
    limits = Thresholds(jump=40, frequency_window_s=1.0)
    after, anew = checked_anew(before, limits), measures(SERIES, POSITIONS, DOWN, limits)
    assert after.anomalies == anew.anomalies != before.anomalies
    assert after.verdict == anew.verdict and after.thresholds == limits
    np.testing.assert_array_equal(after.frequency, anew.frequency)
    assert after.gait is before.gait
