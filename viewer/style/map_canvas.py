"""What the style map shows: a pyqtgraph view of dots and names, and over it what moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from viewer.ui.plotting import StillView
from viewer.ui.theme import RADIUS, Theme

from .map_picture import MapPicture
from .map_view import MapView

RING_PX = 7.5
DIAMOND_PX = 8.0
HOVER_PX = 5.5

Point = tuple[float, float]


class _Still(pg.GraphicsObject):
    """The picture as an item of the view: painted in pixels, as sharp as the screen."""

    def __init__(self, paint: Callable[[QPainter], None]) -> None:
        super().__init__()
        self._paint = paint

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.save()
        painter.resetTransform()
        self._paint(painter)
        painter.restore()


class MapCanvas(StillView, pg.GraphicsView):
    """Paints; pointer and keys are its parent's. Places are of the layout.

    view: what is in sight. ring, diamond, hovered: where the current style, the physics
    character and the dot under the pointer are; None: it is not there.
    """

    def __init__(self, picture: MapPicture, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, background=theme.panel)
        self._still, self._theme = picture, theme
        self.view = MapView((0.0, 0.0), 1.0, (1, 1))
        self._zoom = 1.0
        self.ring: Point = (0.0, 0.0)
        self.diamond: Point | None = None
        self.hovered: Point | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._box = pg.ViewBox(enableMouse=False, enableMenu=False)
        self._box.addItem(_Still(self._paint_still), ignoreBounds=True)
        self.setCentralItem(self._box)
        self.watch_scene()
        picture.sharpened.connect(self.redraw)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setBackground(theme.panel)
        self._still.set_theme(theme)
        self.redraw()

    def show_view(self, view: MapView, zoom: float) -> None:
        """Show ``view``, which is ``zoom`` times as large as one that shows everything."""
        self.view, self._zoom = view, zoom
        self._box.setRange(view.sight(), padding=0)
        self.redraw()

    def redraw(self) -> None:
        """Paint the picture again: something of it is not as it was."""
        self._outdate()

    def move_ring(self, at: Point) -> None:
        """Put the ring at ``at``."""
        before, self.ring = self.ring, at
        self._uncover(before, at)

    def move_diamond(self, at: Point | None) -> None:
        """Put the diamond at ``at``."""
        before, self.diamond = self.diamond, at
        self._uncover(before, at)

    def mark_hovered(self, at: Point | None) -> None:
        """Put the mark of the dot under the pointer at ``at``."""
        before, self.hovered = self.hovered, at
        self._uncover(before, at)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.FontChange):
            self.redraw()

    def paint_moving(self, painter: QPainter) -> None:
        if self.hovered is not None:
            painter.setPen(QPen(QColor(self._theme.text), 1.5))
            painter.drawEllipse(self.view.place(*self.hovered), HOVER_PX, HOVER_PX)
        if self.isEnabled():
            self._paint_ring(painter, self.view.place(*self.ring))
        if self.diamond is not None:
            self._paint_diamond(painter, self.view.place(*self.diamond))
        focused = self.parentWidget().hasFocus()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.accent if focused else self._theme.line), 1))
        frame = QRectF(self.viewport().rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)

    def _paint_still(self, painter: QPainter) -> None:
        self._still.paint(
            painter, self.view, self._zoom, self.viewport().devicePixelRatioF(), self.font()
        )

    def _paint_ring(self, painter: QPainter, middle: QPointF) -> None:
        halo = QColor(self._theme.field)
        halo.setAlphaF(0.8)
        for color, width in ((halo, 5.0), (QColor(self._theme.text), 2.5)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(middle, RING_PX, RING_PX)

    def _paint_diamond(self, painter: QPainter, middle: QPointF) -> None:
        painter.setPen(QPen(QColor(self._theme.text), 2))
        painter.setBrush(QColor(self._theme.accent))
        corners = ((0, -DIAMOND_PX), (DIAMOND_PX, 0), (0, DIAMOND_PX), (-DIAMOND_PX, 0))
        painter.drawPolygon(QPolygonF([middle + QPointF(*corner) for corner in corners]))

    def _uncover(self, *points: Point | None) -> None:
        reach = round(DIAMOND_PX) + 4
        for point in points:
            if point is not None:
                middle = self.view.place(*point).toPoint()
                area = QRect(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach)
                self.moved(area)
