"""Where between pinned corners a style lies: the square, its handle and the shares."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from viewer.model.language import tr
from viewer.ui.theme import RADIUS, Theme

SIDE = 120
LINES = 7
"""Of text, that it is high at least."""
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
"""A, B, C, D: (right, down) in the unit square."""
LETTERS = "ABCD"
INSET, HANDLE = 12.0, 7.0
KEY_STEP = 0.05
LEAST = 1e-6
NOTHING_YET = tr("Pin styles to mix them")
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def mix_weights(at: Sequence[float] | np.ndarray, pinned: Sequence[bool]) -> np.ndarray:
    """The share (4,) float64 of each corner at (right, down) in the unit square; sums to 1.

    Bilinear, only among pinned corners. Two of them share by where ``at`` falls on the line
    between them. ValueError where none is pinned.
    """
    held = np.flatnonzero(pinned)
    if not len(held):
        raise ValueError("Pin a style to a corner first: there is nothing to mix.")
    place = np.clip(np.asarray(at, np.float64), 0.0, 1.0)
    weights = np.zeros(4)
    if len(held) == 2:
        start, end = CORNERS[held]
        along = float((place - start) @ (end - start) / ((end - start) @ (end - start)))
        weights[held] = 1 - along, along
        return weights
    for each in (place, np.clip(place, LEAST, 1 - LEAST)):
        weights[held] = np.abs(1 - CORNERS[held] - each).prod(axis=1)
        if weights.sum() > LEAST**2:
            break
    return weights / weights.sum()


def mix_place(weights: np.ndarray, pinned: Sequence[bool]) -> np.ndarray:
    """Where (2,) in the unit square pinned corners have these shares (4,): what
    ``mix_weights`` takes apart."""
    held = np.flatnonzero(pinned)
    if len(held) != 3:
        return np.clip(np.asarray(weights) @ CORNERS, 0.0, 1.0)
    missing = int(np.flatnonzero(~np.asarray(pinned, bool))[0])
    hub, across, along = 3 - missing, (3 - missing) ^ 1, (3 - missing) ^ 2
    moved = [
        float(weights[other] / both) if (both := weights[other] + weights[hub]) > LEAST else 0.0
        for other in (across, along)
    ]
    return np.abs(CORNERS[hub] - moved)


class MixSquare(QWidget):
    """A handle among four corners: a drag, a click or the arrow keys say the shares.

    ``pressed`` and ``released`` enclose a drag.
    """

    own_keys = frozenset(ARROWS)
    mixed = Signal(object)
    pressed = Signal()
    released = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pinned = [False] * 4
        self._weights: np.ndarray | None = None
        side = max(SIDE, LINES * self.fontMetrics().height())
        self.setFixedSize(side, side)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Mix of the pinned styles"))
        self.setAccessibleDescription(tr("Arrow keys move between the corners"))
        self.setToolTip(tr("Drag, click or use the arrow keys to mix the pinned styles"))

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def set_pinned(self, pinned: Sequence[bool]) -> None:
        """Which of the corners A, B, C, D have a style."""
        self._pinned = list(pinned)
        self.update()

    def set_weights(self, weights: np.ndarray | None) -> None:
        """Put the handle where the shares (4,) are; None: what is worn is no mix."""
        self._weights = None if weights is None else np.asarray(weights, np.float64)
        self.update()

    def handle(self) -> QPointF | None:
        """Where the handle is, in the widget; None without one."""
        if self._weights is None or not any(self._pinned):
            return None
        return self.spot(mix_place(self._weights, self._pinned))

    def spot(self, place: Sequence[float] | np.ndarray) -> QPointF:
        """Where (right, down) of the unit square lies in the widget."""
        room = self.width() - 2 * INSET
        return QPointF(INSET + float(place[0]) * room, INSET + float(place[1]) * room)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None or not any(self._pinned):
            super().keyPressEvent(event)
            return
        here = self.handle()
        place = np.full(2, 0.5) if here is None else self._place(here)
        self._say(place + np.multiply(step, KEY_STEP))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and any(self._pinned):
            self.pressed.emit()
            self._say(self._place(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton and any(self._pinned):
            self._say(self._place(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and any(self._pinned):
            self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus() and self.isEnabled()
        painter.setPen(QPen(QColor(theme.accent if focused else theme.line), 1))
        painter.setBrush(QColor(theme.field))
        ground = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(ground, RADIUS, RADIUS)
        self._paint_paths(painter)
        handle, alive = self.handle(), self.isEnabled()
        self._paint_corners(painter)
        if not any(self._pinned):
            painter.setPen(QColor(theme.muted))
            words = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
            painter.drawText(self.rect().adjusted(18, 14, -18, -14), words, NOTHING_YET)
        if handle is not None:
            painter.setPen(QPen(QColor(theme.field), 2))
            painter.setBrush(QColor(theme.accent if alive else theme.faint))
            if alive and (self.underMouse() or focused):
                painter.setPen(QPen(QColor(theme.text), 1.5))
            painter.drawEllipse(handle, HANDLE, HANDLE)

    def _paint_paths(self, painter: QPainter) -> None:
        """Between which corners the handle moves, and how strongly each holds it."""
        spots = [self.spot(corner) for corner in CORNERS]
        painter.setPen(QPen(QColor(self._theme.line), 1))
        for first in range(4):
            for second in range(first + 1, 4):
                if self._pinned[first] and self._pinned[second]:
                    painter.drawLine(spots[first], spots[second])
        handle = self.handle()
        if handle is None or self._weights is None or not self.isEnabled():
            return
        for spot, share in zip(spots, self._weights.tolist(), strict=True):
            if share > LEAST:
                color = QColor(self._theme.accent)
                color.setAlphaF(0.25 + 0.75 * min(share, 1.0))
                painter.setPen(QPen(color, 1 + 2.5 * share))
                painter.drawLine(spot, handle)

    def _paint_corners(self, painter: QPainter) -> None:
        theme = self._theme
        font = painter.font()
        font.setPointSizeF(max(font.pointSizeF() - 1.5, 6.5))
        font.setBold(True)
        painter.setFont(font)
        for index, corner in enumerate(CORNERS):
            spot = self.spot(corner)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.raised if self._pinned[index] else theme.field))
            painter.drawEllipse(spot, HANDLE, HANDLE)
            painter.setPen(QColor(theme.text if self._pinned[index] else theme.faint))
            box = QRectF(spot.x() - HANDLE, spot.y() - HANDLE, 2 * HANDLE, 2 * HANDLE)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, LETTERS[index])

    def _place(self, at: QPointF) -> np.ndarray:
        return (np.array([at.x(), at.y()]) - INSET) / (self.width() - 2 * INSET)

    def _say(self, place: np.ndarray) -> None:
        weights = mix_weights(place, self._pinned)
        self.set_weights(weights)
        self.mixed.emit(weights)
