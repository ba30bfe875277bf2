"""A named number: a slider for the hand, a field for the keyboard."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSlider, QWidget

from .gesture import Gesture
from .theme import GAP, mono_font

_STEPS = 100
_WIDEST = "88.88 m/s²"
"""The longest usual value."""


class NumberSlider(QWidget):
    """Emits ``edited(value)`` when a person changes it; shows what it is told to.

    ``gesture``: what is one drag.
    """

    edited = Signal(float)

    def __init__(
        self, name: str, tip: str, low: float, high: float, unit: str = "", widest: str = ""
    ) -> None:
        """widest: the longest name beside it, whose room it takes."""
        super().__init__()
        self._low, self._high = low, high
        self.gesture = Gesture()
        self._label = QLabel(name)
        self._label.setProperty("role", "muted")
        self._widest = f"{widest or name} "
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.field = QDoubleSpinBox()
        self.field.setRange(low, high)
        self.field.setDecimals(2)
        self.field.setSingleStep((high - low) / _STEPS)
        self.field.setSuffix(unit)
        self.field.setKeyboardTracking(False)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        for part in (self.slider, self.field):
            part.setAccessibleName(name)
            part.setToolTip(tip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GAP)
        row.addWidget(self._label)
        row.addWidget(self.slider, 1)
        row.addWidget(self.field)
        self.slider.sliderPressed.connect(self.gesture.press)
        self.slider.sliderReleased.connect(self.gesture.release)
        self.slider.valueChanged.connect(self._take_slider)
        self.field.valueChanged.connect(self._take_field)
        self._measure()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._measure()

    def _measure(self) -> None:
        """Sliders under one another begin and end alike."""
        self._label.setFixedWidth(self.fontMetrics().horizontalAdvance(self._widest) + 4)
        self.field.setFont(mono_font(-1))
        advance = self.field.fontMetrics().horizontalAdvance(_WIDEST)
        self.field.setFixedWidth(advance + 24)

    @property
    def value(self) -> float:
        return self.field.value()

    def show_value(self, value: float) -> None:
        """Stand at ``value`` without a signal; not while a person holds it."""
        if self.slider.isSliderDown() or self.field.hasFocus():
            return
        with QSignalBlocker(self.field):
            self.field.setValue(value)
        self._move_slider(value)

    def _take_slider(self, step: int) -> None:
        value = self._low + step / _STEPS * (self._high - self._low)
        with QSignalBlocker(self.field):
            self.field.setValue(value)
        self.edited.emit(value)

    def _take_field(self, value: float) -> None:
        self._move_slider(value)
        self.edited.emit(value)

    def _move_slider(self, value: float) -> None:
        with QSignalBlocker(self.slider):
            share = (value - self._low) / (self._high - self._low)
            self.slider.setValue(round(share * _STEPS))
