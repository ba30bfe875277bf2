"""What the pyqtgraph plots of the panels share: pens, axes and the pointer."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPen

from viewer.theme import Theme


class PointerView(pg.ViewBox):
    """A view whose left button works on the data and whose wheel zooms.

    A left press-and-move says ``drag_started``, then ``dragged`` with data
    coordinates, then ``drag_finished``; a left click says ``clicked``, a double
    click ``fit_requested``. The middle button pans.
    """

    clicked = Signal(QPointF)
    drag_started = Signal(QPointF)
    dragged = Signal(QPointF)
    drag_finished = Signal()
    fit_requested = Signal()

    def __init__(self, zoom_x: bool = True, zoom_y: bool = True):
        super().__init__(enableMenu=False)
        self.setMouseEnabled(zoom_x, zoom_y)

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
        if event.isStart():
            self.drag_started.emit(self.mapSceneToView(event.buttonDownScenePos()))
        self.dragged.emit(self.mapSceneToView(event.scenePos()))
        if event.isFinish():
            self.drag_finished.emit()


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
