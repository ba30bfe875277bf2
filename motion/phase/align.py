"""Two phases side by side: by time, by phase or by first heel strike, and what is between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from motion.features import phase_amplitude
from motion.footfalls import Gait
from motion.resample import linear_at

from .series import PhaseError, PhaseSeries
from .thresholds import Thresholds

By = Literal["time", "phase", "strike"]
WAYS: tuple[By, ...] = ("time", "phase", "strike")
_USUAL = Thresholds()
_RISING = 1e-12


@dataclass(frozen=True, eq=False)
class Aligned:
    """Frames (N,) of A, and the moments (N,) of B beside them, seconds from its start."""

    frames: np.ndarray
    times_s: np.ndarray


@dataclass(frozen=True)
class Spread:
    """Sizes of a difference over frames.

    mean, p95, worst: of its magnitude. frame, time_s: of A, where it is the worst.
    """

    mean: float
    p95: float
    worst: float
    frame: int
    time_s: float


@dataclass(frozen=True, eq=False)
class Difference:
    """B less A over N frames of A.

    aligned: which. xy: B there (N, 2), on the lines between its frames. turns: of the angle (N,),
    in -0.5..0.5. amplitude: (N,). plane: distance in the phase plane (N,). lag_s: how much later
    the moment of B is than that of A (N,). alive: (N,), where both amplitudes are large enough
    for an angle to mean something.
    """

    aligned: Aligned
    xy: np.ndarray
    turns: np.ndarray
    amplitude: np.ndarray
    plane: np.ndarray
    lag_s: np.ndarray
    alive: np.ndarray
    frame_time: float

    def spread(self, name: Literal["turns", "amplitude", "plane", "lag_s"]) -> Spread | None:
        """How large one of them is; of turns where ``alive``, None where nothing is."""
        at = np.flatnonzero(self.alive) if name == "turns" else np.arange(len(self.plane))
        if not len(at):
            return None
        size = np.abs(getattr(self, name)[at])
        frame = int(self.aligned.frames[at[np.argmax(size)]])
        p95 = float(np.percentile(size, 95))
        return Spread(float(size.mean()), p95, float(size.max()), frame, frame * self.frame_time)


def align(
    a: PhaseSeries,
    b: PhaseSeries,
    by: By = "time",
    gaits: tuple[Gait | None, Gait | None] = (None, None),
) -> Aligned:
    """Which moments of ``b`` belong to which frames of ``a``; only where both are.

    time: the same seconds from the start. phase: the same unwrapped angle, where each reaches it
    first, the turn chosen in which the starts are nearest. strike: the same seconds from the
    first left heel strike; gaits: the footfalls of ``a`` and ``b``, which only this needs.
    Raises PhaseError where there is no such strike, or the two do not overlap.
    """
    if by == "phase":
        times = _by_phase(a, b)
    else:
        times = a.time_s + (_between_strikes(a, b, gaits) if by == "strike" else 0.0)
    slack = 1e-6 * b.frame_time
    inside = (times >= -slack) & (times <= b.length_s + slack)
    frames = np.flatnonzero(inside)
    if not len(frames):
        raise PhaseError(f"A and B have no {by} in common.")
    return Aligned(frames, np.clip(times[frames], 0.0, b.length_s))


def difference(
    a: PhaseSeries, b: PhaseSeries, aligned: Aligned, dead_share: float = _USUAL.dead_share
) -> Difference:
    """``b`` less ``a`` where they are aligned.

    dead_share: amplitudes below this share of the strong amplitude give an angle no meaning.
    """
    own = np.asarray(a.xy, np.float64)[aligned.frames]
    xy = linear_at(np.asarray(b.xy, np.float64), b.frame_time, aligned.times_s)
    cross = own[:, 0] * xy[:, 1] - own[:, 1] * xy[:, 0]
    sizes = phase_amplitude(own), phase_amplitude(xy)
    return Difference(
        aligned=aligned,
        xy=xy,
        turns=np.arctan2(cross, (own * xy).sum(axis=1)) / (2 * np.pi),
        amplitude=sizes[1] - sizes[0],
        plane=phase_amplitude(xy - own),
        lag_s=aligned.times_s - a.time_s[aligned.frames],
        alive=(sizes[0] >= dead_share * a.strong_amplitude)
        & (sizes[1] >= dead_share * b.strong_amplitude),
        frame_time=a.frame_time,
    )


def _by_phase(a: PhaseSeries, b: PhaseSeries) -> np.ndarray:
    """When (T,) ``b`` first reaches the angle of each frame of ``a``, seconds; NaN where never."""
    reached_a, reached_b = (np.maximum.accumulate(series.turns) for series in (a, b))
    whole = np.round(reached_a[0] - reached_b[0])
    rising = reached_b + whole + _RISING * np.arange(len(b))
    return np.interp(reached_a, rising, b.time_s, left=np.nan, right=np.nan)


def _between_strikes(
    a: PhaseSeries, b: PhaseSeries, gaits: tuple[Gait | None, Gait | None]
) -> float:
    """From the first left strike of ``a`` to that of ``b``, each from its start, seconds."""
    times = []
    for name, series, gait in zip("AB", (a, b), gaits, strict=True):
        if gait is None or not len(gait.left):
            raise PhaseError(f"{name} has no left heel strike to align by: align by time.")
        times.append(float(gait.left[0]) * series.frame_time)
    return times[1] - times[0]
