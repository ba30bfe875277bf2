"""The map of encoded windows on the first two axes of the style space."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from viewer.ui.plotting import PointerView, StillView, paint_axes, pen
from viewer.ui.theme import Theme, mono_font

REACH_PX = 9.0
RING_PX = 7.5
DIAMOND_PX = 8.0
KEY_STEP_SIGMA = 0.1
HOME_SIGMA = 3.2
SYMBOLS = "ostd"
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


@dataclass(frozen=True, eq=False)
class MapDots:
    """Encoded windows: points (N, 2) in sigma, the style and a label of each."""

    points: np.ndarray = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    styles: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def style_names(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.styles)))


class Cloud(pg.ScatterPlotItem):
    """Dots that leave clicks to the view, which knows which dot is nearest."""

    def mouseClickEvent(self, event: Any) -> None:
        event.ignore()


def dot_look(index: int, theme: Theme) -> tuple[str, str]:
    """Colour and symbol of the ``index``-th style; colours first, then shapes."""
    count = len(theme.series)
    return theme.series[index % count], SYMBOLS[index // count % len(SYMBOLS)]


class StyleMap(StillView, pg.PlotWidget):
    """Dots to click, a ring to drag; positions in sigma, signals out.

    dots: what is to be clicked; clouds: as they are drawn, by style. character: where the diamond
    of the physics character is, None without one.
    """

    dragged = Signal(float, float)
    picked = Signal(int)
    hovered = Signal(int)
    pressed = Signal()
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        self._view = PointerView()
        super().__init__(parent, viewBox=self._view)
        self.setAccessibleName("Style map")
        self.setAccessibleDescription(
            "Arrow keys move the current style in the plane; the diamond is the physics character"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(190)
        self.setMaximumHeight(340)
        self.setMouseTracking(True)
        self.hideButtons()
        self.dots, self._hovered, self._emphasis = MapDots(), -1, ""
        self.clouds: dict[str, Cloud] = {}
        self._zero = [pg.InfiniteLine(0, angle=angle) for angle in (0, 90)]
        self._marker, self._ring_drawn = (0.0, 0.0), QRect()
        self.character: tuple[float, float] | None = None
        for line in self._zero:
            self.addItem(line)
        self.getAxis("left").setWidth(26)
        self.getAxis("bottom").setHeight(20)
        self._view.clicked.connect(self._click)
        self._view.dragged.connect(lambda at: self.dragged.emit(at.x(), at.y()))
        self._view.fit_requested.connect(self.fit)
        self.scene().sigMouseMoved.connect(self._hover)
        self.set_theme(theme)
        self.fit()
        self.watch_scene()

    def sizeHint(self) -> QSize:
        return QSize(260, 190)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.setBackground(theme.panel)
        paint_axes(self.getPlotItem(), theme, mono_font(-2))
        for line in self._zero:
            line.setPen(pen(theme.line))
        self._ring_pen = pen(theme.text, width=2.5)
        self._outline = pen(theme.text, width=2.0)
        self._draw_dots()

    def set_dots(self, dots: MapDots) -> None:
        """Replace all dots; the view follows when it was showing everything."""
        self.dots, self._hovered = dots, -1
        self._draw_dots()
        self.fit()

    def set_marker(self, x: float, y: float) -> None:
        """Put the ring at (x, y) sigma."""
        if (x, y) == self._marker:
            return
        self._marker = (x, y)
        self.moved(self._ring_drawn, self._ring_area())

    def set_character(self, at: tuple[float, float] | None) -> None:
        """Put the diamond of the character at (x, y) sigma, or take it away."""
        before, self.character = self.character, at
        self.moved(*(_area_about(self._place(p)) for p in (before, at) if p is not None))

    def marker(self) -> tuple[float, float]:
        return self._marker

    def paint_moving(self, painter: QPainter) -> None:
        if self.isEnabled():
            painter.setClipRect(self.area_of(self._view), Qt.ClipOperation.IntersectClip)
            painter.setPen(self._ring_pen)
            middle = self._place(self._marker)
            self._ring_drawn = _area_about(middle)
            painter.drawEllipse(middle, RING_PX, RING_PX)
        if self.character is not None:
            painter.setClipRect(self.area_of(self._view), Qt.ClipOperation.IntersectClip)
            painter.setPen(self._outline)
            painter.setBrush(QColor(self._theme.accent))
            middle = self._place(self.character)
            corners = ((0, -DIAMOND_PX), (DIAMOND_PX, 0), (0, DIAMOND_PX), (-DIAMOND_PX, 0))
            painter.drawPolygon(QPolygonF([middle + QPointF(*corner) for corner in corners]))

    def emphasize(self, style: str) -> None:
        """Dim every style but this one; "" shows all alike."""
        self._emphasis = style
        for name, cloud in self.clouds.items():
            cloud.setOpacity(1.0 if style in ("", name) else 0.15)

    def fit(self) -> None:
        """Show all dots and at least three sigma around the mean."""
        reach = np.full((2, 2), HOME_SIGMA) * [[-1], [1]]
        if len(self.dots.points):
            reach[0] = np.minimum(reach[0], self.dots.points.min(axis=0) - 0.3)
            reach[1] = np.maximum(reach[1], self.dots.points.max(axis=0) + 0.3)
        self._view.setRange(xRange=reach[:, 0], yRange=reach[:, 1], padding=0)

    def dot_near(self, at: QPointF) -> int:
        """Index of the dot within reach of data point ``at``, or -1."""
        if not len(self.dots.points):
            return -1
        pixel = np.array(self._view.viewPixelSize())
        apart = np.hypot(*((self.dots.points - [at.x(), at.y()]) / pixel).T)
        nearest = int(apart.argmin())
        return nearest if apart[nearest] <= REACH_PX else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        x, y = self.marker()
        self.dragged.emit(x + step[0] * KEY_STEP_SIGMA, y + step[1] * KEY_STEP_SIGMA)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.released.emit()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_hovered(-1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self.moved(self._ring_area())

    def _place(self, at: tuple[float, float]) -> QPointF:
        scene_at = self._view.mapViewToScene(QPointF(*at))
        return QPointF(self.viewportTransform().map(scene_at))

    def _ring_area(self) -> QRect:
        return _area_about(self._place(self._marker))

    def _draw_dots(self) -> None:
        for cloud in self.clouds.values():
            self.removeItem(cloud)
        self.clouds = {}
        names, styles = self.dots.style_names(), np.array(self.dots.styles)
        for index, name in enumerate(names):
            color, symbol = dot_look(index, self._theme)
            shade = QColor(color)
            shade.setAlphaF(0.8)
            points = self.dots.points[styles == name]
            self.clouds[name] = Cloud(
                points[:, 0], points[:, 1], size=6, symbol=symbol, pen=None, brush=shade
            )
            self.addItem(self.clouds[name])
        self.emphasize(self._emphasis if self._emphasis in names else "")

    def _click(self, at: QPointF) -> None:
        index = self.dot_near(at)
        if index >= 0:
            self.picked.emit(index)
        else:
            self.dragged.emit(at.x(), at.y())

    def _hover(self, scene_at: QPointF) -> None:
        inside = self._view.sceneBoundingRect().contains(scene_at)
        self._set_hovered(self.dot_near(self._view.mapSceneToView(scene_at)) if inside else -1)

    def _set_hovered(self, index: int) -> None:
        if index == self._hovered:
            return
        self._hovered = index
        if index >= 0:
            here = self._view.mapViewToScene(QPointF(*self.dots.points[index]))
            corner = self.viewport().mapToGlobal(self.mapFromScene(here))
            QToolTip.showText(corner, self.dots.labels[index], self)
        else:
            QToolTip.hideText()
        self.hovered.emit(index)


def _area_about(middle: QPointF) -> QRect:
    reach = RING_PX + 3
    return QRectF(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach).toAlignedRect()
