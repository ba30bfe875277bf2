"""The title bar of a dock: its name, float and hide."""

from __future__ import annotations

from PySide6.QtWidgets import QDockWidget, QFrame, QHBoxLayout, QLabel, QToolButton

from viewer.model.language import tr, within

from .icons import Icons
from .theme import MARGIN


class DockTitle(QFrame):
    """Drag it to move the dock; double click floats it."""

    def __init__(self, dock: QDockWidget, icons: Icons) -> None:
        super().__init__(dock)
        self.setObjectName("docktitle")
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 5, 5, 5)
        row.setSpacing(0)
        title = QLabel(dock.windowTitle())
        title.setProperty("role", "heading")
        row.addWidget(title, 1)
        for icon, tip, act in (
            ("float", tr("Float or dock"), lambda: dock.setFloating(not dock.isFloating())),
            ("close", tr("Hide; the View menu brings it back"), dock.close),
        ):
            button = QToolButton()
            button.setProperty("role", "small")
            button.setToolTip(f"{dock.windowTitle()}: {within(tip)}")
            button.setAccessibleName(f"{dock.windowTitle()}: {within(tip)}")
            icons.bind(button, icon)
            button.clicked.connect(act)
            row.addWidget(button)
