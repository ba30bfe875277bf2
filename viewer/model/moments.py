"""Which moment of one motion belongs to a moment of another: by time, phase or marker; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from motion.phase.series import PhaseSeries

from .figure import Figure
from .language import tr

_EDGE = 1e-6
_RISING = 1e-12
Named = Sequence[tuple[str, float]]
"""Markers: their names, and when they are in seconds."""


@dataclass(frozen=True, eq=False)
class Moments:
    """The moments of B beside those of A.

    times_s: of B, one a frame of A (T,); None: ``shift_s`` after those of A. note: why it is so
    and not as it was asked for, "" where it is.
    """

    shift_s: float = 0.0
    times_s: np.ndarray | None = None
    note: str = ""

    def frames(self, frames: np.ndarray, frame_time: float, other: Figure) -> np.ndarray:
        """The frames (N,) of ``other`` beside ``frames`` (N,) of A, also beyond its ends.

        By time a frame lasts until the next, by phase it is the nearest.
        """
        if self.times_s is not None:
            at = self.times_s[np.minimum(frames, len(self.times_s) - 1)] / other.frame_time + 0.5
        else:
            at = (frames * frame_time + self.shift_s) / other.frame_time + _EDGE
        found: np.ndarray = np.floor(at).astype(int)
        return found


def by_phase(a: PhaseSeries, b: PhaseSeries) -> Moments:
    """Where ``b`` has the phase of each frame of ``a``, in the cycle that goes with that of ``a``.

    Cycles are counted from the starts, the turn chosen in which these are nearest. Beyond the
    cycles of ``b`` it is the nearest one that has the phase.
    """
    reached = np.maximum.accumulate(b.turns)
    wanted = a.turns - np.round(a.turns[0] - reached[0])
    wanted = wanted - np.ceil(np.maximum(wanted - reached[-1], 0.0) - _EDGE)
    wanted = wanted + np.ceil(np.maximum(reached[0] - wanted, 0.0) - _EDGE)
    rising = reached + _RISING * np.arange(len(reached))
    return Moments(times_s=np.interp(wanted, rising, b.time_s))


def by_marker(a: Named, b: Named) -> Moments:
    """The first marker of ``a`` that ``b`` has too, by its name, is at one moment in both."""
    when = dict(reversed(b))
    shared = next(((name, time_s) for name, time_s in a if name in when), None)
    if shared is None:
        return Moments(note=tr("by time: they share no marker"))
    name, time_s = shared
    return Moments(when[name] - time_s)
