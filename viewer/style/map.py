"""The map of styles: dots to click, names in place, a ring to drag."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.model.language import tr
from viewer.ui.theme import Theme

from .map_canvas import MapCanvas
from .map_dots import MapDots, dot_look
from .map_picture import MapPicture
from .map_view import MapView

__all__ = ["MapDots", "StyleMap", "dot_look"]

REACH_PX = 9.0
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

    The canvas paints dots and names again only when they or the view change; ring, diamond
    and the hovered dot stand over them. ``pressed`` and ``released`` enclose a drag.
    """

    own_keys = frozenset((*ARROWS, *ZOOMS, Qt.Key.Key_Home))
    dragged = Signal(float, float)
    picked = Signal(int)
    hovered = Signal(int)
    pressed = Signal()
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName(tr("Style map"))
        self.setAccessibleDescription(
            tr(
                "Arrow keys move the current style in the plane, plus and minus zoom, Home shows "
                "all; the diamond is the physics character"
            )
        )
        self.setToolTip(
            tr(
                "Drag to change the style, click a dot to take it.\n"
                "Wheel zooms, right-drag moves the map, double-click shows all."
            )
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.setMinimumHeight(190)
        self.setMaximumHeight(340)
        self.setMouseTracking(True)
        self._hovered, self._held_dot, self._grab = -1, -1, QPointF()
        self._still = MapPicture(theme, self)
        self._canvas = MapCanvas(self._still, theme, self)
        self._take_dots()
        self.fit()

    def sizeHint(self) -> QSize:
        return QSize(260, 250)

    def set_theme(self, theme: Theme) -> None:
        self._canvas.set_theme(theme)

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
        if (x, y) != self._canvas.ring:
            self._canvas.move_ring((x, y))

    def set_character(self, at: tuple[float, float] | None) -> None:
        """Put the diamond of the character at (x, y) of the layout, or take it away."""
        self._canvas.move_diamond(at)

    @property
    def character(self) -> tuple[float, float] | None:
        """Where the diamond of the physics character is, None without one."""
        return self._canvas.diamond

    def marker(self) -> tuple[float, float]:
        """Where the ring is, in the layout."""
        return self._canvas.ring

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
        return self._canvas.view

    def settled(self) -> bool:
        """Whether all dots are painted for what is in sight."""
        return self._still.settled()

    def dot_near(self, at: QPointF) -> int:
        """Index of the dot nearest to ``at`` in the widget, within reach, or -1; of the
        emphasized style only, where there is one."""
        if not len(self._columns):
            return -1
        x, y = self.view().point(at)
        apart = (self._columns - np.float32(x)) ** 2
        apart += (self._rows - np.float32(y)) ** 2
        nearest = int(apart.argmin())
        within = apart[nearest] <= (REACH_PX / self.view().scale) ** 2
        return int(self._hittable[nearest]) if within else -1

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in ARROWS:
            step = self._still.reach() * KEY_SHARE
            (x, y), (right, up) = self.marker(), ARROWS[key]
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
            self._show_view(self.view().panned(at - self._grab))
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
        self._canvas.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._canvas.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._canvas.setGeometry(self.rect())
        if self._fitted:
            self.fit()
        else:
            size = (self.width(), self.height())
            self._show_view(MapView(self.view().centre, self.view().scale, size))

    def _take_dots(self) -> None:
        self._hittable = self._still.meant()
        points = self.dots.points[self._hittable].astype(np.float32)
        self._columns, self._rows = points.T.copy()
        self._canvas.redraw()

    def _whole(self) -> MapView:
        return MapView.fitted(*self._still.extent, (self.width(), self.height()))

    def _show_view(self, view: MapView) -> None:
        self._canvas.show_view(view, view.scale / self._whole().scale)

    def _drag(self, at: QPointF) -> None:
        """The ring is dragged to ``at``; it stays in sight."""
        self._set_hovered(-1)
        inside = QPointF(min(max(at.x(), 0.0), self.width()), min(max(at.y(), 0.0), self.height()))
        self.dragged.emit(*self.view().point(inside))

    def _zoom(self, factor: float, about: QPointF) -> None:
        whole = self._whole().scale
        allowed = np.clip(self.view().scale * factor, whole / 2, whole * ZOOM_MOST)
        self._fitted = False
        self._show_view(self.view().zoomed(float(allowed) / self.view().scale, about))

    def _set_hovered(self, index: int) -> None:
        if index == self._hovered:
            return
        self._hovered = index
        if index >= 0:
            x, y = self.dots.points[index].tolist()
            self._canvas.mark_hovered((x, y))
            corner = self.mapToGlobal(self.view().place(x, y).toPoint())
            QToolTip.showText(corner, self.dots.labels[index], self)
        else:
            self._canvas.mark_hovered(None)
            QToolTip.hideText()
        self.hovered.emit(index)
