"""A combo box with an arrow in the colour of the theme."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QSignalBlocker, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QComboBox

from .theme import Theme

_FROM_RIGHT = 13


class ComboBox(QComboBox):
    """One as every other, whose arrow can be seen."""

    def __init__(self, name: str, tip: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The wheel scrolls the panel; it chooses nothing by the way."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(QColor(self._theme.muted if self.isEnabled() else self._theme.line), 1.6)
        )
        x, y = self.width() - _FROM_RIGHT, self.height() / 2
        painter.drawPolyline(
            QPolygonF([QPointF(x - 4, y - 2), QPointF(x, y + 2), QPointF(x + 4, y - 2)])
        )


class ChoiceBox(ComboBox):
    """Emits ``chosen(value)`` when a person chooses; shows only what it is told to."""

    chosen = Signal(str)

    def __init__(self, name: str, tip: str, theme: Theme) -> None:
        super().__init__(name, tip, theme)
        self.activated.connect(lambda _: self.chosen.emit(self.currentData()))

    def offer(self, choices: Mapping[str, str], current: str) -> None:
        """Offer ``choices``, value -> text, and stand at ``current``; without a signal."""
        with QSignalBlocker(self):
            self.clear()
            for value, text in choices.items():
                self.addItem(text, value)
            self.setCurrentIndex(self.findData(current))
