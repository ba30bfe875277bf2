"""A clip's phase in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from motion.footfalls import Gait

from .lint import Anomaly
from .series import PhaseSeries
from .stride import circular_mean, circular_std, read_stride


@dataclass(frozen=True)
class Verdict:
    """Numbers of one clip's phase; None where the clip has nothing to count them from.

    forward: share of the steps from frame to frame, moving, in which the phase advances.
    turns_per_cycle: turns of the phase by gait cycle, mean. strike_phase, strike_spread: mean and
    circular standard deviation of the phase at the left strikes that bound cycles, turns.
    frequency: mean turns per second while moving. anomalies: how many. cycles: gait cycles.
    """

    forward: float | None
    turns_per_cycle: float | None
    strike_phase: float | None
    strike_spread: float | None
    frequency: float | None
    anomalies: int
    cycles: int

    def __str__(self) -> str:
        count = f"{self.anomalies} anomal{'y' if self.anomalies == 1 else 'ies'}"
        if self.forward is None:
            return f"nothing moves, {count}"
        parts = [f"{100 * self.forward:.1f} % forward"]
        if self.turns_per_cycle is None:
            parts.append("no gait cycle")
        else:
            parts.append(f"{round(self.turns_per_cycle, 2) + 0.0:.2f} turns a cycle")
            parts.append(f"strikes ± {self.strike_spread:.2f}")
        return ", ".join([*parts, count])


def verdict(series: PhaseSeries, gait: Gait | None, anomalies: Sequence[Anomaly]) -> Verdict:
    """What ``series`` does over ``gait`` of the same frames; without one all of it is moving."""
    if gait is None:
        steps, cycle_turns, bounding = np.diff(series.turns), np.zeros(0), np.zeros(0)
    else:
        read = read_stride(series, gait)
        steps, cycle_turns, bounding = read.steps, read.cycle_turns, read.bounding
    moving, cycles = len(steps) > 0, len(cycle_turns)
    return Verdict(
        forward=float((steps > 0).mean()) if moving else None,
        turns_per_cycle=float(cycle_turns.mean()) if cycles else None,
        strike_phase=circular_mean(bounding) if cycles else None,
        strike_spread=circular_std(bounding) if cycles else None,
        frequency=float(steps.mean() / series.frame_time) if moving else None,
        anomalies=len(anomalies),
        cycles=cycles,
    )
