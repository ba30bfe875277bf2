"""Many dots as one image, summed up by NumPy: ten thousands take milliseconds."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from .map_view import MapView

DOTS_A_STEP = 2048
BAND = 64
"""So many rows of pixels are made an image at a time: what is computed for them stays near."""
PARTS = 3
"""Into how many places a pixel is divided along each side, for where in it a dot is."""
DIMMED = 0.13
LARGEST_PX, SMALLEST_PX = 3.5, 1.3
CROWDED = 1.5
"""With so many times the dots they are a size smaller; until then more of them join those
that are painted."""
FEWEST, MOST = 500, 50_000
OPAQUE, SHEER = 0.85, 0.45


@dataclass(frozen=True, eq=False)
class DotGroup:
    """Dots that look alike: points (N, 2), a colour, a symbol of "ostd"; or dimmed."""

    points: np.ndarray
    color: QColor
    symbol: str = "o"
    dimmed: bool = False

    def goes_on(self, before: DotGroup) -> bool:
        """Whether these dots are those of ``before``, as they looked, and then others."""
        look, was = ((g.color, g.symbol, g.dimmed) for g in (self, before))
        return look == was and np.array_equal(self.points[: len(before.points)], before.points)


def dot_radius(count: int, zoom: float = 1.0) -> float:
    """How large each of ``count`` dots is, logical pixels: the more, the smaller, in steps.

    zoom: how many times larger than fitted the map is; dots grow with its root.
    """
    about = CROWDED ** round(float(np.log(max(count, 1)) / np.log(CROWDED)))
    crowded = max(9.0 * about**-0.2, SMALLEST_PX)
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
        for channel, value in enumerate((color.blueF(), color.greenF(), color.redF())):
            self._tint[channel, these] += value * cover

    def pixels(self, part: slice, opacity: float) -> np.ndarray:
        """Blue, green, red and alpha (4, n) of a part of the pixels, premultiplied, in [0, 1]."""
        cover = self._cover[part]
        shown = np.empty((4, len(cover)), np.float32)
        alpha = shown[3]
        np.exp(cover * float(np.log(1 - opacity)), out=alpha)
        np.subtract(1, alpha, out=alpha)
        np.multiply(self._tint[:, part], alpha / np.maximum(cover, 1e-6), out=shown[:3])
        return shown


class DotPainting:
    """The dots of one view as an image, in steps so short that a drag goes on between them.

    Where dots lie upon each other their colours mix and the picture gets denser, in
    whatever order they come; so more of them join what is painted already. radius: of a dot,
    logical pixels. ratio: physical pixels to a logical one.
    """

    def __init__(self, view: MapView, ratio: float, radius: float) -> None:
        self.view, self.ratio, self.radius = view, ratio, radius
        size = QSize(*view.size) * ratio
        self._width, self._height = size.width(), size.height()
        self._reach = int(np.ceil(radius * ratio * 1.25)) + 2
        self._stride = self._width + 4 * self._reach
        pixels = self._stride * (self._height + 4 * self._reach)
        self._layers = {dimmed: _Layer(pixels) for dimmed in (True, False)}
        self._groups: dict[str, DotGroup] = {}
        self._waiting: deque[tuple[DotGroup, slice]] = deque()

    @property
    def waiting(self) -> int:
        """How many dots are not painted yet."""
        return sum(part.stop - part.start for _, part in self._waiting)

    def take(self, groups: Mapping[str, DotGroup]) -> bool:
        """Paint ``groups`` by their names, those dots of them that are not painted yet.

        False, and nothing happens, where what is painted is no longer part of them.
        """
        known = self._groups
        if not all(name in groups and groups[name].goes_on(known[name]) for name in known):
            return False
        for name, group in groups.items():
            first, count = len(known[name].points) if name in known else 0, len(group.points)
            self._waiting.extend(
                (group, slice(start, min(start + DOTS_A_STEP, count)))
                for start in range(first, count, DOTS_A_STEP)
            )
        self._groups = dict(groups)
        return True

    def step(self) -> bool:
        """Paint some more of the dots; whether any remain."""
        if self._waiting:
            self._add(*self._waiting.popleft())
        return bool(self._waiting)

    def image(self) -> QImage:
        """What is painted so far, as large as the view in physical pixels."""
        count = sum(len(group.points) for group in self._groups.values())
        crowd = np.clip(np.log(max(count, 1) / FEWEST) / np.log(MOST / FEWEST), 0, 1)
        opacity = OPAQUE + (SHEER - OPAQUE) * float(crowd)
        values = np.empty((self._height, self._width, 4), np.uint8)
        rim = 2 * self._reach
        for top in range(0, self._height, BAND):
            rows = values[top : top + BAND]
            first = (top + rim) * self._stride
            shown = self._shown(slice(first, first + len(rows) * self._stride), opacity)
            inside = shown.reshape(4, len(rows), self._stride)[:, :, rim : rim + self._width]
            rows[:] = (inside * 255 + 0.5).transpose(1, 2, 0)
        image = QImage(
            values.data, self._width, self._height, 4 * self._width,
            QImage.Format.Format_ARGB32_Premultiplied,
        ).copy()  # fmt: skip
        image.setDevicePixelRatio(self.ratio)
        return image

    def _shown(self, part: slice, opacity: float) -> np.ndarray:
        """Both layers over each other, as ``_Layer.pixels``."""
        shown = self._layers[False].pixels(part, opacity)
        if not self._layers[True].empty:
            shown += DIMMED * self._layers[True].pixels(part, opacity) * (1 - shown[3])
        return shown

    def _add(self, group: DotGroup, part: slice) -> None:
        reach, rim = self._reach, 2 * self._reach
        exact = self.view.places(group.points[part]) * self.ratio
        edge = np.array([self._width, self._height]) + reach
        exact = exact[((exact >= -reach) & (exact < edge)).all(axis=1)]
        if not len(exact):
            return
        at = np.floor(exact).astype(np.int64)
        within = ((exact - at) * PARTS).astype(np.int64)
        covers = _covers(group.symbol, self.radius * self.ratio)
        rows, columns = np.nonzero(covers.any(axis=0))
        middle = covers.shape[1] // 2
        offsets = (rows - middle) * self._stride + columns - middle
        spots = (at[:, 1] + rim) * self._stride + at[:, 0] + rim
        weights = covers[:, rows, columns][within[:, 1] * PARTS + within[:, 0]]
        self._layers[group.dimmed].add(spots, offsets, weights, group.color)
