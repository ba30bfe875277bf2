"""What the plots of the panels share."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap

from .pixels import blank, pixel_size


class StillView:
    """Makes a pyqtgraph view cheap to move something over; mixed in before its class.

    The scene is painted into a picture, again only when it has changed. What moves
    is no item of it: ``paint_moving`` paints that over the picture, and ``moved``
    asks for the few pixels it leaves and enters.
    """

    def watch_scene(self: Any) -> None:
        """To be called once the view is built."""
        self._picture: QPixmap | None = None
        self.scene().changed.connect(self._outdate)

    def moved(self: Any, *areas: QRect) -> None:
        """Paint ``areas`` again, in pixels of the widget."""
        for area in areas:
            self.viewport().update(area)

    def paint_moving(self, painter: QPainter) -> None:
        """What stands over the picture now; for the widget to say."""
        raise NotImplementedError

    def paintEvent(self: Any, event: QPaintEvent) -> None:
        viewport = self.viewport()
        if self._picture is None or self._picture.size() != pixel_size(viewport):
            self._picture = blank(viewport.size(), viewport.devicePixelRatioF())
            still = QPainter(self._picture)
            still.setRenderHints(self.renderHints())
            self.render(still, QRectF(viewport.rect()), viewport.rect())
            still.end()
        painter = QPainter(viewport)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_moving(painter)

    def _outdate(self: Any) -> None:
        self._picture = None
        self.viewport().update()


def pen(color: str, alpha: float = 1.0, width: float = 1.0) -> QPen:
    """A cosmetic pen; width 1 is the one that draws fast."""
    shade = QColor(color)
    shade.setAlphaF(alpha)
    made = QPen(shade, width)
    made.setCosmetic(True)
    return made
