"""Rows of numbers over time as places in a color table, ready to be painted at any width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

COLORS = 256
_POOL = 4
_FEWEST = 256


@dataclass(frozen=True, eq=False)
class HeatMap:
    """R rows over T columns, ``every`` frames apart.

    levels: (R, T) uint8, and means of 4, 16, ... columns of it, for when it is seen from afar.
    """

    levels: tuple[np.ndarray, ...]
    every: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.levels[0].shape
        return rows, columns

    def picture(
        self, rows: np.ndarray, high: int, step: float, low: float, wide: int
    ) -> tuple[np.ndarray, float, float]:
        """What is to be seen of it: places (H, W) uint8, and from which pixel to which they reach.

        rows: (N,) which are shown, from the top. high: pixels for them. step: pixels from one
        frame to the next. low: the pixel of the picture's left edge, counted from frame 0; wide:
        its width. No more columns than some a pixel are touched.
        """
        each = step * self.every
        level = 0
        while level + 1 < len(self.levels) and each * _POOL ** (level + 1) <= 1:
            level += 1
        places, each = self.levels[level], each * _POOL**level
        first = min(max(int(low / each), 0), places.shape[1])
        last = min(max(int(np.ceil((low + wide) / each)), first), places.shape[1])
        found = places[rows, first:last]
        if len(found) > high > 0:
            found = pooled(found, np.linspace(0, len(found), high, endpoint=False).astype(int), 0)
        count = found.shape[1]
        if each < 1 and count > 1:
            starts = np.arange(0, count, 1 / each).astype(int)
            found = pooled(found, np.unique(starts), 1)
        return np.ascontiguousarray(found), first * each - low, last * each - low


def heat_map(values: np.ndarray, every: int = 1, shared: bool = False) -> HeatMap:
    """Columns (R,) over time, as ``values`` (T, R) has them, each from its least to its largest.

    shared: all on one scale from 0 to the 99th percentile of the rows' largest.
    """
    rows = np.ascontiguousarray(np.asarray(values).T, np.float32)
    np.nan_to_num(rows, copy=False)
    if shared:
        low, high = np.zeros(1, np.float32), np.full(1, scale_of(values))
    else:
        low, high = rows.min(1), rows.max(1)
    spread = np.maximum(high - low, np.float32(1e-30))
    rows -= low[:, None]
    rows *= ((COLORS - 1) / spread)[:, None]
    levels = [np.clip(rows, 0, COLORS - 1).astype(np.uint8)]
    while levels[-1].shape[1] > _FEWEST:
        last = levels[-1]
        levels.append(pooled(last, np.arange(0, last.shape[1], _POOL), 1))
    return HeatMap(tuple(levels), every)


def scale_of(values: np.ndarray) -> float:
    """What the last color stands for where all rows share a scale: all but 1 % are below it."""
    return float(np.percentile(np.nan_to_num(values), 99)) if values.size else 0.0


def pooled(places: np.ndarray, starts: np.ndarray, axis: int) -> np.ndarray:
    """Means of ``places`` (uint8) from each of ``starts`` to the next along ``axis``."""
    sums = np.add.reduceat(places, starts, axis=axis, dtype=np.float32)
    counts = np.diff(starts, append=places.shape[axis]).astype(np.float32)
    sums /= counts[:, None] if axis == 0 else counts
    return sums.astype(np.uint8)
