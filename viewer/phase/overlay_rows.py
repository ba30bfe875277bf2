"""The rows of a phase with those of others over them, and B less A beneath; no Qt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from viewer.model.language import tr
from viewer.model.phase_compare import PhaseComparison, severity_of_b, values_of_b
from viewer.ui.rows import Color, Kind, Line, Row

from .rows import Plotted

A: Color = ("series", 0)
B: Color = ("series", 1)
LESS: Color = ("series", 2)
OTHERS: tuple[Color, ...] = (B, ("series", 4), ("series", 7))
"""Of B, C and D."""
_ROOM = 1.1
_LEAST = 0.05


@dataclass(frozen=True, eq=False)
class Over:
    """A phase to lay over that of A. lines: by row, with the least and largest value of each that
    is no angle, NaN where there is none. less: rows to put beneath the amplitude.
    """

    lines: Mapping[str, tuple[Line, float, float]]
    less: tuple[Row, ...] = ()


def over_a(found: Plotted, compared: PhaseComparison, window_s: float, place: int = 0) -> Over:
    """What is laid over ``found``, the rows of A, where it is aligned, NaN elsewhere.

    window_s: over which the frequency is read. place: 0 of B, with B less A; 1 and on of others.
    """
    lines = {}
    for name, each in values_of_b(compared, window_s).items():
        values = _spread(found, compared, each)
        known = each[np.isfinite(each)] if name != "angle" else each[:0]
        ends = (float(known.min()), float(known.max())) if len(known) else (np.nan, np.nan)
        lines[name] = (Line(values, OTHERS[place]), *ends)
    return Over(lines, () if place else tuple(_less(found, compared)))


def overlaid(found: Plotted, overs: Iterable[Over]) -> Plotted:
    """``found``, the rows of A, with others over it; in no time, however long they are."""
    rows: list[Row] = []
    overs = tuple(overs)
    for row in found.rows:
        own = replace(row, lines=(replace(row.lines[0], color=A),)) if overs else row
        lies = [over.lines[row.name] for over in overs if row.name in over.lines]
        rows.append(_with(own, lies) if lies else row)
        if row.name == "amplitude":
            rows += [less for over in overs for less in over.less]
    return replace(found, rows=tuple(rows))


def _spread(found: Plotted, compared: PhaseComparison, values: np.ndarray) -> np.ndarray:
    every = np.full(len(found.series), np.nan)
    every[compared.difference.aligned.frames] = values
    return every


def _with(row: Row, over: list[tuple[Line, float, float]]) -> Row:
    low, high = (
        np.fmin.reduce([row.low, *(each[1] for each in over)]),
        np.fmax.reduce([row.high, *(each[2] for each in over)]),
    )
    lines = (*row.lines, *(each[0] for each in over))
    return replace(row, lines=lines, low=float(low), high=float(high))


def _less(found: Plotted, compared: PhaseComparison) -> list[Row]:
    between = compared.difference
    turns = np.where(between.alive, between.turns, np.nan)
    kinds: tuple[tuple[Kind, str, str, str, np.ndarray], ...] = (
        ("turns", "angle_apart", tr("B − A, φ turn"), "turn", turns),
        ("line", "amplitude_apart", "B − A, A", "", between.amplitude),
    )
    rows = []
    for kind, name, title, unit, values in kinds:
        sizes = np.abs(values[np.isfinite(values)])
        reach = max(_ROOM * float(sizes.max(initial=0.0)), _LEAST)
        line = Line(_spread(found, compared, values), LESS)
        rows.append(Row(name, title, unit, -reach, reach, (line,), kind, guides=(0.0,)))
    if compared.b.anomalies:
        rows.append(_faults(found, compared))
    return rows


def _faults(found: Plotted, compared: PhaseComparison) -> Row:
    """Where B has anomalies, as high as they are severe."""
    most = max(anomaly.severity for anomaly in compared.b.anomalies)
    severity = _spread(found, compared, severity_of_b(compared))
    return Row("lint_b", tr("B lint"), "", 0.0, most, (Line(severity, B),), "bars", height=0.55)
