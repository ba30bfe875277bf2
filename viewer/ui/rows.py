"""What plots over time draw, as plain descriptions: rows, their lines and marks; no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["line", "turns", "bars"]
Color = tuple[Literal["series", "contacts"], int]
"""One of a theme's colours."""


@dataclass(frozen=True, eq=False)
class Line:
    """values: (T,), NaN where there is nothing to draw. strength: (T,) in 0..1, how opaque."""

    values: np.ndarray
    color: Color
    strength: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Marks:
    """Moments of a row: frames (M,) in order; on its first line."""

    frames: np.ndarray
    color: Color
    at_top: bool


@dataclass(frozen=True, eq=False)
class Row:
    """One plot: lines of T frames each between ``low`` and ``high``.

    kind: "turns" wraps at whole turns, "bars" stand on the ground where there is a value.
    guides: values that are thresholds. height: beside that of other rows. note: why it is empty.
    """

    name: str
    title: str
    unit: str
    low: float
    high: float
    lines: tuple[Line, ...]
    kind: Kind = "line"
    marks: tuple[Marks, ...] = ()
    guides: tuple[float, ...] = ()
    height: float = 1.0
    note: str = ""

    def told(self, frame: int) -> str:
        """The values at a frame, for a person: those that there are."""
        values = [line.values[frame] for line in self.lines if frame < len(line.values)]
        known = [f"{value:.3f}" for value in values if np.isfinite(value)]
        return f"{', '.join(known)} {self.unit}".rstrip() if known else ""


@dataclass(frozen=True, eq=False)
class Spans:
    """Frames first (N,) to last (N,) inclusive that something is wrong with; severe (N,) bool."""

    first: np.ndarray
    last: np.ndarray
    severe: np.ndarray
