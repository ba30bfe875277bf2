"""Where the viewports of one picture lie, in pixels, and from where each is seen; no Qt."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from render.camera import OrbitCamera
from render.scene import PixelSize

from .comparison import Layout
from .figure import Figure, LiveFigure

GAP = 2.0
"""Between two of them, points."""
_UPRIGHT = 0.75
"""A picture narrower than this share of its height has two of them one above the other."""


class Cell(NamedTuple):
    """A viewport: its left and top pixel, and its size."""

    x: int
    y: int
    size: PixelSize


@lru_cache(8)
def cells(layout: Layout, size: PixelSize) -> tuple[Cell, ...]:
    """The viewports of a picture of ``size``, all equally large, row by row.

    A pixel that does not divide evenly widens the gap.
    """
    columns, rows = {"two": (2, 1), "four": (2, 2)}.get(layout, (1, 1))
    if layout == "two" and size.aspect < _UPRIGHT:
        columns, rows = rows, columns
    gap = max(round(GAP * size.ratio), 1)
    wide = max((size.width - (columns - 1) * gap) // columns, 1)
    high = max((size.height - (rows - 1) * gap) // rows, 1)
    one = PixelSize(wide, high, size.ratio)
    return tuple(
        Cell(column * (size.width - wide), row * (size.height - high), one)
        for row in range(rows)
        for column in range(columns)
    )


def standing(figure: Figure | LiveFigure, frame: int, follow: bool) -> np.ndarray:
    """The point (3,) on the ground that a camera goes along with: under the root, or where the root
    was at first."""
    place = figure.root(frame if follow else 0)
    return np.array([place[0], 0.0, place[2]])


def moved(camera: OrbitCamera, by: np.ndarray) -> OrbitCamera:
    """``camera`` ``by`` (3,) metres from where it is."""
    x, y, z = (float(value) for value in np.asarray(camera.target) + by)
    return replace(camera, target=(x, y, z))
