"""What a clip of the library does that is dropped on the stage: it opens, or gives its style."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from viewer.model.language import tr
from viewer.ui.clip_drag import clip_of
from viewer.ui.theme import MARGIN, RADIUS, ThemeSwitch

HALVES = (tr("Open"), tr("Take its style"))
SHEER, LIT = 130, 205


class ClipDrop(QWidget):
    """Two halves over the stage while a clip is dragged there, or one: what a drop would do.

    ``opened`` and ``style_taken`` bring the key of the clip. Files from elsewhere are left to
    the window. half: the one under the pointer, None while nothing is dragged.
    """

    opened = Signal(str)
    style_taken = Signal(str)

    def __init__(self, stage: QWidget, themes: ThemeSwitch, only: str = "") -> None:
        """only: what the one half says that opens the clip, "" for two."""
        super().__init__(stage)
        self._stage, self._themes = stage, themes
        self._room, self._halves = stage.size(), (only,) if only else HALVES
        self.half: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("What dropping the clip does"))
        self.hide()
        stage.setAcceptDrops(True)
        stage.installEventFilter(self)

    def set_only(self, only: str) -> None:
        """Have the one half that opens the clip and says so in these words, or two for ""."""
        self._halves = (only,) if only else HALVES

    def place(self, room: QSize) -> None:
        """Stand over so much of the stage, from its corner."""
        self._room = room

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragLeaveEvent):
            self._point(None)
            return False
        if not isinstance(event, QDropEvent):
            return False
        key = clip_of(event.mimeData())
        if not key:
            event.ignore()
            return True
        half = int(event.position().x() >= self._room.width() / len(self._halves))
        half = min(half, len(self._halves) - 1)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if isinstance(event, QDragEnterEvent | QDragMoveEvent):
            self._point(half)
            return True
        self._point(None)
        (self.opened, self.style_taken)[half].emit(key)
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, painter = self._themes.current, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() + 3)
        painter.setFont(font)
        count, height = len(self._halves), self.height() - 2 * MARGIN
        width = (self.width() - (count + 1) * MARGIN) / count
        for half, text in enumerate(self._halves):
            lit = half == self.half
            box = QRectF(MARGIN + half * (width + MARGIN), MARGIN, width, height)
            ground = QColor(theme.raised if lit else theme.panel)
            ground.setAlpha(LIT if lit else SHEER)
            painter.setBrush(ground)
            painter.setPen(QPen(QColor(theme.accent if lit else theme.line), 2 if lit else 1))
            painter.drawRoundedRect(box, RADIUS, RADIUS)
            painter.setPen(QColor(theme.text if lit else theme.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _point(self, half: int | None) -> None:
        if half == self.half:
            return
        self.half = half
        if half is not None:
            self.setGeometry(QRect(QPoint(), self._room))
            self.raise_()
        self.setVisible(half is not None)
        self.update()
