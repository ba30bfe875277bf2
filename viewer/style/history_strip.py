"""The styles that were tried last, as small figures in a row: one click goes back to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.model.language import tr
from viewer.ui.theme import RADIUS, Theme

from .thumbnail import pose_picture

Item = tuple[str, np.ndarray | None]
"""A name and a pose (22, 3), metres, if one is known."""
MOST = 12
LEAST_WIDTH = 52
"""Of a cell; long names have wider ones."""
GAP_PX = 4
FIGURE = QSize(28, 38)
FADE_PX = 18
NOTHING_YET = tr("Styles you try appear here")


class HistoryStrip(QWidget):
    """Up to twelve items, the newest at the left; says which one is picked.

    The wheel and a drag scroll. Arrow keys move a mark, Enter or Space picks what is marked.
    """

    own_keys = frozenset(
        {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Space}
    )
    picked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._items: tuple[Item, ...] = ()
        self._figures: dict[int, QPixmap] = {}
        self._scrolled, self._marked, self._hovered = 0.0, 0, -1
        self._grab: tuple[float, float] | None = None
        self.setAccessibleName(tr("Styles tried last"))
        self.setAccessibleDescription(tr("Arrow keys choose one, Enter wears it"))
        self.setToolTip(NOTHING_YET)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._cell = QSize(LEAST_WIDTH, FIGURE.height())
        self._measure()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(4 * (LEAST_WIDTH + GAP_PX), self._cell.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(2 * LEAST_WIDTH, self._cell.height())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._measure()
        self._redraw()

    def set_items(self, items: Sequence[Item]) -> None:
        """Show these, the newest first; what is beyond twelve is left out. It is scrolled to
        the newest, unless only poses came."""
        before, self._items = self._items, tuple(items[:MOST])
        self._measure()
        if [label for label, _ in before] != [label for label, _ in self._items]:
            self._marked, self._hovered, self._grab = 0, -1, None
            self._scroll_to(0.0)
        self._redraw()

    def items(self) -> tuple[Item, ...]:
        """What is shown, the newest first."""
        return self._items

    def cell(self, index: int) -> QRect:
        """Where an item is, in the widget, as it is scrolled."""
        left = index * (self._cell.width() + GAP_PX) - round(self._scrolled)
        return QRect(QPoint(left, 0), self._cell)

    def item_at(self, at: QPointF) -> int:
        """The index of the item under ``at``, or -1."""
        spot = at.toPoint()
        under = (i for i in range(len(self._items)) if self.cell(i).contains(spot))
        return next(under, -1) if self.rect().contains(spot) else -1

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self._items:
            index = self.item_at(QPointF(event.pos()))
            if index >= 0:
                tip = tr("{items}\nClick to wear it again", items=self._items[index][0])
                QToolTip.showText(event.globalPos(), tip, self, self.cell(index))
            else:
                QToolTip.hideText()
            return True
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._redraw()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._items) - 1
        aims = {
            Qt.Key.Key_Left: self._marked - 1,
            Qt.Key.Key_Right: self._marked + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        if last >= 0 and key in aims:
            self._mark(min(max(aims[Qt.Key(key)], 0), last))
        elif last >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(self._marked)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grab = (event.position().x(), self._scrolled)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is not None and event.buttons() & Qt.MouseButton.LeftButton:
            start, scrolled = self._grab
            self._scroll_to(scrolled + start - event.position().x())
        self._hover(self.item_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        grab, self._grab = self._grab, None
        if grab is None or event.button() != Qt.MouseButton.LeftButton:
            return
        index = self.item_at(event.position())
        if index >= 0 and abs(event.position().x() - grab[0]) < GAP_PX:
            self._marked = index
            self.update()
            self.picked.emit(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().x() or event.angleDelta().y()
        before = self._scrolled
        self._scroll_to(before - turned / 120 * self._cell.width())
        event.setAccepted(self._scrolled != before)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scroll_to(self._scrolled)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._items:
            self._paint_empty(painter)
            return
        painter.setFont(self._small)
        for index in range(len(self._items)):
            if self.cell(index).intersects(event.rect()):
                self._paint_item(painter, index)
        self._paint_ends(painter)

    @property
    def _small(self) -> QFont:
        """The letters of names."""
        font = QFont(self.font())
        font.setPointSizeF(max(font.pointSizeF() - 1.5, 6.5))
        return font

    def _measure(self) -> None:
        """Cells have room for the longest name."""
        metrics = QFontMetrics(self._small)
        widest = max((metrics.horizontalAdvance(label) for label, _ in self._items), default=0)
        high = FIGURE.height() + metrics.height() + 6
        self._cell = QSize(max(LEAST_WIDTH, widest + 8), high)
        self.setFixedHeight(high)

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(self._theme.line), 1, Qt.PenStyle.DashLine))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.setPen(QColor(self._theme.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, NOTHING_YET)

    def _paint_item(self, painter: QPainter, index: int) -> None:
        theme, alive, cell = self._theme, self.isEnabled(), self.cell(index)
        label, pose = self._items[index]
        marked = alive and self.hasFocus() and index == self._marked
        hovered = alive and index == self._hovered
        painter.setPen(QPen(QColor(theme.accent if marked else theme.line), 1))
        painter.setBrush(QColor(theme.raised if hovered or marked else theme.field))
        painter.drawRoundedRect(QRectF(cell).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        if pose is not None:
            if index not in self._figures:
                accent = "" if alive else theme.faint
                ratio = self.devicePixelRatioF()
                self._figures[index] = pose_picture(pose, FIGURE, ratio, theme, accent)
            painter.drawPixmap(
                cell.left() + (cell.width() - FIGURE.width()) // 2, 3, self._figures[index]
            )
        below = cell.adjusted(0, FIGURE.height() + 3, 0, -2)
        painter.setPen(QColor(theme.text if hovered or marked else theme.muted))
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, label)

    def _paint_ends(self, painter: QPainter) -> None:
        """Let the row fade where it goes on."""
        for hidden, start, end in (
            (self._scrolled > 0, 0, FADE_PX),
            (self._scrolled < self._reach(), self.width(), self.width() - FADE_PX),
        ):
            if hidden:
                fade = QLinearGradient(start, 0, end, 0)
                clear = QColor(self._theme.panel)
                fade.setColorAt(0, clear)
                clear.setAlpha(0)
                fade.setColorAt(1, clear)
                painter.fillRect(QRect(min(start, end), 0, FADE_PX, self.height()), fade)

    def _reach(self) -> float:
        """How far it can be scrolled."""
        row = len(self._items) * (self._cell.width() + GAP_PX) - GAP_PX
        return float(max(row - self.width(), 0))

    def _scroll_to(self, place: float) -> None:
        inside = min(max(place, 0.0), self._reach())
        if inside != self._scrolled:
            self._scrolled = inside
            self.update()

    def _mark(self, index: int) -> None:
        self._marked = index
        cell = self.cell(index)
        if cell.left() < FADE_PX:
            self._scroll_to(self._scrolled + cell.left() - FADE_PX)
        elif cell.right() > self.width() - FADE_PX:
            self._scroll_to(self._scrolled + cell.right() - self.width() + FADE_PX)
        self.setAccessibleDescription(
            tr(
                "{items}, {index} of {count}",
                items=self._items[index][0],
                index=index + 1,
                count=len(self._items),
            )
        )
        self.update()

    def _hover(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _redraw(self) -> None:
        self._figures.clear()
        self.update()
