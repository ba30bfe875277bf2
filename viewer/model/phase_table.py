"""A row a clip about the phases of many, as CSV, NPZ or Parquet; no Qt.

NPZ schema ``stridescope.phase_table`` version 1: the columns of Row, (N,) each; numbers that a
clip has nothing to count from are NaN, in CSV empty, in Parquet null.
"""

from __future__ import annotations

import csv
import importlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from motion.files import whole_file
from motion.npz import write_npz
from motion.phase.lint import UNITS

from .clip import OpenMotion
from .notice import Refused
from .phase_reading import PhaseCheck

SUFFIXES = (".csv", ".npz", ".parquet")


@dataclass(frozen=True)
class Row:
    """One clip; as Verdict, and how many anomalies of each kind, and the largest severity."""

    clip: str
    path: str
    frames: int
    fps: float
    forward: float | None
    turns_per_cycle: float | None
    strike_phase: float | None
    strike_spread: float | None
    frequency: float | None
    cycles: int
    anomalies: int
    jump: int
    reversal: int
    dead_amplitude: int
    odd_frequency: int
    strike_off_phase: int
    worst_severity: float | None
    verdict: str


def row_of(path: str, motion: OpenMotion, check: PhaseCheck) -> Row:
    """The row about ``motion``, read from ``path``."""
    kinds = [anomaly.kind for anomaly in check.anomalies]
    counted = dict(zip(UNITS, map(kinds.count, UNITS), strict=True))
    numbers = asdict(check.verdict)
    return Row(
        clip=motion.title,
        path=path,
        frames=motion.frame_count,
        fps=float(f"{motion.clip.fps:.7g}"),
        **numbers,
        jump=counted["jump"],
        reversal=counted["reversal"],
        dead_amplitude=counted["dead amplitude"],
        odd_frequency=counted["frequency"],
        strike_off_phase=counted["strike off phase"],
        worst_severity=max((a.severity for a in check.anomalies), default=None),
        verdict=str(check.verdict),
    )


def table_format(path: Path) -> str:
    """The suffix of a table, one of SUFFIXES. Raises Refused, also where Parquet cannot be."""
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise Refused(f"{path}: of several clips analyze writes .csv, .npz or .parquet.")
    if kind == ".parquet":
        _pyarrow(path, "")
    return kind


def save_table(rows: Sequence[Row], path: Path) -> None:
    """Writes ``rows`` in the format of ``path``. Raises Refused and CannotWrite."""
    kind = table_format(path)
    columns = {name: [getattr(row, name) for row in rows] for name in Row.__annotations__}
    if kind == ".npz":
        arrays = {name: _array(values) for name, values in columns.items()}
        write_npz(path, {"schema": "stridescope.phase_table", "version": 1, **arrays})
    elif kind == ".csv":
        with whole_file(path) as part, part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cell(value) for value in asdict(row).values()] for row in rows)
    else:
        table = _pyarrow(path, "").table(columns)
        with whole_file(path) as part:
            _pyarrow(path, ".parquet").write_table(table, part)


def _array(values: list[Any]) -> np.ndarray:
    if any(isinstance(value, str) for value in values):
        return np.array(values, dtype=np.str_)
    return np.array([np.nan if value is None else value for value in values])


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else value


def _pyarrow(path: Path, part: str) -> Any:
    try:
        return importlib.import_module(f"pyarrow{part}")
    except ImportError:
        raise Refused(
            f"{path}: Parquet needs pyarrow: pip install pyarrow, or name a .csv or .npz."
        ) from None
