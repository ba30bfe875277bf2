"""B over A, and B less A, at the frames where both are."""

from __future__ import annotations

import numpy as np
import pytest

from motion.phase.lint import lint
from motion.phase.series import PhaseSeries
from motion.phase.verdict import verdict
from viewer.model.phase_beside import measured_side
from viewer.model.phase_compare import PhaseComparison, Side, compare
from viewer.phase.overlay_rows import OTHERS, A, B, over_a, overlaid
from viewer.phase.rows import Plotted, plotted

from .measured import CURVES, turning

WINDOW_S = 0.5


def beside(turns: np.ndarray, amplitude: float) -> PhaseComparison:
    series = PhaseSeries(turning(turns, amplitude), 0.02)
    return compare(
        measured_side("A", CURVES), Side("B", series, None, verdict(series, None, ())), "time"
    )


def laid(*compared: PhaseComparison) -> Plotted:
    """The rows of A with those over them, the first of which is B."""
    found = plotted(CURVES)
    return overlaid(found, [over_a(found, each, WINDOW_S, n) for n, each in enumerate(compared)])


def test_others_are_over_both_and_have_no_difference() -> None:
    own = CURVES.series.turns
    both = laid(beside(own, 0.7))
    rows = {row.name: row for row in laid(beside(own, 0.7), beside(own[:100] + 0.2, 2.5)).rows}
    assert list(rows) == [row.name for row in both.rows]
    lines = rows["amplitude"].lines
    assert [line.color for line in lines] == [A, *OTHERS[:2]]
    np.testing.assert_allclose(lines[2].values[:100], 2.5)
    assert np.isnan(lines[2].values[100:]).all() and rows["amplitude"].high >= 2.5
    assert rows["angle"].low == -0.05 and rows["angle"].high == 1.05


def test_b_is_over_a_where_both_are() -> None:
    own = CURVES.series.turns
    compared = beside(own[:150] + 0.1, 0.7)
    rows = {row.name: row for row in laid(compared).rows}
    for name in ("x", "y", "angle", "amplitude", "frequency"):
        lines = rows[name].lines
        assert [line.color for line in lines] == [A, B]
        assert np.isfinite(lines[1].values[:150]).all() and np.isnan(lines[1].values[150:]).all()
    np.testing.assert_allclose(rows["amplitude"].lines[1].values[:150], 0.7)
    assert rows["amplitude"].high >= 0.7
    np.testing.assert_allclose(rows["angle_apart"].lines[0].values[:150], 0.1, atol=1e-9)
    np.testing.assert_allclose(rows["amplitude_apart"].lines[0].values[:150], 0.2, atol=1e-9)
    assert len(rows["offset"].lines) == 1
    assert "0.100" in rows["angle_apart"].told(20) and rows["angle_apart"].told(170) == ""


def test_an_angle_without_amplitude_means_nothing() -> None:
    compared = beside(CURVES.series.turns, 0.5)
    xy = compared.b.series.xy.copy()
    xy[40:60] *= 0.01
    quiet = compare(compared.a, Side("B", PhaseSeries(xy, 0.02), None, compared.b.verdict), "time")
    rows = {row.name: row for row in laid(quiet).rows}
    values = rows["angle_apart"].lines[0].values
    assert np.flatnonzero(np.isnan(values)).tolist() == list(range(40, 60))
    assert rows["amplitude_apart"].lines[0].values[50] == pytest.approx(-0.495)


def test_the_anomalies_of_b_are_a_row() -> None:
    turns = CURVES.series.turns.copy()
    turns[80:] += 0.4
    series = PhaseSeries(turning(turns), 0.02)
    found = lint(series, None)
    assert [(anomaly.kind, anomaly.first) for anomaly in found] == [("jump", 79)]
    b = Side("B", series, None, verdict(series, None, found), anomalies=found)
    rows = laid(compare(measured_side("A", CURVES), b, "time")).rows
    (row,) = (row for row in rows if row.name == "lint_b")
    known = np.flatnonzero(np.isfinite(row.lines[0].values))
    assert known.tolist() == [79, 80]
    assert row.lines[0].values[79] == pytest.approx(found[0].severity)
    assert "lint_b" not in [each.name for each in laid(beside(turns, 0.5)).rows]
