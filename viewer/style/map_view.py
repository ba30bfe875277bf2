"""Which part of the style map's plane is in sight."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF

EDGE_PX = 16
"""Room that a fitted view leaves between the outermost dots and the edge."""


@dataclass(frozen=True)
class MapView:
    """The point ``centre`` of the plane lies in the middle of a widget of ``size``.

    scale: logical pixels to a unit, alike in both directions, since distances in a
    layout have a meaning and its axes have none; y grows upwards.
    """

    centre: tuple[float, float]
    scale: float
    size: tuple[int, int]

    @classmethod
    def fitted(cls, low: np.ndarray, high: np.ndarray, size: tuple[int, int]) -> MapView:
        """All of the box from ``low`` (2,) to ``high`` (2,), as large as it goes into ``size``."""
        room = np.maximum(np.array(size) - 2 * EDGE_PX, 1)
        scale = float((room / np.maximum(high - low, 1e-6)).min())
        x, y = (low + high) / 2
        return cls((float(x), float(y)), scale, size)

    def places(self, points: np.ndarray) -> np.ndarray:
        """Where points (N, 2) lie in the widget: (N, 2) logical pixels, y downwards."""
        middle = np.array(self.size) / 2
        return (points - np.array(self.centre)) * [self.scale, -self.scale] + middle

    def place(self, x: float, y: float) -> QPointF:
        """Where (x, y) lies in the widget."""
        return QPointF(
            (x - self.centre[0]) * self.scale + self.size[0] / 2,
            (self.centre[1] - y) * self.scale + self.size[1] / 2,
        )

    def point(self, at: QPointF) -> tuple[float, float]:
        """What of the plane lies at ``at`` in the widget."""
        return (
            (at.x() - self.size[0] / 2) / self.scale + self.centre[0],
            (self.size[1] / 2 - at.y()) / self.scale + self.centre[1],
        )

    def zoomed(self, factor: float, about: QPointF) -> MapView:
        """``factor`` times as large; what lies at ``about`` stays there."""
        x, y = self.point(about)
        kept = 1 / factor
        centre = (x + (self.centre[0] - x) * kept, y + (self.centre[1] - y) * kept)
        return replace(self, centre=centre, scale=self.scale * factor)

    def panned(self, by: QPointF) -> MapView:
        """All moved by that many pixels."""
        x, y = self.centre
        return replace(self, centre=(x - by.x() / self.scale, y + by.y() / self.scale))

    def sight(self) -> QRectF:
        """What of the plane is in sight; its top is the lowest y."""
        width, height = self.size[0] / self.scale, self.size[1] / self.scale
        return QRectF(self.centre[0] - width / 2, self.centre[1] - height / 2, width, height)

    def area_of(self, other: MapView) -> QRectF:
        """Where the whole of what ``other`` shows lies in this view."""
        grown = self.scale / other.scale
        width, height = other.size[0] * grown, other.size[1] * grown
        middle = self.place(*other.centre)
        return QRectF(middle.x() - width / 2, middle.y() - height / 2, width, height)
