"""What counts as a fault of the phase, to be typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from motion.phase.thresholds import Thresholds
from viewer.model.language import tr
from viewer.ui.flow import Flow
from viewer.ui.gesture import Gesture
from viewer.ui.theme import GAP

FIELDS = {
    "jump": (
        tr("Jump above"),
        tr("turns/s"),
        tr("Between two frames the phase turns faster than this"),
    ),
    "reversal": (tr("Reversal above"), tr("turns"), tr("The phase turns back by more than this")),
    "dead_share": (
        tr("Dead below"),
        tr("of strong"),
        tr("Amplitude below this share of the strong amplitude, the 90th percentile of the clip"),
    ),
    "dead_s": (tr("Dead for"), "s", tr("The amplitude is dead for this long")),
    "frequency_low": (
        tr("Frequency below"),
        tr("turns/s"),
        tr("The phase turns slower than this, moving"),
    ),
    "frequency_high": (
        tr("Frequency above"),
        tr("turns/s"),
        tr("The phase turns faster than this, moving"),
    ),
    "frequency_window_s": (
        tr("Frequency over"),
        "s",
        tr("The frequency is the slope of the angle over so many seconds, here and in the plot"),
    ),
    "strike": (
        tr("Strike off by"),
        tr("turns"),
        tr("A heel strike is so far off the usual phase of its foot"),
    ),
}
"""Words, unit and tip of each threshold."""
_LEAST, _MOST = 1e-6, 1e6


class NumberField(QDoubleSpinBox):
    """A number above 0 with as many digits as it has."""

    def __init__(self, words: str, unit: str, tip: str) -> None:
        super().__init__()
        self.setRange(_LEAST, _MOST)
        self.setDecimals(6)
        self.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        self.setKeyboardTracking(False)
        self.setSuffix(f" {unit}")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words)
        self.setToolTip(tip)

    def textFromValue(self, value: float) -> str:
        return f"{value:.6g}"


class ThresholdForm(QWidget):
    """``edited``: a field by name has another value. ``gesture`` numbers strokes that are one.

    Where there is no room beside its words, a field stands below them.
    """

    edited = Signal(str, float)

    def __init__(self) -> None:
        super().__init__()
        self.gesture = Gesture()
        self.fields = {name: NumberField(*words) for name, words in FIELDS.items()}
        self.problem = QLabel()
        self.problem.setProperty("role", "hint")
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName(tr("What is wrong with the thresholds"))
        self.problem.hide()
        self.buttons = tuple(QToolButton() for _ in range(3))
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(GAP)
        rows.setVerticalSpacing(4)
        rows.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in self.fields.items():
            label = QLabel(FIELDS[name][0])
            label.setProperty("role", "muted")
            rows.addRow(label, field)
            field.valueChanged.connect(lambda value, name=name: self.edited.emit(name, value))
        for button in self.buttons:
            button.setProperty("role", "chip")
        rows.addRow(self.problem)
        rows.addRow(Flow(GAP, *self.buttons))

    def show_thresholds(self, thresholds: Thresholds, problem: str = "") -> None:
        """Show them without a signal, and what was wrong with those that were typed."""
        for name, field in self.fields.items():
            field.blockSignals(True)
            field.setValue(getattr(thresholds, name))
            field.blockSignals(False)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
