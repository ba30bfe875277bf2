"""The ways in which panels stand around the stage, and which of them the window has room for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

Arrangement = Literal["together", "tabs", "column"]
_SIDE = ("phase", "performance")
_ASIDE = ("style", "character", "network", "distance", "inspect")
_ALL = ("style", "phase", "performance", "character", "network", "distance", "inspect")
Columns = tuple[tuple[tuple[str, ...], ...], ...]
ARRANGEMENTS: Mapping[Arrangement, Columns] = {
    "together": ((_ASIDE,), (("phase",), ("performance",))),
    "tabs": ((_ALL,),),
    "column": ((("library", *_ALL),),),
}
"""From the widest: columns at the right of the stage, of groups one under the other, of panels
that share a place. The library stands at the left where no column has it."""
FRONT = "style"
STAGE_SHARE = 0.55
"""Of the window's width, at least the stage's."""
_LIBRARY, _COLUMN = 36, 50
"""Usual widths, in letters."""
_GENEROUS = 1.2
"""How much wider than usual a column is where the stage has room."""
_HIGH = 42
"""What two panels one under the other need, in lines."""
_SEPARATOR = 6


class Room:
    """Measures what the docks of an arrangement need in the letters of the window."""

    def __init__(
        self, window: QMainWindow, center: QWidget, docks: Mapping[str, QDockWidget]
    ) -> None:
        self._window, self._center, self._docks = window, center, docks

    def best(self) -> Arrangement:
        """The widest arrangement that leaves the stage its share."""
        for arrangement in ARRANGEMENTS:
            if self._fits(arrangement):
                return arrangement
        return "column"

    def least(self) -> int:
        """The width in which one column of panels and the stage have what they need."""
        column = max(dock.minimumSizeHint().width() for dock in self._docks.values())
        return column + _SEPARATOR + self._center.minimumSizeHint().width()

    def short(self) -> bool:
        """Whether the stage has less than its share now."""
        return self._center.width() < STAGE_SHARE * self._window.width() - 1

    def share(self, arrangement: Arrangement) -> None:
        """Give the columns what the stage leaves, up to a generous width."""
        columns = self._columns(arrangement)
        usual = [self._width(column) for column in columns]
        share = min(self._spare(len(columns)) / sum(usual), _GENEROUS)
        wide = [int(share * width) for width in usual]
        docks = [self._docks[column[0]] for column in columns]
        self._window.resizeDocks(docks, wide, Qt.Orientation.Horizontal)
        if arrangement == "together":
            stacked = [self._docks[name] for name in _SIDE]
            self._window.resizeDocks(stacked, [2, 1], Qt.Orientation.Vertical)

    def _fits(self, arrangement: Arrangement) -> bool:
        columns = self._columns(arrangement)
        high = self._window.height() >= _HIGH * self._window.fontMetrics().lineSpacing()
        wide = sum(map(self._width, columns)) <= self._spare(len(columns))
        return wide and (high or arrangement != "together")

    def _spare(self, columns: int) -> float:
        """What the stage leaves of the window's width."""
        return (1 - STAGE_SHARE) * self._window.width() - columns * _SEPARATOR

    def _columns(self, arrangement: Arrangement) -> list[tuple[str, ...]]:
        """The docks of each column, from the left."""
        right = [sum(column, ()) for column in ARRANGEMENTS[arrangement]]
        return right if any("library" in column for column in right) else [("library",), *right]

    def _width(self, column: tuple[str, ...]) -> int:
        letters = _LIBRARY if column == ("library",) else _COLUMN
        usual = letters * self._window.fontMetrics().averageCharWidth()
        return max(usual, *(self._docks[name].minimumSizeHint().width() for name in column))
