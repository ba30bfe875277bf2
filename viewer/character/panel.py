"""The character panel: who drives it, how it goes, what the world is like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import mark, tr
from viewer.model.policies import NOBODY
from viewer.ui.choice_box import ChoiceBox
from viewer.ui.number_slider import NumberSlider
from viewer.ui.readout import value_readout
from viewer.ui.scroll_page import ScrollPage
from viewer.ui.theme import GAP, MARGIN, Theme

FACTS = {
    mark("Real time"): ("88.88 ×", tr("Simulated seconds per second, lately")),
    mark("Step"): ("88.8 ms", tr("What one decision costs: the network and 20 steps of physics")),
    mark("Reward"): ("0.888", tr("How closely the body follows its motion, 0 to 1")),
    mark("Value"): ("-8.888", tr("What the critic expects of this state")),
    mark("Pose"): ("0.888", tr("Reward for the angles of the joints")),
    mark("Velocity"): ("0.888", tr("Reward for how fast the joints turn")),
    mark("Limbs"): ("0.888", tr("Reward for where hands and feet are")),
    mark("Root"): ("0.888", tr("Reward for where the pelvis is")),
    mark("Balance"): ("0.888", tr("Reward for how fast the centre of mass moves")),
    mark("Memory"): (
        tr("888 of 888 s, 88 MB"),
        tr("How far back the take goes, and the room that five minutes have"),
    ),
}
"""The longest usual text of each fact, and what it tells."""
STATE = (tr("Runs; fell at 888.88 s"), tr("What the character does"))
WIDE = ("Real time", "Step", "Memory")
"""The facts that have a row to themselves."""
LEGEND = ("Reward", "Pose", "Velocity", "Limbs", "Root", "Balance")
"""The facts that the timeline draws too, in the order of its colours."""


class CharacterPanel(ScrollPage):
    """Shows what it is told; what a person asks for comes out as signals and actions."""

    policy_chosen = Signal(str)
    beside_chosen = Signal(str)
    shown = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.hint = QLabel()
        self.hint.setProperty("role", "hint")
        self.hint.setWordWrap(True)
        self.hint.setAccessibleName(tr("What to do"))
        self.state = value_readout(theme, *STATE)
        self.policies = ChoiceBox(
            tr("Policy"), tr("Who decides, thirty times a second; swaps as it runs"), theme
        )
        self.besides = ChoiceBox(
            tr("Beside it"), tr("A second character under the same pushes"), theme
        )
        self.policies.chosen.connect(self.policy_chosen)
        self.besides.chosen.connect(self.beside_chosen)
        self.friction = NumberSlider(
            tr("Friction"), tr("Friction of the ground, 0 is ice"), 0.0, 2.0, widest=tr("Gravity")
        )
        self.gravity = NumberSlider(
            tr("Gravity"), tr("Gravity downwards; 9.8 on Earth"), 0.0, 20.0, " m/s²"
        )
        self.facts = {name: value_readout(theme, *about) for name, about in FACTS.items()}
        self._names = {name: _muted(tr(name)) for name in FACTS}
        self.motion = QLabel()
        self.motion.setProperty("role", "muted")
        self.motion.setWordWrap(True)
        self._live = QWidget()
        self.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def set_theme(self, theme: Theme) -> None:
        for number, name in enumerate(LEGEND):
            color = theme.series[number - 1] if number else theme.text
            self._names[name].setText(f'<span style="color: {color}">●</span> {tr(name)}')
        for box in (self.policies, self.besides):
            box.set_theme(theme)
        for value in (self.state, *self.facts.values()):
            value.set_theme(theme)

    def lay_out(self, rows: Mapping[str, Sequence[QToolButton]]) -> None:
        """Put everything in place; ``rows``: buttons by the name of their row."""
        body = QWidget()
        page = QVBoxLayout(body)
        page.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        page.setSpacing(GAP)
        who = QGridLayout()
        who.setHorizontalSpacing(GAP)
        who.setVerticalSpacing(GAP // 2)
        who.setColumnStretch(1, 1)
        for row, (name, part) in enumerate(
            ((tr("Policy"), self.policies), (tr("Beside"), self.besides))
        ):
            who.addWidget(_muted(name), row, 0)
            who.addWidget(part, row, 1)
        who.addWidget(rows["open"][0], 0, 2)
        page.addLayout(who)
        page.addWidget(self.motion)
        page.addWidget(self.hint)
        page.addLayout(_row(rows["run"]))
        page.addLayout(_pairs(rows["memory"]))
        page.addWidget(self.state)
        live = QVBoxLayout(self._live)
        live.setContentsMargins(0, 0, 0, 0)
        live.setSpacing(GAP)
        live.addLayout(self._numbers())
        live.addWidget(_rule())
        live.addWidget(self.friction)
        live.addWidget(self.gravity)
        live.addLayout(_row(rows["push"]))
        live.addWidget(_rule())
        live.addLayout(_pairs(rows["look"]))
        take = _row(rows["take"])
        take.insertWidget(0, _muted(tr("Take")))
        live.addLayout(take)
        page.addWidget(self._live)
        page.addStretch()
        self.setWidget(body)

    def set_live(self, live: bool) -> None:
        """Whether there is a character to speak of."""
        self._live.setVisible(live)

    def set_hint(self, sentence: str) -> None:
        self.hint.setText(sentence)
        self.hint.setVisible(bool(sentence))

    def set_policies(self, policies: dict[str, str], current: str, beside: str) -> None:
        """Offer ``policies``, name -> title; ``current`` drives, ``beside`` stands beside it."""
        self.policies.offer(policies, current)
        self.policies.setEnabled(bool(policies))
        self.besides.offer({NOBODY: tr("Nobody"), **policies}, beside)
        self.besides.setEnabled(bool(policies))

    def set_fact(self, name: str, text: str) -> None:
        self.facts[name].set_text(text)

    def _numbers(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP // 2)
        grid.setVerticalSpacing(2)
        at = 0
        for name, value in self.facts.items():
            wide = name in WIDE
            at += at % 2 if wide else 0
            row, column = divmod(at, 2)
            grid.addWidget(self._names[name], row, 2 * column)
            grid.addWidget(value, row, 2 * column + 1, 1, 3 if wide else 1)
            value.setMinimumWidth(value.sizeHint().width())
            at += 1 + wide
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid


def _row(buttons: Sequence[QToolButton]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2)
    for button in buttons:
        row.addWidget(button)
    row.addStretch()
    return row


def _pairs(buttons: Sequence[QToolButton]) -> QGridLayout:
    grid = QGridLayout()
    grid.setSpacing(2)
    for n, button in enumerate(buttons):
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        grid.addWidget(button, *divmod(n, 2))
    return grid


def _muted(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "muted")
    return label


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("role", "rule")
    return rule
