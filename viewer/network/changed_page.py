"""The page of what changed: which joints moved the output between two frames."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from motion.canonical import JOINTS
from viewer.model.language import tr
from viewer.ui.readout import value_readout
from viewer.ui.theme import GAP, Theme

from .bars import BarList
from .parts import scalar_choice, text_label


class ChangedPage(QWidget):
    """Frame A, the playhead, and the part of the difference that each joint made."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.of = scalar_choice()
        self.mark, self.go = QToolButton(), QToolButton()
        for button in (self.mark, self.go):
            button.setProperty("role", "chip")
        self.frames = value_readout(
            theme, tr("A: frame 1000 → frame 1000"), tr("The two frames"), role="muted"
        )
        self.total = value_readout(theme, tr("+0.0000 amplitude"), tr("What changed in all"))
        self.error = value_readout(
            theme, tr("parts sum to +0.0000, off by 1e-04"),
            tr("What the joints' parts sum to, and how far that is off"), role="muted",
        )  # fmt: skip
        self.problem = text_label("hint", tr("Why nothing is told of a change"))
        self.joints = BarList(
            tr("What each joint changed"),
            tr("The part of the difference that each joint made, by its position and by its "
            "velocity, and both together as a bar"),
            theme, ("position", "velocity", "both"), len(JOINTS), signed=True,
        )  # fmt: skip
        tools = QHBoxLayout()
        tools.addWidget(self.mark)
        tools.addWidget(self.go)
        tools.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.of)
        column.addLayout(tools)
        column.addWidget(self.frames)
        column.addWidget(self.total)
        column.addWidget(self.error)
        column.addWidget(self.problem)
        column.addWidget(self.joints)
        column.addStretch()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        for part in (self.frames, self.total, self.error, self.joints):
            part.set_theme(theme)
