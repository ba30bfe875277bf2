"""A list of names with a number and a bar each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.ui.theme import Theme, mono_font

_BAR, _GAP, _LEAST = 0.34, 8, 36


class Bar(NamedTuple):
    """A row: what, numbers as text in columns, and the length of its bar from -1 to 1."""

    name: str
    texts: tuple[str, ...]
    length: float


class BarList(QWidget):
    """Rows under headings; bars of signed lengths begin in the middle, of others at the left."""

    def __init__(
        self, name: str, tip: str, theme: Theme, headings: Sequence[str], rows: int,
        signed: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.rows: tuple[Bar, ...] = ()
        self.headings = tuple(headings)
        self._signed, self._most, self._theme = signed, rows, theme
        self._font, self._mono = QFont(self.font()), mono_font(-1)
        self._font.setPointSizeF(max(self._font.pointSizeF() - 0.5, 6))
        self._line = max(QFontMetrics(f).height() for f in (self._font, self._mono)) + 3
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, self._line * (self._most + 1) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.sizeHint().height())

    def show_rows(self, rows: Sequence[Bar], headings: Sequence[str] | None = None) -> None:
        """Show ``rows``, as many as there is room for."""
        self.rows = tuple(rows[: self._most])
        if headings is not None:
            self.headings = tuple(headings)
        told = ", ".join(f"{row.name} {' '.join(row.texts)}" for row in self.rows)
        self.setAccessibleDescription(told)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.rows:
            return
        painter = QPainter(self)
        mono = QFontMetrics(self._mono)
        columns = range(len(self.headings))
        texts = [[row.texts[c] for row in self.rows] for c in columns]
        small = QFontMetrics(self._font)
        widths = [
            max(small.horizontalAdvance(self.headings[c]), *map(mono.horizontalAdvance, texts[c]))
            for c in columns
        ]
        named = max(small.horizontalAdvance(row.name) for row in self.rows)
        free = self.width() - named - sum(widths) - _GAP * (len(widths) + 1)
        bar = min(max(free, _LEAST), self.width() * _BAR)
        right = self.width() - bar - _GAP
        name_wide = right - sum(widths) - _GAP * len(widths)
        self._paint_headings(painter, widths, right)
        for n, row in enumerate(self.rows, 1):
            y = n * self._line
            painter.setFont(self._font)
            painter.setPen(QColor(self._theme.text))
            name = small.elidedText(row.name, Qt.TextElideMode.ElideRight, int(name_wide))
            flags = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, name_wide, self._line), flags, name)
            painter.setFont(self._mono)
            painter.setPen(QColor(self._theme.muted))
            self._paint_columns(painter, row.texts, widths, right, y)
            self._paint_bar(painter, row.length, QRectF(self.width() - bar, y, bar, self._line))

    def _paint_headings(self, painter: QPainter, widths: list[int], right: float) -> None:
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.faint))
        self._paint_columns(painter, self.headings, widths, right, 0)

    def _paint_columns(
        self, painter: QPainter, texts: Sequence[str], widths: list[int], right: float, y: float
    ) -> None:
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for text, wide in zip(reversed(texts), reversed(widths), strict=True):
            painter.drawText(QRectF(right - wide, y, wide, self._line), flags, text)
            right -= wide + _GAP

    def _paint_bar(self, painter: QPainter, length: float, box: QRectF) -> None:
        thick = self._line - 9
        top = box.center().y() - thick / 2
        ground = QRectF(box.left(), top, box.width(), thick)
        painter.fillRect(ground, QColor(self._theme.field))
        half = box.width() / 2 if self._signed else box.width()
        zero = box.left() + (half if self._signed else 0)
        wide = min(abs(length), 1.0) * half
        color = self._theme.accent if length >= 0 else self._theme.warn
        left = zero if length >= 0 else zero - wide
        painter.fillRect(QRectF(left, top, wide, thick), QColor(color))
        if self._signed:
            painter.fillRect(QRectF(zero, top - 1, 1, thick + 2), QColor(self._theme.faint))
