"""A plot as plain data: what is drawn on paper, written as numbers, and drawn again elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from motion.npz import write_npz

from .curves import joined

SCHEMA = "stridescope.plot"


@dataclass(frozen=True)
class Axis:
    """What an axis counts, in what unit ("" for none), and from where to where it is shown.

    shown: (low, high); None for all that there is.
    """

    label: str
    unit: str = ""
    shown: tuple[float, float] | None = None

    @property
    def title(self) -> str:
        """Label and unit."""
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True, eq=False)
class Curve:
    """``values`` (N,) over ``at`` (N,); key and at_key: their names as columns and arrays.

    words: in the legend, "" for none. tone: which of the colours. wraps: values of a turn, which
    begin again at 0. dots: each by itself, not joined.
    """

    key: str
    values: np.ndarray
    at_key: str
    at: np.ndarray
    words: str = ""
    tone: int = 0
    wraps: bool = False
    dots: bool = False

    def broken(self) -> tuple[np.ndarray, np.ndarray]:
        """``at`` and ``values`` with NaN between where a turn begins again."""
        if not self.wraps:
            return self.at, self.values
        after = np.flatnonzero(~joined(self.values)) + 1
        return np.insert(np.asarray(self.at, float), after, np.nan), np.insert(
            np.asarray(self.values, float), after, np.nan
        )


@dataclass(frozen=True, eq=False)
class HeatMap:
    """``values`` (R, C) at ``rows`` (R,) downwards and ``columns`` (C,) to the right.

    row_key, column_key: their names. scale: what the colours count. names: of the rows, instead
    of ticks; a name is drawn where it differs from the row above.
    """

    key: str
    values: np.ndarray
    row_key: str
    rows: np.ndarray
    column_key: str
    columns: np.ndarray
    scale: Axis
    names: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Mark:
    """Moments ``at`` (N,) of the axis to the right, as lines across; ``words``: in the legend."""

    key: str
    at: np.ndarray
    words: str = ""
    tone: int = 6


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes; equal: as much of either takes as many pixels."""

    across: Axis
    up: Axis
    curves: tuple[Curve, ...] = ()
    heat: HeatMap | None = None
    marks: tuple[Mark, ...] = ()
    equal: bool = False

    @property
    def named(self) -> list[Curve | Mark]:
        """What stands in the legend."""
        every: list[Curve | Mark] = [*self.curves, *self.marks]
        return [each for each in every if each.words]


@dataclass(frozen=True, eq=False)
class Plot:
    """Panels one above the other; ``title`` is also what its file is called."""

    title: str
    panels: tuple[Panel, ...]

    def arrays(self) -> dict[str, np.ndarray]:
        """All its numbers by name. Raises ValueError where one name means two things."""
        found: dict[str, np.ndarray] = {}
        for key, values in chain.from_iterable(map(_arrays, self.panels)):
            held = found.setdefault(key, np.asarray(values))
            if held is not values and not np.array_equal(held, values):
                raise ValueError(f"the plot {self.title!r} has two arrays {key!r}")
        return found

    def save_arrays(self, path: Path) -> None:
        """Write all its numbers as NPZ, schema ``stridescope.plot``. Raises CannotWrite."""
        named = {"schema": SCHEMA, "version": 1, "title": self.title}
        write_npz(path, {**named, **self.arrays()})


def _arrays(panel: Panel) -> Iterator[tuple[str, np.ndarray]]:
    for curve in panel.curves:
        yield curve.at_key, curve.at
        yield curve.key, curve.values
    for mark in panel.marks:
        yield mark.key, mark.at
    if heat := panel.heat:
        yield heat.row_key, heat.rows
        yield heat.column_key, heat.columns
        yield heat.key, heat.values
        if heat.names:
            yield f"{heat.key}_names", np.array(heat.names)
