"""Many dots as one image, summed up by NumPy: ten thousands take milliseconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from .map_view import MapView

DOTS_A_STEP = 8192
PARTS = 3
"""Into how many places a pixel is divided along each side, for where in it a dot is."""
DIMMED = 0.13
LARGEST_PX, SMALLEST_PX = 3.5, 1.3
FEWEST, MOST = 500, 50_000
OPAQUE, SHEER = 0.85, 0.45


@dataclass(frozen=True, eq=False)
class DotGroup:
    """Dots that look alike: points (N, 2), a colour, a symbol of "ostd"; or dimmed."""

    points: np.ndarray
    color: QColor
    symbol: str = "o"
    dimmed: bool = False


def dot_radius(count: int, zoom: float = 1.0) -> float:
    """How large each of ``count`` dots is, logical pixels: the more, the smaller.

    zoom: how many times larger than fitted the map is; dots grow with its root.
    """
    crowded = max(9.0 * max(count, 1) ** -0.2, SMALLEST_PX)
    return min(crowded * max(zoom, 1.0) ** 0.5, LARGEST_PX)


def symbol_cover(symbol: str, radius: float, shift: tuple[float, float] = (0, 0)) -> np.ndarray:
    """How much of each pixel a symbol of ``radius`` pixels covers: (n, n) in [0, 1], n odd.

    shift: right and down of the middle of the middle pixel, pixels, at most half of one.
    """
    reach = int(np.ceil(1.25 * radius)) + 1
    side = 2 * reach + 1
    image = QImage(side, side, QImage.Format.Format_RGBA8888_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.white)
    painter.translate(side / 2 + shift[0], side / 2 + shift[1])
    painter.scale(radius, radius)
    if symbol == "o":
        painter.drawEllipse(QPointF(), 1, 1)
    elif symbol == "s":
        painter.drawRect(QRectF(-0.88, -0.88, 1.76, 1.76))
    else:
        corners = [(0, -1.15), (1.1, 0.85), (-1.1, 0.85)]
        if symbol == "d":
            corners = [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)]
        painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(side, side, 4)
    return pixels[..., 3].astype(np.float32) / 255


@lru_cache(maxsize=64)
def _covers(symbol: str, radius: float) -> np.ndarray:
    """A symbol in the middle and at the other places of a pixel: (PARTS², n, n), row by row."""
    shifts = [(part + 0.5) / PARTS - 0.5 for part in range(PARTS)]
    return np.array([symbol_cover(symbol, radius, (x, y)) for y in shifts for x in shifts])


class _Layer:
    """Sums of coverage and of colour over the pixels of an image with a rim around it."""

    def __init__(self, pixels: int) -> None:
        self._cover = np.zeros(pixels, np.float32)
        self._tint = np.zeros((3, pixels), np.float32)
        self.empty = True

    def add(self, at: np.ndarray, offsets: np.ndarray, weights: np.ndarray, color: QColor) -> None:
        """Add what each of the pixels ``at`` (n,) covers of those around it, (n, K) at (K,)."""
        self.empty = False
        first = int(at.min() + offsets.min())
        spots = (at[:, None] + (offsets - first)[None]).ravel()
        cover = np.bincount(spots, weights.ravel()).astype(np.float32)
        these = slice(first, first + len(cover))
        self._cover[these] += cover
        for channel, value in enumerate((color.redF(), color.greenF(), color.blueF())):
            self._tint[channel, these] += value * cover

    def pixels(self, opacity: float) -> np.ndarray:
        """Colour and alpha (4, pixels), premultiplied, in [0, 1]."""
        alpha = 1 - np.exp(float(np.log(1 - opacity)) * self._cover)
        share = alpha / np.maximum(self._cover, 1e-6)
        return np.concatenate([self._tint * share, alpha[None]])


class DotPainting:
    """The dots of one view as an image, in steps so short that a drag goes on between them.

    Where dots lie upon each other their colours mix and the picture gets denser, in
    whatever order they come.
    """

    def __init__(self, groups: Sequence[DotGroup], view: MapView, ratio: float, radius: float):
        """radius: of a dot, logical pixels. ratio: physical pixels to a logical one."""
        self.view, self.ratio = view, ratio
        size = QSize(*view.size) * ratio
        self._width, self._height = size.width(), size.height()
        self._radius = radius * ratio
        self._reach = int(np.ceil(self._radius * 1.25)) + 2
        self._stride = self._width + 4 * self._reach
        pixels = self._stride * (self._height + 4 * self._reach)
        self._layers = {dimmed: _Layer(pixels) for dimmed in (True, False)}
        self._count = sum(len(group.points) for group in groups)
        self._waiting = deque(
            (group, slice(start, start + DOTS_A_STEP))
            for group in groups
            for start in range(0, len(group.points), DOTS_A_STEP)
        )

    def step(self) -> bool:
        """Paint some more of the dots; whether any remain."""
        if self._waiting:
            self._add(*self._waiting.popleft())
        return bool(self._waiting)

    def image(self) -> QImage:
        """What is painted so far, as large as the view in physical pixels."""
        crowd = np.clip(np.log(max(self._count, 1) / FEWEST) / np.log(MOST / FEWEST), 0, 1)
        opacity = OPAQUE + (SHEER - OPAQUE) * float(crowd)
        shown = self._layers[False].pixels(opacity)
        if not self._layers[True].empty:
            shown += DIMMED * self._layers[True].pixels(opacity) * (1 - shown[3])
        rim = 2 * self._reach
        inside = shown.reshape(4, -1, self._stride)[
            :, rim : rim + self._height, rim : rim + self._width
        ]
        values = np.ascontiguousarray((inside * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))
        image = QImage(
            values.data, self._width, self._height, 4 * self._width,
            QImage.Format.Format_RGBA8888_Premultiplied,
        ).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)  # fmt: skip
        image.setDevicePixelRatio(self.ratio)
        return image

    def _add(self, group: DotGroup, part: slice) -> None:
        reach, rim = self._reach, 2 * self._reach
        exact = self.view.places(group.points[part]) * self.ratio
        edge = np.array([self._width, self._height]) + reach
        exact = exact[((exact >= -reach) & (exact < edge)).all(axis=1)]
        if not len(exact):
            return
        at = np.floor(exact).astype(np.int64)
        within = ((exact - at) * PARTS).astype(np.int64)
        covers = _covers(group.symbol, self._radius)
        rows, columns = np.nonzero(covers.any(axis=0))
        middle = covers.shape[1] // 2
        offsets = (rows - middle) * self._stride + columns - middle
        spots = (at[:, 1] + rim) * self._stride + at[:, 0] + rim
        weights = covers[:, rows, columns][within[:, 1] * PARTS + within[:, 0]]
        self._layers[group.dimmed].add(spots, offsets, weights, group.color)
