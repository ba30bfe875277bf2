"""A number that changes every frame without moving anything around it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from .theme import ThemeSwitch, mono_font


class Readout(QWidget):
    """Fixed-width text in the mono font; as wide as ``widest``.

    Changing the text repaints these pixels and nothing else: no layout runs.
    """

    clicked = Signal()

    def __init__(
        self,
        widest: str,
        themes: ThemeSwitch,
        *,
        role: str = "text",
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        size_delta: int = 0,
    ) -> None:
        super().__init__()
        self._themes, self._role, self._align = themes, role, align
        self._text = ""
        self.setFont(mono_font(size_delta))
        self.fit(widest)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        themes.changed.connect(self.update)

    @property
    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        if text != self._text:
            self._text = text
            self.update()

    def set_role(self, role: str) -> None:
        """Take another colour of the theme: "text", "muted", "accent", "warn" …"""
        if role != self._role:
            self._role = role
            self.update()

    def fit(self, widest: str) -> None:
        """Be as wide as ``widest`` from now on."""
        metrics = QFontMetrics(self.font())
        self._size = QSize(metrics.horizontalAdvance(widest) + 2, metrics.height() + 4)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(QColor(getattr(self._themes.current, self._role)))
        painter.drawText(self.rect(), self._align | Qt.AlignmentFlag.AlignVCenter, self._text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()
