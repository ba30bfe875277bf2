"""What the pyqtgraph plots of the panels share: pens, axes and the pointer."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen, QPixmap

from .pixels import blank, pixel_size
from .theme import Theme


class PointerView(pg.ViewBox):
    """A view whose left button works on the data and whose wheel zooms.

    A left press-and-move says ``dragged`` with data coordinates, a left click
    ``clicked``, a double click ``fit_requested``. The middle button pans.
    """

    clicked = Signal(QPointF)
    dragged = Signal(QPointF)
    fit_requested = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False)

    def mouseClickEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            event.accept()
            if event.double():
                self.fit_requested.emit()
            else:
                self.clicked.emit(self.mapSceneToView(event.scenePos()))

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mouseDragEvent(event, axis)
            return
        event.accept()
        self.dragged.emit(self.mapSceneToView(event.scenePos()))


class StillView:
    """Makes a pyqtgraph view cheap to move something over; mixed in before its class.

    The scene is painted into a picture, again only when it has changed. What moves
    is no item of it: ``paint_moving`` paints that over the picture, and ``moved``
    asks for the few pixels it leaves and enters.
    """

    def watch_scene(self: Any) -> None:
        """To be called once the view is built."""
        self._picture: QPixmap | None = None
        self._areas: dict[pg.ViewBox, QRectF] = {}
        self.scene().changed.connect(self._outdate)

    def moved(self: Any, *areas: QRect) -> None:
        """Paint ``areas`` again, in pixels of the widget."""
        for area in areas:
            self.viewport().update(area)

    def area_of(self: Any, view: pg.ViewBox) -> QRectF:
        """Where ``view`` lies in this widget."""
        if view not in self._areas:
            self._areas[view] = QRectF(self.mapFromScene(view.sceneBoundingRect()).boundingRect())
        return self._areas[view]

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
        self._areas.clear()
        self.viewport().update()


def pen(color: str, alpha: float = 1.0, width: float = 1.0) -> QPen:
    """A cosmetic pen; width 1 is the one that draws fast."""
    shade = QColor(color)
    shade.setAlphaF(alpha)
    made = QPen(shade, width)
    made.setCosmetic(True)
    return made


def paint_axes(plot: pg.PlotItem, theme: Theme, font: QFont) -> None:
    """Give the plot's axes the colours of the theme."""
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pen(theme.line))
        axis.setTextPen(theme.muted)
        axis.setStyle(tickFont=font, tickLength=-4)
