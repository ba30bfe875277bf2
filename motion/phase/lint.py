"""Where a phase goes wrong: jumps, reversals, dead amplitude, odd frequency, strikes off phase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion.curves import runs
from motion.footfalls import Gait

from .series import PhaseSeries, wrapped
from .stride import circular_mean
from .thresholds import Thresholds

UNITS = {
    "jump": "turns/s",
    "reversal": "turns",
    "dead amplitude": "s",
    "frequency": "turns/s",
    "strike off phase": "turns",
}
"""The kinds of anomaly and the unit of the size of each."""
_USUAL = Thresholds()
_LEAST_STRIKES = 3
_LARGEST_STEP = 0.45


@dataclass(frozen=True)
class Anomaly:
    """A fault in frames ``first`` to ``last`` inclusive.

    kind: one of UNITS. time_s: of the first frame. size: how large, in the unit of its kind; of
    a strike off phase with its sign, above 0 where the phase is ahead. severity: the size by its
    threshold, 1 and more; of a frequency too low the threshold by the size.
    """

    kind: str
    first: int
    last: int
    time_s: float
    size: float
    severity: float

    def __str__(self) -> str:
        size = f"{self.size:.3g} {UNITS[self.kind]}, severity {self.severity:.1f}"
        return f"{self.kind} at {self.time_s:.2f} s, frame {self.first}: {size}"


def breaks(series: PhaseSeries, thresholds: Thresholds = _USUAL) -> tuple[Anomaly, ...]:
    """Jumps, reversals and dead amplitude, ordered by frame; they need no motion.

    A jump turns faster than ``jump`` between two frames, and by 0.45 turn at most; a reversal
    turns back by more than ``reversal``. Angles say nothing where the amplitude is too small, so
    jumps and reversals are sought elsewhere only.
    """
    weak = _weak(series, thresholds)
    dead = [(a, b) for a, b in runs(weak) if (b - a) * series.frame_time >= thresholds.dead_s]
    alive = ~weak[1:] & ~weak[:-1]
    step = np.diff(series.turns)
    limit = min(thresholds.jump * series.frame_time, _LARGEST_STEP)
    jumps = alive & (np.abs(step) > limit)
    back = alive & ~jumps & (step < 0)

    def anomaly(kind: str, first: int, last: int, size: float, severity: float) -> Anomaly:
        return Anomaly(kind, first, last, first * series.frame_time, size, severity)

    found = []
    for a, b in runs(jumps):
        largest = float(np.abs(step[a:b]).max())
        found.append(anomaly("jump", a, b, largest / series.frame_time, largest / limit))
    for a, b in runs(back):
        turned = float(-step[a:b].sum())
        if turned > thresholds.reversal:
            found.append(anomaly("reversal", a, b, turned, turned / thresholds.reversal))
    for a, b in dead:
        lasts = (b - a) * series.frame_time
        found.append(anomaly("dead amplitude", a, b - 1, lasts, lasts / thresholds.dead_s))
    return _ordered(found)


def lint(
    series: PhaseSeries, gait: Gait | None = None, thresholds: Thresholds = _USUAL
) -> tuple[Anomaly, ...]:
    """All anomalies, ordered by frame.

    gait: the footfalls of the same T frames; without them no strike is judged, and the whole
    series counts as moving. A frequency is judged where nothing that ``breaks`` finds falls into
    its window, a strike off phase where the amplitude is large enough.
    """
    broken = breaks(series, thresholds)
    found = [*broken, *_odd_frequencies(series, gait, thresholds, broken)]
    if gait is not None:
        found += _strikes_off(series, gait, thresholds)
    return _ordered(found)


def _weak(series: PhaseSeries, thresholds: Thresholds) -> np.ndarray:
    return series.amplitude < thresholds.dead_share * series.strong_amplitude


def _odd_frequencies(
    series: PhaseSeries,
    gait: Gait | None,
    thresholds: Thresholds,
    broken: tuple[Anomaly, ...],
) -> list[Anomaly]:
    frequency = series.frequency(thresholds.frequency_window_s)
    half = max(1, round(thresholds.frequency_window_s / 2 / series.frame_time))
    judged = ~_near(_weak(series, thresholds), half)
    judged[:half], judged[len(judged) - half :] = False, False
    if gait is not None:
        judged &= ~_near(~gait.moving, half)
    for anomaly in broken:
        judged[max(anomaly.first - half, 0) : anomaly.last + half + 1] = False
    found = []
    low, high = thresholds.frequency_low, thresholds.frequency_high
    for outside, lowest in ((frequency < low, True), (frequency > high, False)):
        for a, b in _joined(runs(judged & outside), half):
            part = frequency[a:b]
            size = float(part.min() if lowest else part.max())
            severity = low / max(size, low / 100) if lowest else size / high
            found.append(Anomaly("frequency", a, b - 1, a * series.frame_time, size, severity))
    return found


def _joined(found: list[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    """Runs [first, last + 1) with those less than ``gap`` frames apart made one."""
    out: list[tuple[int, int]] = []
    for a, b in found:
        if out and a - out[-1][1] < gap:
            a = out.pop()[0]
        out.append((a, b))
    return out


def _near(flags: np.ndarray, frames: int) -> np.ndarray:
    """Where one of ``flags`` (T,) is within so many frames."""
    count = np.concatenate([[0], np.cumsum(flags)])
    at = np.arange(len(flags))
    after = np.minimum(at + frames + 1, len(flags))
    near: np.ndarray = count[after] > count[np.maximum(at - frames, 0)]
    return near


def _strikes_off(series: PhaseSeries, gait: Gait, thresholds: Thresholds) -> list[Anomaly]:
    alive = gait.moving & ~_weak(series, thresholds)
    found = []
    for strikes in (gait.left, gait.right):
        at = strikes[alive[strikes]]
        if len(at) < _LEAST_STRIKES:
            continue
        angle = series.turns[at]
        middle = circular_mean(angle)
        usual = middle + np.median(wrapped(angle - middle))
        for frame, off in zip(at.tolist(), wrapped(angle - usual).tolist(), strict=True):
            if abs(off) > thresholds.strike:
                severity = abs(off) / thresholds.strike
                time_s = frame * series.frame_time
                found.append(Anomaly("strike off phase", frame, frame, time_s, off, severity))
    return found


def _ordered(found: list[Anomaly]) -> tuple[Anomaly, ...]:
    return tuple(sorted(found, key=lambda anomaly: (anomaly.first, anomaly.kind)))
