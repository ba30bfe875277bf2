"""The pictures of the last seconds or minutes, each as high as it took long."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.model.language import tr, trn
from viewer.model.picture_record import Picture, PictureRecord
from viewer.ui.theme import Theme, mono_font

MARKS_MS = (16.7, 33.3)
"""One refresh at 60 Hz, and two."""
_LEAST_MS, _MOST_MS = 0.5, 500.0
_REACH = 5
_HEIGHT, _LABEL = 64, 32
_APART = 4
"""How far the labels of both marks, which are near each other, make way."""


class LatencyLane(QWidget):
    """A bar for each column of pixels: the slowest picture there, logarithmic from 0.5 to 500 ms.

    A click chooses the slowest picture near the pointer, Left and Right the one before and after
    among the bars; ``chosen`` brings its number in the record.
    """

    own_keys = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Right})
    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._record = PictureRecord(1)
        self._now = self._span_s = 0.0
        self._x = self._numbers = np.zeros(0, int)
        self._ms = np.zeros(0)
        self._missed = np.zeros(0, int)
        self.marked: int | None = None
        self.setFont(mono_font(-2))
        self._label = max(_LABEL, self.fontMetrics().horizontalAdvance("88.8") + 4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Latency lane"))
        self.setToolTip(tr("Click a slow picture to see its stages; arrows go on."))

    def sizeHint(self) -> QSize:
        return QSize(160, _HEIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.update()

    def show_record(self, record: PictureRecord, now: float, span_s: float) -> None:
        """The pictures of the ``span_s`` seconds before ``now``."""
        self._record, self._now, self._span_s = record, now, span_s
        numbers = record.last(span_s, now)
        ms = 1e3 * record.seconds(numbers)
        x = ((record.at(numbers) - now + span_s) / span_s * self._wide).astype(int)
        order = np.lexsort((ms, x))
        slowest = order[np.flatnonzero(np.diff(x[order], append=-1))]
        self._x, self._numbers, self._ms = x[slowest], numbers[slowest], ms[slowest]
        self._missed = record.missed(self._numbers)
        self.update()

    def mark(self, number: int | None) -> None:
        """Mark the chosen picture of that number."""
        self.marked = number
        self.update()

    def number_at(self, x: float) -> int | None:
        """The slowest picture near the column ``x``."""
        near = np.flatnonzero(np.abs(self._x - x) <= _REACH)
        return int(self._numbers[near[self._ms[near].argmax()]]) if len(near) else None

    @property
    def _wide(self) -> int:
        return max(self.width() - self._label, 1)

    def _y(self, ms: float) -> float:
        """Pixels from the top."""
        return (self.height() - 2) * (1 - share_of(ms)) + 1

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._theme
        area = QRectF(0, 0, self._wide, self.height())
        painter.fillRect(area, QColor(theme.field))
        bottom = self.height() - 1
        for x, ms, missed in zip(self._x, self._ms, self._missed, strict=True):
            top = self._y(ms)
            color = theme.bad if missed else tone(theme, ms)
            painter.fillRect(QRectF(x, top, 1, max(bottom - top, 1.0)), QColor(color))
        painter.setPen(QColor(theme.muted))
        for mark, apart in zip(MARKS_MS, (_APART, -_APART), strict=True):
            y = round(self._y(mark)) + 0.5
            painter.drawLine(QPointF(0, y), QPointF(self._wide, y))
            line = painter.fontMetrics().height()
            label = QRectF(self._wide + 3, y - line / 2 + apart, self._label - 3, line)
            painter.drawText(label, Qt.AlignmentFlag.AlignVCenter, f"{mark:g}")
        if self.marked is not None and self._span_s:
            at = float(self._record.at(np.array([self.marked]))[0])
            x = int((at - self._now + self._span_s) / self._span_s * self._wide)
            painter.setPen(QColor(theme.text))
            if 0 <= x < self._wide:
                painter.drawRect(QRectF(x - 1.5, 0.5, 4, self.height() - 1))
        if self.hasFocus():
            painter.setPen(QColor(theme.accent))
            painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self.number_at(event.position().x())
        if number is not None:
            self.chosen.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        way = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if way is None or not len(self._numbers):
            super().keyPressEvent(event)
            return
        last = len(self._numbers) - 1
        at = last if self.marked is None else int(np.searchsorted(self._numbers, self.marked))
        if self.marked is not None:
            at = min(max(at + way, 0), last)
        self.chosen.emit(int(self._numbers[at]))

    def event(self, event: QEvent) -> bool:
        """A tooltip about the picture under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self.number_at(event.pos().x())
            picture = None if number is None else self._record.picture(number)
            words = picture_text(picture, self._now) if picture else tr("No pictures here")
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)


def share_of(ms: float) -> float:
    """How high a bar of so many milliseconds is, 0 to 1, logarithmic."""
    share = math.log(max(ms, _LEAST_MS) / _LEAST_MS) / math.log(_MOST_MS / _LEAST_MS)
    return min(share, 1.0)


def tone(theme: Theme, ms: float) -> str:
    """Green within a refresh of the display, yellow within two, red beyond."""
    if ms <= MARKS_MS[0]:
        return theme.good
    return theme.warn if ms <= MARKS_MS[1] else theme.bad


def picture_text(picture: Picture, now: float) -> str:
    """How long it took and what of it, when, and of which frame; one line."""
    late = ""
    if picture.missed:
        late = trn(", {n} refresh late", ", {n} refreshes late", picture.missed)
    return tr(
        "{ms:.1f} ms, most of it {longest}{late}; frame {frame}, {ago:.0f} s ago",
        ms=1e3 * picture.seconds,
        longest=tr(picture.longest),
        late=late,
        frame=picture.frame,
        ago=now - picture.at,
    )
