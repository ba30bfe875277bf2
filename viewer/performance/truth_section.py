"""Truth mode in the performance panel: its switch, and where the largest error is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from viewer.model.language import mark, tr
from viewer.model.truth import TruthReading, millimetres, signed
from viewer.ui.readout import NOTHING, value_readout
from viewer.ui.theme import GAP, MARGIN, Theme

FACTS = (
    (
        mark("Worst joint"),
        tr("The joint farthest from the reference engine's in the two seconds compared"),
    ),
    (
        mark("Error"),
        tr("How far it is from where the reference engine puts it, and when; click to see it"),
    ),
    (
        mark("Typical"),
        tr("Half of all joints and frames are nearer to the reference engine's than this"),
    ),
    (mark("Phase x, y"), tr("DeepPhase of this frame, engine less reference engine")),
    (mark("Phase angle"), tr("The angle of DeepPhase in this frame, engine less reference engine")),
)


class TruthSection(QWidget):
    """The switch is always there; the facts while truth mode is on."""

    worst_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.switch = QToolButton()
        self.switch.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.switch.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.facts = {name: value_readout(theme, "0.00e-00", tip) for name, tip in FACTS}
        for name in ("Worst joint", "Error"):
            self.facts[name].clicked.connect(self.worst_asked)
            self.facts[name].setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        self._details = QWidget()
        grid = QGridLayout(self._details)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(MARGIN)
        grid.setVerticalSpacing(GAP // 2)
        grid.setColumnStretch(1, 1)
        for row, (name, value) in enumerate(self.facts.items()):
            heading = QLabel(tr(name))
            heading.setProperty("role", "muted")
            grid.addWidget(heading, row, 0)
            grid.addWidget(value, row, 1)
        column.addWidget(self._details)
        self._details.hide()

    def set_theme(self, theme: Theme) -> None:
        for value in self.facts.values():
            value.set_theme(theme)

    def show_reading(self, reading: TruthReading | None) -> None:
        """The numbers of now; None while truth mode is off."""
        self._details.setVisible(reading is not None)
        if reading is None:
            return
        texts = dict.fromkeys(self.facts, NOTHING)
        if reading.errors is not None:
            errors = reading.errors
            moment = tr(
                "{error} at {worst_time_s:.2f} s",
                error=millimetres(errors.worst_mm),
                worst_time_s=errors.worst_time_s,
            )
            texts["Worst joint"] = errors.worst_joint if errors.worst_mm else tr("none")
            texts["Error"] = moment if errors.worst_mm else tr("0, the same numbers")
            texts["Typical"] = millimetres(errors.typical_mm)
        else:
            texts["Worst joint"] = reading.headline
        if reading.phase is not None:
            phase = reading.phase
            texts["Phase x, y"] = f"{signed(phase.x)}, {signed(phase.y)}"
            texts["Phase angle"] = f"{signed(phase.turn)}°"
        for name, text in texts.items():
            self.facts[name].set_text(text)
