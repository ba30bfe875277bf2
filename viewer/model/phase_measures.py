"""All numbers about the phase of one motion that the window shows and the commands write; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from motion.footfalls import Gait
from motion.phase.lint import Anomaly
from motion.phase.series import PhaseSeries
from motion.phase.stride import foot_skate, stride_offset
from motion.phase.thresholds import Thresholds
from motion.phase.verdict import Verdict

from .clip import OpenMotion
from .phase_reading import PhaseCheck, checked, human, series_of

_LEAST_REACH = 1e-3


@dataclass(frozen=True, eq=False)
class PhaseMeasures:
    """A phase of T frames, checked by ``thresholds``, beside the gait of its motion.

    frequency: (T,) turns/s over ``thresholds.frequency_window_s``. offset: of the stride (T,),
    turns, NaN outside cycles. skate: (T, 2) m/s of the left and right foot, NaN in the air.
    """

    check: PhaseCheck
    thresholds: Thresholds
    frequency: np.ndarray
    offset: np.ndarray
    skate: np.ndarray

    @property
    def series(self) -> PhaseSeries:
        return self.check.series

    @property
    def gait(self) -> Gait:
        return self.check.gait

    @property
    def anomalies(self) -> tuple[Anomaly, ...]:
        return self.check.anomalies

    @property
    def verdict(self) -> Verdict:
        return self.check.verdict

    @cached_property
    def reach(self) -> float:
        """The largest amplitude, never zero."""
        return max(float(self.series.amplitude.max()), _LEAST_REACH)


def measures(
    series: PhaseSeries, positions: np.ndarray, contacts: np.ndarray, thresholds: Thresholds
) -> PhaseMeasures:
    """Measure ``series`` beside its motion; half a second for 200,000 frames.

    positions: (T, 22, 3) canonical, metres. contacts: (T, 4).
    """
    check = checked(series, positions, thresholds)
    skate = foot_skate(positions, contacts, series.frame_time)
    return _of(check, thresholds, skate)


def measured(motion: OpenMotion, phase: np.ndarray, thresholds: Thresholds) -> PhaseMeasures:
    """Measure DeepPhase outputs (T, 2) of ``motion``. Raises Refused: not human, one frame, NaN."""
    positions, _ = human(motion)
    assert motion.contacts is not None
    return measures(series_of(motion, phase), positions, motion.contacts, thresholds)


def checked_anew(before: PhaseMeasures, thresholds: Thresholds) -> PhaseMeasures:
    """The same motion by other ``thresholds``; its footfalls are not sought again."""
    check = before.check.by(thresholds)
    return _of(check, thresholds, before.skate)


def _of(check: PhaseCheck, thresholds: Thresholds, skate: np.ndarray) -> PhaseMeasures:
    series = check.series
    return PhaseMeasures(
        check=check,
        thresholds=thresholds,
        frequency=series.frequency(thresholds.frequency_window_s),
        offset=stride_offset(series, check.gait),
        skate=skate,
    )
