"""Learning curves as CSV files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path


def write_curve(path: Path, rows: Sequence[Mapping[str, float]]) -> None:
    """Writes ``rows`` with their names in the first line, atomically."""
    partial = path.with_suffix(".partial")
    with partial.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: f"{value:.6g}" for name, value in row.items()} for row in rows)
    partial.replace(path)
