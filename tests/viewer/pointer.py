"""A pointer that moves where a test wants it, whatever the screen's does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


def hover(widget: QWidget, at: QPointF) -> None:
    """The pointer moves there, with no button down."""
    none, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), none, none, keys)
    QApplication.sendEvent(widget, move)
