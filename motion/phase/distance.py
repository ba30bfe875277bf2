"""How far frames are apart in the phase plane, a tile at a time."""

from __future__ import annotations

import numpy as np

from motion.measure import sample

MOST = 2000
"""Frames of a side that a whole matrix shows, so that it takes 16 MB at most."""


def tile(
    a: np.ndarray, b: np.ndarray, rows: slice | np.ndarray, columns: slice | np.ndarray
) -> np.ndarray:
    """Distances (R, C) float32 between frames ``rows`` of ``a`` and ``columns`` of ``b``.

    a: phases (T, 2), b: (U, 2), the same for the map of one clip. rows, columns: slices, also
    with a step, or frames. Nothing is computed but these, so that a map of any length is shown
    by its parts.
    """
    x, y = np.asarray(a[rows], np.float32), np.asarray(b[columns], np.float32)
    found: np.ndarray = np.hypot(x[:, None, 0] - y[None, :, 0], x[:, None, 1] - y[None, :, 1])
    return found


def overview(
    a: np.ndarray, b: np.ndarray, most: int = MOST
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distances (R, C) float32 between frames of ``a`` (T, 2) and ``b`` (U, 2), and which (R,) and
    (C,): all of them, or ``most`` of a side evenly spread."""
    rows, columns = sample(len(a), most), sample(len(b), most)
    return tile(a, b, rows, columns), rows, columns
