"""The rows of a phase with those of B over them, and B less A beneath; no Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from viewer.model.phase_compare import PhaseComparison, severity_of_b, values_of_b

from .rows import Color, Kind, Line, Plotted, Row

A: Color = ("series", 0)
B: Color = ("series", 1)
LESS: Color = ("series", 2)
_ROOM = 1.1
_LEAST = 0.05


def overlaid(found: Plotted, compared: PhaseComparison, window_s: float) -> Plotted:
    """``found``, the rows of A, with B where it is aligned, NaN elsewhere, and B less A.

    window_s: over which the frequency is read.
    """
    b = values_of_b(compared, window_s)
    values = {name: _spread(found, compared, each) for name, each in b.items()}
    rows: list[Row] = []
    for row in found.rows:
        rows.append(_with(row, values[row.name]) if row.name in values else row)
        if row.name == "amplitude":
            rows += _less(found, compared)
    return replace(found, rows=tuple(rows))


def _spread(found: Plotted, compared: PhaseComparison, values: np.ndarray) -> np.ndarray:
    every = np.full(len(found.series), np.nan)
    every[compared.difference.aligned.frames] = values
    return every


def _with(row: Row, values: np.ndarray) -> Row:
    own = replace(row.lines[0], color=A)
    known = values[np.isfinite(values)]
    low, high = row.low, row.high
    if row.kind == "line" and len(known):
        low, high = min(low, float(known.min())), max(high, float(known.max()))
    return replace(row, lines=(own, Line(values, B)), low=low, high=high)


def _less(found: Plotted, compared: PhaseComparison) -> list[Row]:
    between = compared.difference
    turns = np.where(between.alive, between.turns, np.nan)
    kinds: tuple[tuple[Kind, str, str, str, np.ndarray], ...] = (
        ("turns", "angle_apart", "B − A, φ turn", "turn", turns),
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
    return Row("lint_b", "B lint", "", 0.0, most, (Line(severity, B),), "bars", height=0.55)
