"""The buttons that choose how a view goes along with the playhead."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton

from .time_view import MODES


def mode_row() -> tuple[list[QToolButton], QFrame]:
    """Buttons for the ways to go along with the playhead, and the frame that they stand in."""
    frame = QFrame()
    frame.setProperty("role", "segmented")
    row = QHBoxLayout(frame)
    row.setContentsMargins(2, 2, 2, 2)
    row.setSpacing(0)
    buttons = [QToolButton() for _ in MODES]
    for button in buttons:
        button.setProperty("role", "segment")
        row.addWidget(button)
    return buttons, frame
