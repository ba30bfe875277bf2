"""Two phases beside each other: two clips, one clip by two models, or a series of one's own; no Qt.

NPZ schema ``stridescope.phase_difference`` version 1: a, b, align, frame_time s of A; of each of
the N frames of A that have a moment of B beside them: frame (N,), time (N,) and time_b (N,) s,
xy_a and xy_b (N, 2), and B less A: turns (N,), amplitude (N,), plane (N,), lag (N,) s; alive (N,),
where an angle means something; distance (R, C) in the phase plane between the frames
distance_frames_a (R,) and distance_frames_b (C,), all of them or 2,000 evenly spread.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from inference.runner import Runner
from motion.features import phase_amplitude, phase_angle
from motion.footfalls import Gait
from motion.npz import write_npz
from motion.phase.align import By, Difference, Spread, align, difference
from motion.phase.distance import overview
from motion.phase.given import SUFFIXES, GivenSeries, placed, read_series
from motion.phase.lint import Anomaly, lint
from motion.phase.series import PhaseError, PhaseSeries
from motion.phase.thresholds import Thresholds
from motion.phase.verdict import Verdict, verdict
from motion.resample import linear_at

from .clip import OpenMotion
from .language import tr
from .notice import Refused, sentence
from .phase_reading import check_phase, read_phase

Measure = Literal["turns", "amplitude", "plane", "lag_s"]
MEASURES: tuple[Measure, ...] = ("turns", "amplitude", "plane", "lag_s")
WORDS: dict[Measure, tuple[str, str]] = {
    "turns": (tr("angle"), tr("turns")),
    "amplitude": (tr("amplitude"), ""),
    "plane": (tr("phase plane"), ""),
    "lag_s": (tr("lag"), "s"),
}
"""What a measure is called, and its unit."""
_LEAST_LAG_S = 1e-3


@dataclass(frozen=True, eq=False)
class Side:
    """A phase under comparison: what it is called, its footfalls if it has any, its verdict.

    anomalies: that the lint finds. note: what was done to a series of a person's own, "" where
    nothing was.
    """

    label: str
    series: PhaseSeries
    gait: Gait | None
    verdict: Verdict
    note: str = ""
    anomalies: tuple[Anomaly, ...] = ()


@dataclass(frozen=True, eq=False)
class PhaseComparison:
    """A and B, and B less A where they are aligned ``by``."""

    a: Side
    b: Side
    by: By
    difference: Difference


def is_series(path: Path) -> bool:
    """Whether a file is a series of a person's own rather than a motion."""
    return path.suffix.lower() in SUFFIXES


def given_series(path: Path) -> GivenSeries:
    """The series of a file. Raises Refused and OSError."""
    try:
        return read_series(path)
    except PhaseError as error:
        raise Refused(sentence(error)) from error


def clip_side(motion: OpenMotion, deepphase: Runner, model: str) -> Side:
    """The phase that a model, called ``model``, reads from a clip. Raises Refused."""
    series = read_phase(motion, deepphase)
    check = check_phase(motion, series, Thresholds())
    label = f"{motion.path.name} by {model}"
    return Side(label, series, check.gait, check.verdict, anomalies=check.anomalies)


def given_side(given: GivenSeries, beside: Side | None) -> Side:
    """A series of a person's own at the rate of the one ``beside`` it.

    One as long as the other is of the same motion and has its footfalls. Raises Refused.
    """
    try:
        series, note = placed(given, beside.series if beside else None)
    except PhaseError as error:
        raise Refused(sentence(error)) from error
    same = beside is not None and len(series) == len(beside.series)
    walked = beside.gait if beside and same else None
    found = lint(series, walked)
    return Side(given.path.name, series, walked, verdict(series, walked, found), note, found)


