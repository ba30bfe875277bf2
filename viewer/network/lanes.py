"""What a canvas of maps shows: a heat map in rows, or a curve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from motion.canonical import JOINTS
from viewer.model.heat_map import COLORS, HeatMap

MAP = "viridis"


@dataclass(frozen=True, eq=False)
class Lane:
    """A heat map under a title.

    rows: (N,) which of its rows are shown, from the top. labels: row from the top, how many rows
    it spans, text. weight: how much of the height it is given, compared with the others.
    """

    title: str
    map: HeatMap
    rows: np.ndarray
    weight: float
    labels: tuple[tuple[int, int, str], ...] = ()

    def place(self, row: int) -> int:
        """Where from the top ``row`` of the map stands; -1 for nowhere."""
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) if len(found) else -1


@dataclass(frozen=True, eq=False)
class Curve:
    """Numbers (T,) over time, each ``every`` frames after the one before."""

    title: str
    values: np.ndarray
    every: int = 1


def short(joint: str) -> str:
    """``LeftUpLeg`` as ``L UpLeg``, for where there is little room."""
    for side in ("Left", "Right"):
        if joint.startswith(side):
            return f"{side[0]} {joint.removeprefix(side)}"
    return joint


def joint_labels(rows: int) -> tuple[tuple[int, int, str], ...]:
    """Labels of the 22 joints, each over so many rows."""
    return tuple((n * rows, rows, short(joint)) for n, joint in enumerate(JOINTS))


@cache
def color_table() -> tuple[int, ...]:
    """The colors of a map as Qt has them, from the least to the largest, alike in steps."""
    from pyqtgraph import colormap  # takes its time, and not every window shows a map

    table = colormap.get(MAP).getLookupTable(nPts=COLORS, alpha=False).astype(np.uint32)
    packed = 0xFF000000 | table[:, 0] << 16 | table[:, 1] << 8 | table[:, 2]
    return tuple(int(color) for color in packed)
