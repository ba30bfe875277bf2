"""Tables of phases as CSV, NPZ and Parquet."""

from __future__ import annotations

import csv
import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion.phase.thresholds import Thresholds
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.notice import Refused
from viewer.model.phase_reading import check_phase, read_phase
from viewer.model.phase_table import Row, row_of, save_table, table_format
from viewer.model.shipped import load_shipped


def row(name: str) -> Row:
    motion = load_motion(ASSETS / "clips" / f"{name}.bvh")
    deepphase = load_shipped("deepphase", "numpy", "cpu", "fp32")
    return row_of(name, motion, check_phase(motion, read_phase(motion, deepphase), Thresholds()))


ROWS = (row("walk"), row("ballet"), row("skip"))


def test_a_row_counts_the_kinds() -> None:
    _, ballet, skip = ROWS
    kinds = (ballet.jump, ballet.reversal, ballet.dead_amplitude, ballet.odd_frequency)
    assert sum(kinds) + ballet.strike_off_phase == ballet.anomalies == 16
    assert ballet.worst_severity is not None and ballet.worst_severity > 1
    assert skip.turns_per_cycle is None and skip.cycles == 0


def test_csv(tmp_path: Path) -> None:
    save_table(ROWS, tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [each["clip"] for each in found] == ["walk", "ballet", "skip"]
    assert found[2]["turns_per_cycle"] == "" and found[0]["worst_severity"] == ""
    assert float(found[0]["frequency"]) == pytest.approx(ROWS[0].frequency, rel=1e-5)


def test_npz(tmp_path: Path) -> None:
    save_table(ROWS, tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz") as found:
        assert set(Row.__annotations__) <= set(found)
        assert np.isnan(found["turns_per_cycle"][2]) and found["jump"].dtype.kind == "i"
        assert list(found["verdict"]) == [each.verdict for each in ROWS]
    empty = [replace(ROWS[2], worst_severity=None)]
    save_table(empty, tmp_path / "one.npz")
    with np.load(tmp_path / "one.npz") as found:
        assert np.isnan(found["worst_severity"]).all()


@pytest.mark.skipif(not importlib.util.find_spec("pyarrow"), reason="needs pyarrow")
def test_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    save_table(ROWS, tmp_path / "t.parquet")
    found = parquet.read_table(tmp_path / "t.parquet").to_pylist()
    assert found[2]["turns_per_cycle"] is None
    assert [each["verdict"] for each in found] == [each.verdict for each in ROWS]


@pytest.mark.skipif(bool(importlib.util.find_spec("pyarrow")), reason="pyarrow is installed")
def test_parquet_without_pyarrow_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Parquet needs pyarrow: pip install pyarrow, or name a"):
        table_format(tmp_path / "t.parquet")


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"\.csv, \.npz or \.parquet"):
        table_format(tmp_path / "t.txt")
