"""The map of styles: dots to click, names in place, a ring to drag."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.ui.pixels import pixel_size
from viewer.ui.theme import RADIUS, Theme

from .map_dots import MapDots, dot_look
from .map_picture import MapPicture
from .map_view import MapView

__all__ = ["MapDots", "StyleMap", "dot_look"]

REACH_PX = 9.0
RING_PX = 7.5
DIAMOND_PX = 8.0
KEY_SHARE = 1 / 64
"""How far an arrow key moves, as a share of the layout's extent."""
ZOOM_STEP, ZOOM_MOST = 1.2, 60.0
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
ZOOMS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
PAN = Qt.MouseButton.RightButton | Qt.MouseButton.MiddleButton


class StyleMap(QWidget):
    """Positions of the layout in, signals out: where the ring is dragged, which dot is meant.

    character: where the diamond of the physics character is, None without one. Dots and
    names are a picture that is painted again only when they or the view change; ring,
    diamond and the hovered dot stand over it. ``pressed`` and ``released`` enclose a drag.
    """

    dragged = Signal(float, float)
    picked = Signal(int)
    hovered = Signal(int)
    pressed = Signal()
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Style map")
        self.setAccessibleDescription(
            "Arrow keys move the current style in the plane, plus and minus zoom, Home shows all; "
            "the diamond is the physics character"
        )
        self.setToolTip(
            "Drag to change the style, click a dot to take it.\n"
            "Wheel zooms, right-drag moves the map, double-click shows all."
        )
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setMinimumHeight(190)
        self.setMaximumHeight(340)
        self.setMouseTracking(True)
        self._theme, self._hovered = theme, -1
        self.character: tuple[float, float] | None = None
        self._marker, self._held_dot, self._grab = (0.0, 0.0), -1, QPointF()
        self._still = MapPicture(theme, self)
        self._still.sharpened.connect(self._outdate)
        self._picture: QPixmap | None = None
        self._take_dots()
        self.fit()

    def sizeHint(self) -> QSize:
        return QSize(260, 250)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._still.set_theme(theme)
        self._outdate()

    @property
    def dots(self) -> MapDots:
        """What is to be clicked."""
        return self._still.dots

    def set_dots(self, dots: MapDots) -> None:
        """Replace all dots; the view follows when it was showing everything."""
        self._set_hovered(-1)
        self._still.take_dots(dots)
        self._take_dots()
        if self._fitted:
            self.fit()

    def set_marker(self, x: float, y: float) -> None:
        """Put the ring at (x, y) of the layout."""
        if (x, y) != self._marker:
            before, self._marker = self._marker, (x, y)
            self._update_about(before, self._marker)

    def set_character(self, at: tuple[float, float] | None) -> None:
        """Put the diamond of the character at (x, y) of the layout, or take it away."""
        before, self.character = self.character, at
        self._update_about(before, at)

    def marker(self) -> tuple[float, float]:
        """Where the ring is, in the layout."""
        return self._marker

    def emphasize(self, style: str) -> None:
        """Dim every style but this one, and leave the others alone; "" shows all alike."""
        if style != self._still.emphasis:
            self._still.emphasize(style)
            self._take_dots()

    def fit(self) -> None:
        """Show all dots, now and as long as nobody zooms or pans."""
        self._fitted = True
        self._show_view(self._whole())

    def view(self) -> MapView:
        """What of the layout is in sight."""
        return self._view

    def settled(self) -> bool:
        """Whether all dots are painted for what is in sight."""
        return self._still.settled()

    def dot_near(self, at: QPointF) -> int:
        """Index of the dot nearest to ``at`` in the widget, within reach, or -1; of the
        emphasized style only, where there is one."""
        if not len(self._columns):
            return -1
        x, y = self._view.point(at)
        apart = (self._columns - np.float32(x)) ** 2
        apart += (self._rows - np.float32(y)) ** 2
        nearest = int(apart.argmin())
        within = apart[nearest] <= (REACH_PX / self._view.scale) ** 2
        return int(self._hittable[nearest]) if within else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            step = self._still.reach() * KEY_SHARE
            (x, y), (right, up) = self._marker, ARROWS[key]
            self.dragged.emit(x + right * step, y + up * step)
        elif key in ZOOMS:
            self._zoom(ZOOM_STEP ** ZOOMS[key], QPointF(self.rect().center()))
        elif key == Qt.Key.Key_Home:
            self.fit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grab = event.position()
        if event.button() & PAN:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.pressed.emit()
            self._held_dot = self.dot_near(event.position())
            if self._held_dot < 0:
                self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.buttons() & PAN:
            self._fitted = False
            self._show_view(self._view.panned(at - self._grab))
            self._grab = at
        elif event.buttons() & Qt.MouseButton.LeftButton:
            if self._held_dot < 0 or (at - self._grab).manhattanLength() > REACH_PX / 2:
                self._held_dot = -1
                self._drag(at)
        else:
            self._set_hovered(self.dot_near(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() & PAN:
            self.unsetCursor()
        elif event.button() == Qt.MouseButton.LeftButton:
            taken, self._held_dot = self._held_dot, -1
            if taken >= 0:
                self.picked.emit(taken)
            self.released.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.FontChange):
            self._outdate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fitted:
            self.fit()
        else:
            size = (self.width(), self.height())
            self._show_view(MapView(self._view.centre, self._view.scale, size))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or self._picture.size() != pixel_size(self):
            zoom = self._view.scale / self._whole().scale
            self._picture = self._still.compose(
                self._view, zoom, self.devicePixelRatioF(), self.font()
            )
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hovered >= 0:
            painter.setPen(QPen(QColor(self._theme.text), 1.5))
            painter.drawEllipse(self._place_of(self._hovered), 5.5, 5.5)
        if self.isEnabled():
            self._paint_ring(painter)
        if self.character is not None:
            self._paint_diamond(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.accent if self.hasFocus() else self._theme.line), 1))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_ring(self, painter: QPainter) -> None:
        middle = self._view.place(*self._marker)
        shade = QColor(self._theme.field)
        shade.setAlphaF(0.8)
        for color, width in ((shade, 5.0), (QColor(self._theme.text), 2.5)):
            painter.setPen(QPen(color, width))
            painter.drawEllipse(middle, RING_PX, RING_PX)

    def _paint_diamond(self, painter: QPainter) -> None:
        assert self.character is not None
        middle = self._view.place(*self.character)
        painter.setPen(QPen(QColor(self._theme.text), 2))
        painter.setBrush(QColor(self._theme.accent))
        corners = ((0, -DIAMOND_PX), (DIAMOND_PX, 0), (0, DIAMOND_PX), (-DIAMOND_PX, 0))
        painter.drawPolygon(QPolygonF([middle + QPointF(*corner) for corner in corners]))

    def _take_dots(self) -> None:
        self._hittable = self._still.meant()
        points = self.dots.points[self._hittable].astype(np.float32)
        self._columns, self._rows = points.T.copy()
        self._outdate()

    def _whole(self) -> MapView:
        return MapView.fitted(*self._still.extent, (self.width(), self.height()))

    def _outdate(self) -> None:
        self._picture = None
        self.update()

    def _show_view(self, view: MapView) -> None:
        self._view = view
        self._outdate()

    def _drag(self, at: QPointF) -> None:
        """The ring is dragged to ``at``; it stays in sight."""
        self._set_hovered(-1)
        inside = QPointF(min(max(at.x(), 0.0), self.width()), min(max(at.y(), 0.0), self.height()))
        self.dragged.emit(*self._view.point(inside))

    def _zoom(self, factor: float, about: QPointF) -> None:
        whole = self._whole().scale
        allowed = np.clip(self._view.scale * factor, whole / 2, whole * ZOOM_MOST)
        self._fitted = False
        self._show_view(self._view.zoomed(float(allowed) / self._view.scale, about))

    def _place_of(self, dot: int) -> QPointF:
        x, y = self.dots.points[dot].tolist()
        return self._view.place(x, y)

    def _update_about(self, *points: tuple[float, float] | None) -> None:
        for point in points:
            if point is not None:
                self.update(_area_about(self._view.place(*point)))

    def _set_hovered(self, index: int) -> None:
        if index == self._hovered:
            return
        for dot in (self._hovered, index):
            if dot >= 0:
                self.update(_area_about(self._place_of(dot)))
        self._hovered = index
        if index >= 0:
            corner = self.mapToGlobal(self._place_of(index).toPoint())
            QToolTip.showText(corner, self.dots.labels[index], self)
        else:
            QToolTip.hideText()
        self.hovered.emit(index)


def _area_about(middle: QPointF) -> QRect:
    reach = DIAMOND_PX + 3
    return QRectF(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach).toAlignedRect()
