"""The rows of a phase, and where it is at fault, as plots draw them; no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from motion.phase.lint import Anomaly
from motion.phase.series import PhaseSeries
from viewer.model.language import tr
from viewer.model.phase_measures import PhaseMeasures
from viewer.ui.rows import Color, Line, Marks, Row, Spans

SEVERE = 2.0
"""Anomalies of this severity and more are severe."""
FAINTEST = 0.12
"""How opaque the angle is where there is no amplitude."""
_LEAST_SKATE, _LEAST_FREQUENCY = 0.3, 2.0
_LEFT: Color = ("contacts", 0)
_RIGHT: Color = ("contacts", 2)
ROWS: Mapping[str, tuple[str, str]] = {
    "x": ("x", tr("Output x of DeepPhase")),
    "y": ("y", tr("Output y of DeepPhase")),
    "angle": (
        tr("Angle φ"),
        tr("The phase, faint where the amplitude is small, with the heel strikes"),
    ),
    "amplitude": (tr("Amplitude A"), tr("The length of (x, y)")),
    "frequency": (tr("Frequency f"), tr("Turns of the phase a second")),
    "offset": (
        tr("Offset of the stride"),
        tr("How far the phase is ahead of the stride, an even clock"),
    ),
    "left": (
        tr("Left foot"),
        tr("When the left foot is in contact, and how fast it skates meanwhile"),
    ),
    "right": (
        tr("Right foot"),
        tr("When the right foot is in contact, and how fast it skates meanwhile"),
    ),
}
"""All rows by name: what a person calls them, and what they show."""
APART: Mapping[str, tuple[str, str]] = {
    "angle_apart": (tr("B − A: angle"), tr("How far the angle of B is ahead of that of A")),
    "amplitude_apart": (tr("B − A: amplitude"), tr("How much larger the amplitude of B is")),
    "lint_b": (tr("B: anomalies"), tr("Where the lint finds a fault of B, and how severe it is")),
}
"""Those that there are besides while the phase is compared."""


@dataclass(frozen=True, eq=False)
class Plotted:
    """A phase with its rows, and where it is at fault."""

    series: PhaseSeries
    rows: tuple[Row, ...]
    spans: Spans


def plotted(found: PhaseMeasures) -> Plotted:
    """All rows of what was measured. Some 10 ms for 200,000 frames."""
    rows = (*_phase_rows(found), *_gait_rows(found))
    return Plotted(found.series, rows, spans_of(found.anomalies))


def spans_of(anomalies: Sequence[Anomaly]) -> Spans:
    """Where ``anomalies`` are."""
    frames = np.array([(a.first, a.last) for a in anomalies], int).reshape(-1, 2)
    severe = np.array([a.severity >= SEVERE for a in anomalies], bool)
    return Spans(frames[:, 0], frames[:, 1], severe)


def _phase_rows(found: PhaseMeasures) -> tuple[Row, ...]:
    series, reach = found.series, 1.1 * found.reach
    strong = series.strong_amplitude
    strength = FAINTEST + (1 - FAINTEST) * np.clip(series.amplitude / strong, 0, 1)
    angle = Line(series.turns % 1.0, ("series", 2), strength)
    strikes = (Marks(found.gait.left, _LEFT, True), Marks(found.gait.right, _RIGHT, False))
    dead = found.thresholds.dead_share * strong
    x, y = (Line(series.xy[:, axis], ("series", axis)) for axis in (0, 1))
    amplitude = Line(series.amplitude, ("series", 3))
    return (
        Row("x", "x", "", -reach, reach, (x,)),
        Row("y", "y", "", -reach, reach, (y,)),
        Row("angle", tr("φ turn"), "turn", -0.05, 1.05, (angle,), "turns", strikes),
        Row("amplitude", "A", "", 0.0, reach, (amplitude,), guides=(dead,)),
    )


def _gait_rows(found: PhaseMeasures) -> tuple[Row, ...]:
    limits, over = (
        found.thresholds,
        tr(
            "f turn/s over {frequency_window_s:g} s",
            frequency_window_s=found.thresholds.frequency_window_s,
        ),
    )
    slow, fast = np.percentile(found.frequency, (0.5, 99.5))
    low, high = min(0.0, 1.1 * float(slow)), max(_LEAST_FREQUENCY, 1.1 * float(fast))
    frequency = Line(found.frequency, ("series", 4))
    band = tuple(v for v in (limits.frequency_low, limits.frequency_high) if low <= v <= high)
    skating = found.skate[np.isfinite(found.skate)]
    fastest = float(np.percentile(skating, 99)) if len(skating) else 0.0
    top, offset = max(_LEAST_SKATE, fastest), Line(found.offset, ("series", 5))
    left, right = (Line(found.skate[:, side], color) for side, color in enumerate((_LEFT, _RIGHT)))
    note = "" if len(found.gait.cycles) else tr("no gait cycle")
    return (
        Row("frequency", over, "turn/s", low, high, (frequency,), guides=band),
        Row("offset", tr("φ − stride, turn"), "turn", -0.55, 0.55, (offset,), "turns", note=note),
        Row("left", "L m/s", "m/s", 0.0, top, (left,), "bars", height=0.55),
        Row("right", "R m/s", "m/s", 0.0, top, (right,), "bars", height=0.55),
    )
