"""Where a phase curve breaks: jumps, reversals and dead amplitude."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .curves import runs

JUMP_RATE = 6.0
"""Cycles a second: no gait turns this fast (sprinters reach about 2.5)."""
REVERSAL = 0.02
"""Cycles a reversal has to cover, so that noise around a standstill is none."""
DEAD_FRACTION, DEAD_TIME = 0.15, 0.25
"""Share of the clip's strong amplitude (90th percentile), and for how many seconds."""


@dataclass(frozen=True)
class Anomaly:
    """``kind`` is "jump", "reversal" or "dead amplitude"; frames ``start`` to ``end`` inclusive."""

    kind: str
    start: int
    end: int


def find_anomalies(phase: np.ndarray, frame_time: float) -> list[Anomaly]:
    """What breaks in DeepPhase outputs (T, 2) ``frame_time`` seconds apart, ordered by start.

    A jump turns faster than any gait between two frames; a reversal turns back by more
    than 0.02 cycle; amplitude is dead when it stays below 15 % of the clip's strong
    amplitude for a quarter of a second. Angles say nothing where amplitude is dead, so
    jumps and reversals are sought elsewhere only.
    """
    if len(phase) < 2:
        return []
    amplitude = np.hypot(phase[:, 0], phase[:, 1])
    weak = amplitude < DEAD_FRACTION * np.percentile(amplitude, 90)
    dead = [(a, b) for a, b in runs(weak) if (b - a) * frame_time >= DEAD_TIME]
    alive = ~weak[1:] & ~weak[:-1]
    turn = np.diff(np.arctan2(phase[:, 1], phase[:, 0])) / (2 * np.pi)
    turn -= np.round(turn)
    jumps = alive & (np.abs(turn) > min(JUMP_RATE * frame_time, 0.45))
    back = alive & ~jumps & (turn < 0)
    found = [Anomaly("jump", a, b) for a, b in runs(jumps)]
    found += [Anomaly("reversal", a, b) for a, b in runs(back) if -turn[a:b].sum() > REVERSAL]
    found += [Anomaly("dead amplitude", a, b - 1) for a, b in dead]
    return sorted(found, key=lambda anomaly: (anomaly.start, anomaly.kind))
