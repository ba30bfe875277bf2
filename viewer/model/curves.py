"""A curve with any number of points as the few that its pixels can show."""

from __future__ import annotations

import numpy as np

POINTS_PER_PIXEL = 2


def thinned(
    values: np.ndarray, step: float, low: float, high: float
) -> tuple[np.ndarray, np.ndarray, bool]:
    """What to draw of ``values`` (T,), ``step`` pixels apart, from pixel ``low`` to ``high``.

    Returns x (N,), y (N,) and whether they are peaks: with more than two values a pixel, the
    lowest and the highest of each pixel in turn, NaN where all are. One value beyond either end is
    among them.
    """
    first = max(int(np.floor(low / step)) - 1, 0)
    last = min(int(np.ceil(high / step)) + 2, len(values))
    found = values[first:last]
    if len(found) * step >= len(found) / POINTS_PER_PIXEL or len(found) < 2:
        return np.arange(first, max(last, first)) * step, found, False
    columns = np.floor(np.arange(first, last) * step)
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    peaks = np.stack([np.fmin.reduceat(found, starts), np.fmax.reduceat(found, starts)])
    return np.repeat(columns[starts] + 0.5, 2), peaks.T.reshape(-1), True


def joined(turns: np.ndarray) -> np.ndarray:
    """Which points of (T,) turns a line may join to the next: not at a wrap."""
    apart = np.abs(np.diff(turns, append=turns[-1:]))
    return apart < 0.5


def nice_ticks(low: float, high: float, most: int) -> np.ndarray:
    """Round numbers within ``low`` to ``high``, as many as possible but no more than ``most``."""
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    for step in (power, 2 * power, 5 * power, 10 * power, 20 * power):
        first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)
        if last - first < most:
            return np.arange(first, last + 1) * step + 0.0  # no -0
    raise AssertionError("twenty steps of a tenth are never too many")
