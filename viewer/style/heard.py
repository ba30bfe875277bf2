"""The line under the style map that tells of a dot."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from viewer.model.language import tr
from viewer.ui.theme import GAP


class HeardRow(QWidget):
    """Clip, style and time of a dot, and a button; hidden until it tells of one.

    What is too long loses its middle; the tooltip has all of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("The dot that was clicked"))
        self._text = ""
        self.label = QLabel()
        self.label.setProperty("role", "muted")
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.button = QToolButton()
        self.button.setProperty("role", "chip")
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(14, 14))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self.label, 1)
        row.addWidget(self.button)
        self.hide()

    @property
    def text(self) -> str:
        """What is told; "" for nothing."""
        return self._text

    def set_action(self, action: QAction) -> None:
        """What the button does."""
        self.button.setDefaultAction(action)

    def tell(self, text: str, more: str = "") -> None:
        """Tell ``text``, with ``more`` in the tooltip; "" hides the line."""
        self._text = text
        self.label.setToolTip(f"{text}\n{more}" if more else text)
        self.setVisible(bool(text))
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        metrics, middle = self.label.fontMetrics(), Qt.TextElideMode.ElideMiddle
        self.label.setText(metrics.elidedText(self._text, middle, max(self.label.width(), 40)))
