"""A phase as CSV: every number whole, what is not there empty, and others read it."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from motion.files import CannotWrite
from motion.phase.given import read_series
from tests.viewer.phase.measured import measured, turning
from viewer.model.document import Marker
from viewer.model.phase_csv import save_columns, save_measures

TURNS = np.arange(240) * 0.02
FOUND = measured(turning(TURNS - np.where(TURNS > 2, 0.3, 0.0)), 0.02)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_number_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "phase.csv"
    assert save_measures(path, FOUND) == 240
    rows = rows_of(path)
    for name, values in (
        ("x", FOUND.series.xy[:, 0]),
        ("turns", FOUND.series.turns % 1),
        ("amplitude", FOUND.series.amplitude),
        ("frequency_turns_per_s", FOUND.frequency),
        ("stride_offset_turns", FOUND.offset),
        ("left_skate_m_per_s", FOUND.skate[:, 0]),
        ("right_skate_m_per_s", FOUND.skate[:, 1]),
    ):
        written = [float(row[name] or "nan") for row in rows]
        np.testing.assert_allclose(written, values, rtol=1e-8, atol=1e-12, err_msg=name)
    for side, frames in (("left", FOUND.gait.left), ("right", FOUND.gait.right)):
        assert [n for n, row in enumerate(rows) if row["strike"] == side] == frames.tolist()
    assert rows[0]["verdict"] == str(FOUND.verdict)
    assert json.loads(rows[0]["thresholds"]) == asdict(FOUND.thresholds)


def test_anomalies_stand_where_they_are(tmp_path: Path) -> None:
    save_measures(tmp_path / "phase.csv", FOUND)
    rows = rows_of(tmp_path / "phase.csv")
    assert {anomaly.kind for anomaly in FOUND.anomalies} >= {"jump"}
    for anomaly in FOUND.anomalies:
        kinds = [row["anomaly"].split(";") for row in rows[anomaly.first : anomaly.last + 1]]
        assert all(anomaly.kind in found for found in kinds)
        sizes = rows[anomaly.first]["anomaly_size"].split(";")
        assert any(float(size) == pytest.approx(anomaly.size) for size in sizes)
        worst = rows[anomaly.first]["anomaly_severity"].split(";")
        assert any(float(one) == pytest.approx(anomaly.severity) for one in worst)


def test_compare_reads_it(tmp_path: Path) -> None:
    save_measures(tmp_path / "phase.csv", FOUND)
    given = read_series(tmp_path / "phase.csv")
    np.testing.assert_allclose(given.xy, FOUND.series.xy, atol=1e-8)
    assert given.time_s == pytest.approx(FOUND.series.time_s)


def test_times_of_hours_keep_their_frames(tmp_path: Path) -> None:
    save_columns(tmp_path / "long.csv", {"time_s": np.arange(2) / 120 + 7000})
    first, second = (float(row["time_s"]) for row in rows_of(tmp_path / "long.csv"))
    assert second - first == pytest.approx(1 / 120, abs=1e-4)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite):
        save_measures(tmp_path, FOUND)


def test_markers_of_the_clip_are_columns(tmp_path: Path) -> None:
    path = tmp_path / "phase.csv"
    save_measures(path, FOUND, [Marker("turn", 100 * FOUND.series.frame_time, note="to the left")])
    rows = rows_of(path)
    marked = {n: (row["marker"], row["marker_note"]) for n, row in enumerate(rows) if row["marker"]}
    assert marked == {100: ("turn", "to the left")}
