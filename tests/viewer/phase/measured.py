"""Phases that are made up, beside a walk that is too."""

from __future__ import annotations

import numpy as np

from motion.contacts import contacts
from motion.phase.series import PhaseSeries
from motion.phase.thresholds import Thresholds
from tests.motion.synthetic import walk
from viewer.model.phase_measures import PhaseMeasures, measures

CYCLES = np.linspace(0, 4 * np.pi, 200)


def measured(
    xy: np.ndarray, frame_time: float, thresholds: Thresholds | None = None
) -> PhaseMeasures:
    """A phase (T, 2) beside a level walk of as many frames."""
    walked = walk(len(xy), frame_time)
    series = PhaseSeries(xy, frame_time)
    return measures(series, walked, contacts(walked, frame_time), thresholds or Thresholds())


def turning(turns: np.ndarray, amplitude: float = 0.5) -> np.ndarray:
    """A phase (T, 2) of these turns (T,)."""
    return np.stack([np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)], axis=-1) * amplitude


CURVES = measured(turning(CYCLES / (2 * np.pi)), 0.02)
"""Two turns in 4 s, and nothing wrong with them."""
