"""The page of what if: a joint that is moved, and what becomes of the phase."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from motion.canonical import JOINTS
from viewer.model.language import tr, within
from viewer.model.what_if import WhatIf
from viewer.ui.choice_box import ChoiceBox
from viewer.ui.readout import value_readout
from viewer.ui.theme import GAP, Theme

from .bars import Bar, BarList
from .parts import signed, text_label
from .plane import PhasePair

AXES = (tr("Left"), tr("Up"), tr("Forward"))
MOST_CM = 200.0
ABOUT = tr(
    "The joint stands elsewhere in every frame, seen from the root; its velocity stays as it is. "
    "A probe: nothing of it is kept or saved."
)


class WhatIfPage(QWidget):
    """Emits ``moved(joint, offset in m)`` when a person chooses a joint or types."""

    moved = Signal(int, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.grabbing, self.reset = QToolButton(), QToolButton()
        for button in (self.grabbing, self.reset):
            button.setProperty("role", "chip")
        self.joint = ChoiceBox(tr("Joint that is moved"), tr("Which joint stands elsewhere"), theme)
        self.joint.offer({str(n): name for n, name in enumerate(JOINTS)}, "0")
        self.fields = [_field(axis) for axis in AXES]
        self.plane = PhasePair(theme)
        self.heading = value_readout(theme, tr("+0.0000 turns"), tr("How far the phase turns"))
        self.problem = text_label("hint", tr("Why there is no phase"))
        self.table = BarList(
            tr("The true phase and the changed one"),
            tr("x, y, angle in turns and amplitude of the frame as it is and as it is changed"),
            theme, ("true", "changed", "difference"), 4, signed=True,
        )  # fmt: skip
        self.joint.chosen.connect(lambda _: self._emit())
        for field in self.fields:
            field.valueChanged.connect(lambda _: self._emit())
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        for part in (self.joint, self.plane, self.heading, self.table):
            part.set_theme(theme)

    def show_offset(self, joint: int, offset: np.ndarray) -> None:
        """Show a joint and its offset (3,) in m, without a signal."""
        self.joint.setCurrentIndex(joint)
        for field, metres in zip(self.fields, offset.tolist(), strict=True):
            with QSignalBlocker(field):
                field.setValue(100 * metres)

    def show_pair(self, pair: WhatIf | None) -> None:
        """The true and the changed phase; None for none."""
        self.plane.show_pair(pair)
        if pair is None:
            self.heading.set_text("")
            self.table.show_rows(())
            return
        self.heading.set_text(tr("{turns} turns", turns=signed(pair.turned)))
        rows = [
            *zip(("x", "y"), pair.true, pair.changed, (1.0, 1.0), strict=True),
            ("angle", *pair.turns, 0.5),
            ("amplitude", *pair.amplitudes, 1.0),
        ]
        self.table.show_rows([self._row(pair, *row) for row in rows])

    @staticmethod
    def _row(pair: WhatIf, name: str, true: float, changed: float, reach: float) -> Bar:
        apart = pair.turned if name == "angle" else changed - true
        return Bar(name, (f"{true:.4f}", f"{changed:.4f}", signed(apart)), apart / reach)

    def _emit(self) -> None:
        offset = np.array([field.value() / 100 for field in self.fields])
        self.moved.emit(self.joint.currentIndex(), offset)

    def _lay_out(self) -> None:
        tools, middle, grid = QHBoxLayout(), QHBoxLayout(), QGridLayout()
        tools.addWidget(self.grabbing)
        tools.addWidget(self.reset)
        tools.addStretch()
        grid.addWidget(self.joint, 0, 0, 1, 2)
        for n, (axis, field) in enumerate(zip(AXES, self.fields, strict=True), 1):
            label = QLabel(axis)
            label.setProperty("role", "muted")
            grid.addWidget(label, n, 0)
            grid.addWidget(field, n, 1)
        grid.setColumnStretch(1, 1)
        middle.addLayout(grid, 1)
        middle.addSpacing(GAP)
        middle.addWidget(self.plane)
        about = text_label("hint", tr("What is changed"))
        about.setText(ABOUT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addLayout(tools)
        column.addLayout(middle)
        column.addWidget(self.heading)
        column.addWidget(self.table)
        column.addWidget(self.problem)
        column.addWidget(about)
        column.addStretch()


def _field(axis: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(-MOST_CM, MOST_CM)
    field.setDecimals(1)
    field.setSuffix(" cm")
    field.setAccessibleName(tr("{axis}, centimetres", axis=axis))
    field.setToolTip(
        tr("How far the joint is moved: {axis}, seen from the root, in cm", axis=within(axis))
    )
    return field
