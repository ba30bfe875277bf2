"""A latent alone, under More: two seconds of a single vector, by its principal axes."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from viewer.model.language import tr
from viewer.model.style_space import SLIDERS
from viewer.ui.gesture import Gesture
from viewer.ui.theme import GAP, Theme

from .sigma_slider import SigmaSlider

SAYS = tr("Two seconds that the decoder makes of one vector, without a clip; for looking into it.")


class LatentPanel(QWidget):
    """Shows coordinates in sigma and says what the person changed. ``gesture``: one drag."""

    axis_moved = Signal(int, float)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.gesture = Gesture()
        self.sliders = [SigmaSlider(number + 1, theme) for number in range(SLIDERS)]
        self.buttons = [QToolButton() for _ in range(3)]
        says = QLabel(SAYS)
        says.setProperty("role", "muted")
        says.setWordWrap(True)
        row = QHBoxLayout()
        for button in self.buttons:
            button.setProperty("role", "chip")
            button.setIconSize(QSize(14, 14))
            row.addWidget(button)
        row.addStretch()
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(GAP)
        page.addWidget(says)
        page.addLayout(row)
        rows = QVBoxLayout()
        rows.setSpacing(1)
        for axis, slider in enumerate(self.sliders):
            rows.addWidget(slider)
            slider.edited.connect(partial(self.axis_moved.emit, axis))
            slider.slider.sliderPressed.connect(self.gesture.press)
            slider.slider.sliderReleased.connect(self.gesture.release)
        page.addLayout(rows)

    def set_theme(self, theme: Theme) -> None:
        for row in self.sliders:
            row.slider.set_theme(theme)

    def set_axes(self, count: int) -> None:
        """Show sliders for the ``count`` axes that the space has."""
        for index, row in enumerate(self.sliders):
            row.setVisible(index < count)

    def set_coords(self, coords: np.ndarray) -> None:
        """Show coordinates (K,) in sigma, without a signal."""
        for row, value in zip(self.sliders, coords.tolist(), strict=False):
            row.set_value(value)

    def coords(self) -> np.ndarray:
        """The sliders' coordinates (12,) float32 in sigma."""
        return np.array([row.value() for row in self.sliders], np.float32)
