"""How much of the style is worn: a slider from nothing past all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from viewer.model.language import tr

_STEPS = 100
_REACH = 1.5
"""The slider ends here; more can be typed."""


class StrengthRow(QWidget):
    """A slider from 0 to 1.5 and a number up to ``most``; 1 is the style as it is."""

    edited = Signal(float)
    pressed, released = Signal(), Signal()

    def __init__(self, most: float, parent: QWidget | None = None):
        super().__init__(parent)
        name = QLabel(tr("Strength"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, round(_REACH * _STEPS))
        self.slider.setSingleStep(5)
        self.slider.setPageStep(25)
        self.slider.setAccessibleName(tr("Strength of the style"))
        self.slider.setToolTip(
            tr("How much of the style is worn: 0 the clip as it is, 1 the style")
        )
        self.spin = QDoubleSpinBox()
        self.spin.setRange(0, most)
        self.spin.setDecimals(2)
        self.spin.setSingleStep(0.05)
        self.spin.setKeyboardTracking(False)
        self.spin.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.spin.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.spin.setAccessibleName(tr("Strength value"))
        self.spin.setToolTip(tr("Type a strength from 0 to {most:g} and press Enter", most=most))
        name.setBuddy(self.spin)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (name, self.slider, self.spin):
            row.addWidget(part)
        self.slider.sliderPressed.connect(self.pressed)
        self.slider.sliderReleased.connect(self.released)
        self.slider.valueChanged.connect(lambda value: self._edit(value / _STEPS))
        self.spin.valueChanged.connect(self._edit)
        self._value = 1.0
        self._show()

    def value(self) -> float:
        """The strength that is shown."""
        return self._value

    def set_value(self, strength: float) -> None:
        """Show ``strength`` without a signal; the slider stops at its end."""
        if strength != self._value:
            self._value = strength
            self._show()

    def _edit(self, strength: float) -> None:
        if strength != self._value:
            self.set_value(strength)
            self.edited.emit(strength)

    def _show(self) -> None:
        for part, shown in ((self.slider, round(self._value * _STEPS)), (self.spin, self._value)):
            blocked = part.blockSignals(True)
            part.setValue(shown)  # type: ignore[arg-type]
            part.blockSignals(blocked)
