"""The nearest of many points of a plane, and weights with which neighbours are mixed."""

from __future__ import annotations

import numpy as np

_LEAST = 1e-6
_MOST_CELLS = 512


class Plane:
    """Points (N, 2), N >= 1, in the cells of a regular grid, which is searched outwards."""

    def __init__(self, points: np.ndarray) -> None:
        self._points = np.asarray(points, np.float64)
        self._low = self._points.min(axis=0)
        extent = float((self._points.max(axis=0) - self._low).max())
        self._side = int(np.clip(np.sqrt(len(points)), 1, _MOST_CELLS))
        self._cell = max(extent, 1e-9) / self._side * (1 + 1e-6)
        column, row = ((self._points - self._low) / self._cell).astype(int).T
        cell = row * self._side + column
        self._order = np.argsort(cell, kind="stable")
        counts = np.bincount(cell, minlength=self._side**2)
        self._begins = np.concatenate([[0], np.cumsum(counts)])

    def nearest(
        self, point: np.ndarray, count: int, without: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Rows and distances, both (count,), of the points nearest to ``point`` (2,), in order.

        without: (N,) bool, rows that do not count. Fewer where there are not so many.
        """
        place = np.floor((np.asarray(point, np.float64) - self._low) / self._cell)
        reach = 1
        while True:
            rows, whole = self._inside(place, reach)
            if without is not None:
                rows = rows[~without[rows]]
            if len(rows) < count and not whole:
                reach += 1 + reach // 2
                continue
            away = np.sqrt(np.square(self._points[rows] - point).sum(axis=1))
            if whole:
                break
            needed = int(np.ceil(np.partition(away, count - 1)[count - 1] / self._cell))
            if needed <= reach:
                break
            reach = needed
        if len(rows) > count:
            kept = np.argpartition(away, count - 1)[:count]
            rows, away = rows[kept], away[kept]
        order = np.argsort(away, kind="stable")
        return rows[order], away[order]

    def _inside(self, middle: np.ndarray, reach: int) -> tuple[np.ndarray, bool]:
        """Rows in the cells up to ``reach`` from ``middle``, and whether these are all cells."""
        last = self._side - 1
        left, low = (int(v) for v in np.clip(middle - reach, 0, last))
        right, high = (int(v) for v in np.clip(middle + reach, 0, last))
        whole = bool((middle - reach <= 0).all() and (middle + reach >= last).all())
        lines = range(low * self._side, (high + 1) * self._side, self._side)
        begins = self._begins
        parts = [self._order[begins[n + left] : begins[n + right + 1]] for n in lines]
        return np.concatenate(parts), whole


def smooth_weights(away: np.ndarray) -> np.ndarray:
    """Weights (..., K) of the nearer K of distances (..., K + 1), which rise; they sum to one.

    (1 - d²/h²)² with h the last distance: a neighbour comes in and goes out with weight 0,
    so that what is mixed changes without a jump.
    """
    share = 1 - np.square(away[..., :-1] / np.maximum(away[..., -1:], 1e-12))
    weights = np.square(np.clip(share, 0, 1)) + _LEAST
    return weights / weights.sum(axis=-1, keepdims=True)


def exact_weights(away: np.ndarray) -> np.ndarray:
    """As ``smooth_weights``, but a neighbour at distance 0 has all the weight.

    ((h - d) / (h d))² of Franke and Nielson, "Smooth interpolation of large sets of scattered
    data", 1980.
    """
    last = np.maximum(away[..., -1:], 1e-12)
    near = np.maximum(away[..., :-1], 1e-6 * last)
    weights = np.square((last - near) / (last * near)) + _LEAST / np.square(last)
    return weights / weights.sum(axis=-1, keepdims=True)
