"""A number that changes every frame without moving anything around it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .theme import Theme, mono_font

NOTHING = "–"


class Readout(QWidget):
    """Fixed-width text in the mono font; as wide as ``widest``.

    Changing the text repaints these pixels and nothing else: no layout runs.
    """

    clicked = Signal()

    def __init__(
        self,
        widest: str,
        theme: Theme,
        *,
        role: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        size_delta: int = 0,
    ) -> None:
        super().__init__()
        self._role, self._align, self._text = role, align, ""
        self._size_delta = size_delta
        self.setFont(mono_font(size_delta))
        self.fit(widest)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Take the colour of its role from ``theme``, and the size of letters."""
        self._color = QColor(getattr(theme, self._role))
        font = mono_font(self._size_delta)
        if font != self.font():
            self.setFont(font)
            self.fit(self._widest)
        self.update()

    @property
    def text(self) -> str:
        """What it shows."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show ``text``; the same again paints nothing."""
        if text != self._text:
            self._text = text
            self.update()

    def fit(self, widest: str) -> None:
        """Be as wide as ``widest`` from now on."""
        self._widest = widest
        metrics = QFontMetrics(self.font())
        self._size = QSize(metrics.horizontalAdvance(widest) + 2, metrics.height())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._size

    def minimumSizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self._color)
        painter.drawText(self.rect(), self._align | Qt.AlignmentFlag.AlignVCenter, self._text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()


def value_readout(
    theme: Theme,
    widest: str,
    tip: str,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    role: str = "text",
) -> Readout:
    """A value in a panel, which takes the width it is given; a dash until it is known."""
    value = Readout(widest, theme, align=align, role=role)
    value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    value.set_text(NOTHING)
    value.setAccessibleName(tip)
    value.setToolTip(tip)
    return value