def compare(a: Side, b: Side, by: By) -> PhaseComparison:
    """B less A, aligned ``by``. Raises Refused."""
    try:
        aligned = align(a.series, b.series, by, (a.gait, b.gait))
    except PhaseError as error:
        raise Refused(sentence(error)) from error
    return PhaseComparison(a, b, by, difference(a.series, b.series, aligned))


def numbers(found: PhaseComparison) -> dict[str, Any]:
    """Mean, 95th percentile, worst and where of each measure, as they are written in JSON."""
    return {
        name: asdict(spread) if (spread := found.difference.spread(name)) else None
        for name in MEASURES
    }


def values_of_b(found: PhaseComparison, window_s: float) -> dict[str, np.ndarray]:
    """B at the N frames of A: x, y, angle in turns from 0 to 1, amplitude, and its frequency, in
    turns a second, read over ``window_s``."""
    xy, b = found.difference.xy, found.b.series
    times = found.difference.aligned.times_s
    return {
        "x": xy[:, 0],
        "y": xy[:, 1],
        "angle": phase_angle(xy) / (2 * np.pi) % 1.0,
        "amplitude": phase_amplitude(xy),
        "frequency": linear_at(b.frequency(window_s), b.frame_time, times),
    }


def severity_of_b(found: PhaseComparison) -> np.ndarray:
    """How severe the anomalies of B are at the N frames of A; NaN where there is none."""
    frames = found.difference.aligned.times_s / found.b.series.frame_time
    severity = np.full(len(frames), np.nan)
    for anomaly in found.b.anomalies:
        inside = (frames > anomaly.first - 0.5) & (frames < anomaly.last + 0.5)
        severity[inside] = np.fmax(severity[inside], anomaly.severity)
    return severity


def spreads(found: PhaseComparison) -> dict[Measure, Spread | None]:
    """How large each measure is, None where nothing tells it; without a lag where there is none."""
    every = {name: found.difference.spread(name) for name in MEASURES}
    lag = every["lag_s"]
    if lag and lag.worst < _LEAST_LAG_S:
        del every["lag_s"]
    return every


def told(found: PhaseComparison) -> list[str]:
    """What a person reads: both verdicts, and a line a measure."""
    count = len(found.difference.aligned.frames)
    lines = [
        f"A  {found.a.label}: {found.a.verdict}",
        f"B  {found.b.label}: {found.b.verdict}",
        f"B - A by {found.by}, {count} frames:",
    ]
    for name, spread in spreads(found).items():
        what, unit = WORDS[name]
        lines.append(f"  {what}: {sized(spread, unit) if spread else 'no amplitude to tell it'}")
    return lines


def sized(spread: Spread, unit: str) -> str:
    """Mean, 95th percentile, worst and where."""
    mean, p95, worst = (
        f"{value:.3f} {unit}".strip() for value in (spread.mean, spread.p95, spread.worst)
    )
    where = f"at {spread.time_s:.2f} s, frame {spread.frame}"
    return f"mean {mean}, p95 {p95}, worst {worst} {where}"


def save_comparison(found: PhaseComparison, path: Path) -> None:
    """Writes all of it as NPZ. Raises CannotWrite."""
    a, b, between = found.a.series, found.b.series, found.difference
    frames = between.aligned.frames
    distance, rows, columns = overview(a.xy, b.xy)
    arrays = {
        "schema": "stridescope.phase_difference",
        "version": 1,
        "a": found.a.label,
        "b": found.b.label,
        "align": found.by,
        "frame_time": a.frame_time,
        "frame_time_b": b.frame_time,
        "frame": frames,
        "time": a.time_s[frames],
        "time_b": between.aligned.times_s,
        "xy_a": a.xy[frames],
        "xy_b": between.xy,
        "turns": between.turns,
        "amplitude": between.amplitude,
        "plane": between.plane,
        "lag": between.lag_s,
        "alive": between.alive,
        "distance": distance,
        "distance_frames_a": rows,
        "distance_frames_b": columns,
    }
    write_npz(path, arrays)
