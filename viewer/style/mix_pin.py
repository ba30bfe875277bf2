"""A corner of the mix: the style that is pinned to it, or room for one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QWidget

from viewer.model.language import tr
from viewer.ui.theme import RADIUS, Theme

from .thumbnail import pose_picture

HEIGHT, LEAST_WIDTH = 58, 60
FIGURE = QSize(24, 34)
CROSS_PX = 16
PLUS_PX = 6.0


class MixPin(QAbstractButton):
    """Shows a style with its figure, name and share of the mix; empty, a plus sign.

    ``pin_asked``: the current style is to be pinned here. ``unpin_asked``: by the cross, the
    Delete key or the menu. ``chosen``: the style that is pinned here is to be worn alone.
    """

    pin_asked = Signal()
    unpin_asked = Signal()
    chosen = Signal()

    def __init__(self, letter: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letter, self._theme = letter, theme
        self._label: str | None = None
        self._pose: np.ndarray | None = None
        self._share: float | None = None
        self._figure: QPixmap | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setMouseTracking(True)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setFixedHeight(max(HEIGHT, FIGURE.height() + self.fontMetrics().height() + 8))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda: (self.chosen if self.pinned() else self.pin_asked).emit())
        self.set_style(None, None)

    def sizeHint(self) -> QSize:
        return QSize(66, HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._redraw()

    def set_style(self, label: str | None, pose: np.ndarray | None) -> None:
        """Show a style by its name and a pose (22, 3), metres; label None: nothing is pinned."""
        if label is not None and label == self._label and pose is self._pose:
            return
        self._label, self._pose = label, pose
        if label is None:
            self.setAccessibleName(tr("Corner {letter}: empty", letter=self._letter))
            self.setToolTip(tr("Pin the current style to corner {letter}", letter=self._letter))
        else:
            self.setAccessibleName(tr("Corner {letter}: {label}", letter=self._letter, label=label))
            self.setToolTip(
                tr("{label}\nClick to wear it alone, × or Delete to unpin it", label=label)
            )
        self._redraw()

    def set_share(self, share: float | None) -> None:
        """Show its share of the mix, 0 to 1; None: what is worn is no mix."""
        if share != self._share:
            self._share = share
            self.update()

    def pinned(self) -> bool:
        """Whether a style is pinned here."""
        return self._label is not None

    def cross(self) -> QRectF:
        """Where the cross is that unpins."""
        return QRectF(self.width() - CROSS_PX - 1, 1, CROSS_PX, CROSS_PX)

    def menu(self) -> QMenu:
        """What can be done with this corner."""
        menu = QMenu(self)
        menu.addAction(tr("Pin the current style here"), self.pin_asked.emit)
        if self.pinned():
            menu.addAction(tr("Unpin {label}", label=self._label), self.unpin_asked.emit)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.pinned():
            self.unpin_asked.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        on_cross = self.pinned() and self.cross().contains(event.position())
        if on_cross and event.button() == Qt.MouseButton.LeftButton:
            self.unpin_asked.emit()
        else:
            super().mousePressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.isEnabled() and (self.underMouse() or self.hasFocus())
        edge = QPen(QColor(theme.accent if self.hasFocus() else theme.line), 1)
        if not self.pinned():
            edge = QPen(QColor(theme.accent if active else theme.faint), 1, Qt.PenStyle.DashLine)
        painter.setPen(edge)
        lit = theme.raised if active or self.pinned() else theme.panel
        painter.setBrush(QColor(lit))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        if self.pinned():
            self._paint_style(painter)
            if active:
                self._paint_cross(painter)
        else:
            self._paint_plus(painter, active)

    def _paint_style(self, painter: QPainter) -> None:
        theme, ratio = self._theme, self.devicePixelRatioF()
        if self._pose is not None:
            if self._figure is None or self._figure.devicePixelRatioF() != ratio:
                accent = "" if self.isEnabled() else theme.faint
                self._figure = pose_picture(self._pose, FIGURE, ratio, theme, accent)
            painter.drawPixmap(5, 4, self._figure)
        painter.setPen(QColor(theme.text if self.isEnabled() else theme.faint))
        font = painter.font()
        font.setPointSizeF(max(font.pointSizeF() - 1.5, 6.5))
        painter.setFont(font)
        above = FIGURE.height() + 5
        below = QRectF(3, above, self.width() - 6, self.height() - above - 3)
        metrics = painter.fontMetrics()
        name = metrics.elidedText(
            self._label or "", Qt.TextElideMode.ElideRight, round(below.width())
        )
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, name)
        if self._share is not None and self.isEnabled():
            beside = QRectF(30, 18, self.width() - 35, 18)
            painter.setPen(QColor(theme.accent if self._share > 0.005 else theme.faint))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(beside, right, f"{round(self._share * 100)} %")

    def _paint_cross(self, painter: QPainter) -> None:
        middle = self.cross().center()
        painter.setPen(QPen(QColor(self._theme.muted), 1.5))
        for way in (QPointF(3, 3), QPointF(3, -3)):
            painter.drawLine(middle - way, middle + way)

    def _paint_plus(self, painter: QPainter, active: bool) -> None:
        middle, theme = QRectF(self.rect()).center(), self._theme
        painter.setPen(QPen(QColor(theme.accent if active else theme.muted), 1.8))
        for way in (QPointF(PLUS_PX, 0), QPointF(0, PLUS_PX)):
            painter.drawLine(middle - way, middle + way)

    def _redraw(self) -> None:
        self._figure = None
        self.update()
