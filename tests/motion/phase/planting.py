"""Phases made up, and faults planted into those that are given."""

from __future__ import annotations

import numpy as np

from motion.phase.series import PhaseSeries


def turning(
    turns: np.ndarray, amplitude: float | np.ndarray = 1.0, frame_time: float = 1 / 60
) -> PhaseSeries:
    """A phase whose angle is ``turns`` (T,)."""
    angle = 2 * np.pi * turns
    xy = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return PhaseSeries(xy * np.broadcast_to(amplitude, len(turns))[:, None], frame_time)


def turned(series: PhaseSeries, by: np.ndarray) -> PhaseSeries:
    """``series`` with every frame turned on by so many turns (T,)."""
    return turning(series.turns + by, series.amplitude, series.frame_time)
