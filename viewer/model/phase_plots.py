"""Phases as plots for paper: curves, the phase plane, the distance map; no Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from motion.phase.distance import overview
from motion.phase.series import PhaseSeries

from .language import tr
from .phase_compare import PhaseComparison, severity_of_b, values_of_b
from .phase_measures import PhaseMeasures
from .plot import Axis, Curve, HeatMap, Mark, Panel, Plot

MOST = 1000
"""Frames of a side that a map on paper has, evenly spread."""
ROWS = (
    "x", "y", "angle", "amplitude", "angle_apart", "amplitude_apart", "lint_b", "frequency",
    "offset", "left", "right",
)  # fmt: skip
"""The curves that there are of a phase, from the top."""
_A, _LESS = 0, 2
_OTHERS = (("b", 1), ("c", 4), ("d", 6))
"""What B, C and D are called in the numbers, and the colour of each."""
_TIME = "time_s"
_LEFT, _RIGHT = 4, 5


def curves_plot(
    title: str,
    found: PhaseMeasures,
    rows: Collection[str] = ROWS,
    shown: tuple[float, float] | None = None,
    compared: PhaseComparison | None = None,
    further: Sequence[PhaseComparison] = (),
) -> Plot:
    """The ``rows`` of a phase over time, with B over A where the two are compared, and C and D.

    shown: from when to when, seconds; the numbers are of all frames.
    """
    across = Axis(tr("time"), "s", shown)
    panels = []
    for name in ROWS:
        if name in rows and (panel := _panel(name, found, compared, across, further)):
            panels.append(panel)
    return Plot(title, tuple(panels))


def portrait_plot(
    title: str,
    series: PhaseSeries,
    compared: PhaseComparison | None = None,
    further: Sequence[PhaseComparison] = (),
) -> Plot:
    """The phase plane, with equal axes; with B over A where the two are compared, and C and D."""
    curves = [Curve("y", series.xy[:, 1], "x", series.xy[:, 0], "A" if compared else "", _A)]
    for (name, tone), each in zip(_OTHERS, _every(compared, further), strict=False):
        xy = each.b.series.xy
        curves.append(Curve(f"y_{name}", xy[:, 1], f"x_{name}", xy[:, 0], name.upper(), tone))
    return Plot(title, (Panel(Axis("x"), Axis("y"), tuple(curves), equal=True),))


def distance_plot(title: str, a: PhaseSeries, b: PhaseSeries, names: tuple[str, str]) -> Plot:
    """How far the frames of ``a``, downwards, are from those of ``b`` in the phase plane.

    names: what both are called on the axes.
    """
    distance, rows, columns = overview(a.xy, b.xy, MOST)
    heat = HeatMap(
        key="distance",
        values=distance,
        row_key="time_a_s",
        rows=rows * a.frame_time,
        column_key="time_b_s",
        columns=columns * b.frame_time,
        scale=Axis(tr("distance in the phase plane")),
    )
    down, across = (Axis(tr("{name}, time", name=name), "s") for name in names)
    return Plot(title, (Panel(across, down, heat=heat),))


def compared_plot(found: PhaseComparison) -> Plot:
    """The distance map of A and B."""
    names = (f"A, {found.a.label}", f"B, {found.b.label}")
    return distance_plot(tr("Distance in the phase plane"), found.a.series, found.b.series, names)


def _every(
    compared: PhaseComparison | None, further: Sequence[PhaseComparison]
) -> tuple[PhaseComparison, ...]:
    return (compared, *further) if compared else ()


def _panel(
    name: str,
    found: PhaseMeasures,
    compared: PhaseComparison | None,
    across: Axis,
    further: Sequence[PhaseComparison],
) -> Panel | None:
    series, time_s = found.series, found.series.time_s
    own = {
        "x": (Axis("x"), "x", series.xy[:, 0]),
        "y": (Axis("y"), "y", series.xy[:, 1]),
        "angle": (Axis("φ", "turn", (0.0, 1.0)), "turns", series.turns % 1.0),
        "amplitude": (Axis("A"), "amplitude", series.amplitude),
        "frequency": (Axis("f", "turn/s"), "frequency_turns_per_s", found.frequency),
        "offset": (
            Axis(tr("φ − stride"), "turn", (-0.5, 0.5)),
            "stride_offset_turns",
            found.offset,
        ),
        "left": (Axis(tr("L skate"), "m/s"), "left_skate_m_per_s", found.skate[:, 0]),
        "right": (Axis(tr("R skate"), "m/s"), "right_skate_m_per_s", found.skate[:, 1]),
    }
    if name not in own:
        return _less(name, compared, across) if compared else None
    up, key, values = own[name]
    turns = name in ("angle", "offset")
    words = "A" if compared and name == "x" else ""
    curves = [Curve(key, values, _TIME, time_s, words, _A, turns)]
    window_s = found.thresholds.frequency_window_s
    for who, each in zip(_OTHERS, _every(compared, further), strict=False):
        curves += _over(name, key, each, window_s, turns, who)
    return Panel(across, up, tuple(curves), marks=tuple(_strikes(found) if name == "angle" else ()))


def _over(
    name: str,
    key: str,
    compared: PhaseComparison,
    window_s: float,
    turns: bool,
    who: tuple[str, int],
) -> Iterator[Curve]:
    """The curve of B, or of another, at the moments of A."""
    letter, tone = who
    values = values_of_b(compared, window_s)
    if name in values:
        words = letter.upper() if name == "x" else ""
        moments = "time_compared_s" if letter == "b" else f"time_compared_{letter}_s"
        at = compared.a.series.time_s[compared.difference.aligned.frames]
        yield Curve(f"{key}_{letter}", values[name], moments, at, words, tone, turns)


def _less(name: str, compared: PhaseComparison, across: Axis) -> Panel | None:
    """B less A, or where B has anomalies if it has any."""
    if name == "lint_b" and not compared.b.anomalies:
        return None
    between = compared.difference
    up, key, values = {
        "angle_apart": (
            Axis("B − A, φ", "turn"),
            "turns_apart",
            np.where(between.alive, between.turns, np.nan),
        ),
        "amplitude_apart": (Axis("B − A, A"), "amplitude_apart", between.amplitude),
        "lint_b": (Axis(tr("B lint")), "severity_b", severity_of_b(compared)),
    }[name]
    at = compared.a.series.time_s[between.aligned.frames]
    less = Curve(key, values, "time_compared_s", at, "", _LESS, name == "angle_apart")
    return Panel(across, up, (less,))


def _strikes(found: PhaseMeasures) -> Iterator[Mark]:
    for side, frames, tone in (
        ("left", found.gait.left, _LEFT),
        ("right", found.gait.right, _RIGHT),
    ):
        if len(frames):
            at = np.asarray(frames) * found.series.frame_time
            yield Mark(f"{side}_strike_s", at, tr("{side} strike", side=side), tone)
