"""Learning curves, as CSV files and as one picture of a policy's stages."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from motion.files import whole_file

Rows = Sequence[Mapping[str, float]]

_FALLS_SHOWN = 40.0
_SMOOTHED = 15


def write_curve(path: Path, rows: Rows) -> None:
    """Writes ``rows`` with their names in the first line, whole or not at all."""
    with whole_file(path) as part, part.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: f"{value:.6g}" for name, value in row.items()} for row in rows)


def read_curve(path: Path) -> list[dict[str, float]]:
    """What ``write_curve`` wrote."""
    with path.open(newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def draw_curves(path: Path, title: str, stages: Mapping[str, tuple[str, Rows]]) -> None:
    """Writes a PNG: reward and falls in 20 s over each stage, side by side.

    stages: by what to call them, the column that counts what was seen, and the rows.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.4), layout="constrained", dpi=110)
    axes = figure.subplots(
        2, len(stages), sharex="col", sharey="row", squeeze=False,
        gridspec_kw={"height_ratios": (3, 2)},
    )  # fmt: skip
    figure.suptitle(title)
    for (reward, falls), (name, (seen, rows)) in zip(axes.T, stages.items(), strict=True):
        x = np.array([row[seen] for row in rows])
        unit = 1e6 if x[-1] >= 1e5 else 1.0
        for axis, column, color in ((reward, "reward", "C0"), (falls, "falls_per_20_s", "C3")):
            y = np.array([row[column] for row in rows])
            axis.plot(x / unit, y, color=color, alpha=0.3, linewidth=0.8)
            axis.plot(x / unit, _smooth(y), color=color)
            axis.grid(alpha=0.3)
        reward.set_title(name, fontsize=10)
        reward.set_ylim(0, 1)
        falls.set_yscale("symlog", linthresh=0.1)
        falls.set_ylim(0, _FALLS_SHOWN)
        falls.set_xlabel(f"million {seen}" if unit > 1 else seen)
    axes[0, 0].set_ylabel("mean reward")
    axes[1, 0].set_ylabel("falls in 20 s")
    with whole_file(path) as part:
        figure.savefig(part, format="png")


def _smooth(y: np.ndarray) -> np.ndarray:
    """Means over the last few rows, fewer at the start."""
    sums = np.cumsum(np.concatenate([[0.0], y]))
    ends = np.arange(1, len(y) + 1)
    starts = np.maximum(ends - _SMOOTHED, 0)
    means: np.ndarray = (sums[ends] - sums[starts]) / (ends - starts)
    return means
