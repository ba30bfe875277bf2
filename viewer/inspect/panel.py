"""The inspect panel: joints that are looked at, their curves, and where feet slide."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from viewer.model.language import tr
from viewer.ui.actions import Actions
from viewer.ui.choice_box import ChoiceBox
from viewer.ui.icons import Icons
from viewer.ui.scroll_page import ScrollPage
from viewer.ui.theme import GAP, MARGIN, Theme

from .joint_list import JointList
from .joint_plots import JointPlots
from .slide_list import SlideList

HINT = tr("Click a joint on the stage or choose one above; Ctrl+click or the pin keeps several.")
_NONE = ""


class InspectPanel(ScrollPage):
    """``chosen``: the name of a joint; ``shown``: the panel comes into sight."""

    chosen = Signal(str)
    shown = Signal()

    def __init__(self, actions: Actions, icons: Icons, theme: Theme) -> None:
        super().__init__()
        self.choice = ChoiceBox(
            tr("Joint to look at"), tr("Look at a joint of what is on stage"), theme
        )
        self.choice.chosen.connect(self._choose)
        self.joints, self.plots, self.slides = (
            JointList(icons, theme), JointPlots(theme), SlideList()
        )  # fmt: skip
        self.hint = _label("hint", HINT, tr("What to do here"))
        self.skating = _label("heading", "", tr("How much the feet slide"))
        self.skating.setToolTip(
            tr("How far feet slide that are in contact with the ground, at 0.25 m/s and more")
        )
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.choice, 1)
        for name, icon in (("pin", "pin"), ("clear", "close")):
            icons.bind(actions[f"joint.{name}"], icon)
            top.addWidget(actions.button(f"joint.{name}"))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(GAP)
        column.addLayout(top)
        column.addWidget(self.hint)
        column.addWidget(self.joints)
        column.addWidget(self.plots, 1)
        column.addWidget(self.skating)
        column.addWidget(self.slides)
        column.addStretch(0)
        self.setWidget(content)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        for part in (self.choice, self.joints, self.plots):
            part.set_theme(theme)

    def offer(self, names: tuple[str, ...]) -> None:
        """The joints that can be chosen."""
        self.choice.offer({_NONE: tr("Look at a joint…")} | {name: name for name in names}, _NONE)
        self.choice.setEnabled(bool(names))

    def set_hint(self, sentence: str) -> None:
        """Say what to do or why there are no curves; "" for nothing."""
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))
        self.plots.setVisible(not sentence)

    def _choose(self, name: str) -> None:
        self.choice.setCurrentIndex(0)
        if name:
            self.chosen.emit(name)


def _label(role: str, text: str, name: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setAccessibleName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft)
    return label
