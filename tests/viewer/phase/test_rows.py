"""Rows are what was measured, with its marks, guides and words."""

from __future__ import annotations

import numpy as np
import pytest

from motion.phase.thresholds import Thresholds
from viewer.phase.rows import ROWS, SEVERE, plotted

from .measured import CURVES, measured, turning


def test_each_row_holds_what_was_measured() -> None:
    shown = plotted(CURVES)
    assert [row.name for row in shown.rows] == list(ROWS)
    rows = {row.name: row for row in shown.rows}
    for name, values in (
        ("x", CURVES.series.xy[:, 0]), ("y", CURVES.series.xy[:, 1]),
        ("angle", CURVES.series.turns % 1), ("amplitude", CURVES.series.amplitude),
        ("frequency", CURVES.frequency), ("offset", CURVES.offset),
        ("left", CURVES.skate[:, 0]), ("right", CURVES.skate[:, 1]),
    ):  # fmt: skip
        np.testing.assert_array_equal(rows[name].lines[0].values, values)
        known = values[np.isfinite(values)]
        if rows[name].kind != "bars":
            assert rows[name].low <= known.min() and known.max() <= rows[name].high
    left, right = rows["angle"].marks
    np.testing.assert_array_equal(left.frames, CURVES.gait.left)
    np.testing.assert_array_equal(right.frames, CURVES.gait.right)


def test_the_window_of_the_frequency_is_stated() -> None:
    limits = Thresholds(frequency_window_s=0.8)
    rows = plotted(measured(CURVES.series.xy, 0.02, limits)).rows
    (frequency,) = (row for row in rows if row.name == "frequency")
    assert "0.8 s" in frequency.title


def test_thresholds_are_guides() -> None:
    limits = Thresholds(dead_share=0.4, frequency_low=0.6, frequency_high=1.5)
    rows = {row.name: row for row in plotted(measured(CURVES.series.xy, 0.02, limits)).rows}
    assert rows["amplitude"].guides == pytest.approx((0.4 * 0.5,))
    assert rows["frequency"].guides == (0.6, 1.5)


def test_values_of_a_frame_are_told() -> None:
    rows = {row.name: row for row in plotted(CURVES).rows}
    assert rows["angle"].told(50) == f"{CURVES.series.turns[50] % 1:.3f} turn"
    in_air = int(np.flatnonzero(np.isnan(CURVES.skate[:, 0]))[0])
    assert rows["left"].told(in_air) == ""
    assert rows["x"].told(5000) == ""


def test_a_motion_without_cycles_says_so() -> None:
    shown = plotted(measured(turning(np.arange(20) * 0.01), 0.02))
    assert {row.name: row.note for row in shown.rows}["offset"] == "no gait cycle"
    assert {row.name: row.note for row in plotted(CURVES).rows}["offset"] == ""


def test_spans_are_the_anomalies() -> None:
    turns = np.arange(200) * 0.01
    turns[120:] += 0.4
    found = measured(turning(turns), 0.02)
    spans = plotted(found).spans
    assert spans.first.tolist() == [anomaly.first for anomaly in found.anomalies]
    assert spans.last.tolist() == [anomaly.last for anomaly in found.anomalies]
    assert spans.severe.tolist() == [a.severity >= SEVERE for a in found.anomalies]
