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
    """Encoded windows: points (N, 2) of the layout, a label of each, and the number (N,) of its
    style in ``names``, the order in which styles have their looks."""

    points: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    names: tuple[str, ...] = ()
    numbers: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int16))
    labels: Sequence[str] = ()

    @classmethod
    def of(
        cls,
        points: np.ndarray,
        styles: Sequence[str],
        labels: Sequence[str],
        before: MapDots | None = None,
    ) -> MapDots:
        """Dots by the names of their styles. before: the first of them, whose looks stay; then
        ``styles`` are those of the others alone."""
        known = before or MapDots()
        names = (*known.names, *sorted(set(styles) - set(known.names)))
        number = {name: index for index, name in enumerate(names)}
        new = np.fromiter((number[style] for style in styles), np.int16, len(styles))
        return cls(points, names, np.concatenate([known.numbers, new]), labels)

    def by_style(self) -> dict[str, np.ndarray]:
        """The indices (n,) int64 of the dots of each style, by its name in order."""
        return self._by_style

    @cached_property
    def _by_style(self) -> dict[str, np.ndarray]:
        order = np.argsort(self.numbers, kind="stable")
        ends = np.cumsum(np.bincount(self.numbers, minlength=len(self.names)))[:-1]
        split = np.split(order, ends) if self.names else []
        return dict(zip(self.names, split, strict=True))

    @cached_property
    def groups(self) -> dict[str, np.ndarray]:
        """The points (n, 2) of each style, by its name in order."""
        return {name: self.points[these] for name, these in self._by_style.items()}

    @cached_property
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
