"""A row of buttons of which one is down: a choice whose alternatives are all in sight."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton


class Segments(QFrame):
    """Emits ``chosen(value)`` when a person presses a button; shows only what it is told to."""

    chosen = Signal(str)

    def __init__(self, name: str, choices: Mapping[str, tuple[str, str]]) -> None:
        """``choices``: value -> text and tooltip. name: for assistive technology."""
        super().__init__()
        self.setProperty("role", "segmented")
        self.setAccessibleName(name)
        self._tips = {value: tip for value, (_, tip) in choices.items()}
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for value, (text, tip) in choices.items():
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(f"{name}: {text}")
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            self._group.addButton(button)
            self.buttons[value] = button
            row.addWidget(button, 1)

    def show_choice(self, value: str) -> None:
        """Put the button of ``value`` down, without a signal."""
        self.buttons[value].setChecked(True)

    def set_problem(self, value: str, reason: str) -> None:
        """Switch a choice off for ``reason``, which its tooltip says; "" switches it on."""
        self.buttons[value].setEnabled(not reason)
        self.buttons[value].setToolTip(reason or self._tips[value])
