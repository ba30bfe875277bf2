"""The dots of the style map: where they are, and how each style looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from viewer.ui.theme import Theme

SYMBOLS = "ostd"
SAMPLE = 150
GROWN = 1.5
"""A name is put anew when its style has so many times the dots."""
NEAR_SHARE = 0.08
"""How far around a dot its density is counted, as a share of the layout's extent."""


@dataclass(frozen=True, eq=False)
class MapDots:
    """Encoded windows: points (N, 2) of the layout, the style and a label of each."""

    points: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    styles: tuple[str, ...] = ()
    labels: Sequence[str] = ()

    def style_names(self) -> tuple[str, ...]:
        return tuple(self._by_style)

    def by_style(self) -> dict[str, np.ndarray]:
        """The indices (n,) int64 of the dots of each style, by its name in order."""
        return self._by_style

    @cached_property
    def _by_style(self) -> dict[str, np.ndarray]:
        names = sorted(set(self.styles))
        number = {name: index for index, name in enumerate(names)}
        numbers = np.fromiter(map(number.__getitem__, self.styles), np.int64, len(self.styles))
        order = np.argsort(numbers, kind="stable")
        ends = np.cumsum(np.bincount(numbers, minlength=len(names)))[:-1]
        return dict(zip(names, np.split(order, ends), strict=True)) if names else {}

    def extent(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and the highest corner (2,) of the box around all dots."""
        return self.points.min(axis=0), self.points.max(axis=0)


def dot_look(index: int, theme: Theme) -> tuple[str, str]:
    """Colour and symbol of the ``index``-th style; colours first, then shapes."""
    count = len(theme.series)
    return theme.series[index % count], SYMBOLS[index // count % len(SYMBOLS)]


def density_centre(points: np.ndarray, reach: float) -> tuple[float, float]:
    """Where points (N, 2), N > 0, are densest: the mean of those within ``reach`` of the
    point that has the most neighbours, among a sample of them."""
    sample = points[np.linspace(0, len(points) - 1, min(len(points), SAMPLE)).astype(int)]
    across, along = (np.subtract.outer(column, column) for column in sample.T)
    near = across**2 + along**2 <= reach**2
    x, y = sample[near[near.sum(axis=1).argmax()]].mean(axis=0)
    return float(x), float(y)


@dataclass(frozen=True, eq=False)
class NameCentre:
    """Where a style's name belongs; points: the dots (n, 2) that it was found by."""

    at: tuple[float, float]
    points: np.ndarray


def name_centre(points: np.ndarray, reach: float, before: NameCentre | None) -> NameCentre:
    """Where the name of dots (n, 2), n > 0, belongs, see ``density_centre``; as before while few
    have joined those of then, so that names rest."""
    if before is not None and len(points) < GROWN * len(before.points):
        same = np.array_equal(points[: len(before.points)], before.points)
        if same:
            return before
    return NameCentre(density_centre(points, reach), points)
