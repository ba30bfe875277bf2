"""The style panel: the map of windows and the twelve principal sliders."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.style_space import SLIDERS
from viewer.ui.gesture import Gesture
from viewer.ui.theme import GAP, MARGIN, Theme

from .map import MapDots, StyleMap, dot_look
from .sigma_slider import SigmaSlider

MAX_SEED = 999_999
MARKS = {"o": "●", "s": "■", "t": "▲", "d": "◆"}


class StylePanel(QScrollArea):
    """Shows coordinates in sigma and says what the person changed.

    Buttons carry actions that the control gives them. ``gesture``: what is one drag.
    """

    axis_moved = Signal(int, float)
    seed_edited = Signal(int)
    map_dragged = Signal(float, float)
    dot_picked = Signal(int)
    dot_hovered = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(240)
        self._theme, self._dots, self._emphasis = theme, MapDots(), ""
        self.gesture = Gesture()
        self.problem = _label("hint", "Why the style panel is idle")
        self.latency = _label("number", "Latency of the last decode")
        self.latency.setToolTip("From the change to the decoded motion, and the engine that ran")
        steady = self.latency.fontMetrics().size(0, "888.88 ms numpy")
        self.latency.setFixedSize(steady)
        self.latency.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.from_clip_button, self.reset_button, self.random_button = (
            QToolButton() for _ in range(3)
        )
        for button in (self.from_clip_button, self.reset_button, self.random_button):
            button.setProperty("role", "chip")
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setIconSize(QSize(14, 14))
        self.map = StyleMap(theme)
        self.legend = _label("muted", "Styles on the map")
        self.legend.setToolTip("Click a style to see it alone; click again to see all")
        self.legend.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self.sliders = [SigmaSlider(number + 1, theme) for number in range(SLIDERS)]
        self.seed = QSpinBox()
        self.seed.setRange(0, MAX_SEED)
        self.seed.setKeyboardTracking(False)
        self.seed.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.seed.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.seed.setAccessibleName("Seed of the random style")
        self.seed.setToolTip("Seed of the random style: the same number gives the same style")
        self.body = QWidget()
        self._lay_out()
        self.setWidget(self.body)
        self._connect()
        self.set_problem("")
        self.set_dots(MapDots())

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.map.set_theme(theme)
        for row in self.sliders:
            row.slider.set_theme(theme)
        self._write_legend()

    def set_problem(self, sentence: str) -> None:
        """Say why nothing can be decoded and disable the rest; "" enables it."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        for part in self._parts:
            part.setEnabled(not sentence)

    def set_axes(self, count: int) -> None:
        """Show sliders for the ``count`` axes that the space has."""
        for index, row in enumerate(self.sliders):
            row.setVisible(index < count)

    def set_coords(self, coords: np.ndarray) -> None:
        """Show coordinates (K,) in sigma on sliders and map, without a signal."""
        values = coords.tolist()
        for row, value in zip(self.sliders, values, strict=False):
            row.set_value(value)
        self.map.set_marker(values[0], values[1] if len(values) > 1 else 0.0)

    def coords(self) -> np.ndarray:
        """The sliders' coordinates (12,) float32 in sigma."""
        return np.array([row.value() for row in self.sliders], np.float32)

    def set_dots(self, dots: MapDots) -> None:
        self._dots = dots
        self.map.set_dots(dots)
        self._write_legend()

    def set_seed(self, seed: int) -> None:
        """Show ``seed`` without a signal."""
        if seed != self.seed.value():
            blocked = self.seed.blockSignals(True)
            self.seed.setValue(seed)
            self.seed.blockSignals(blocked)

    def show_character(self, at: tuple[float, float] | None) -> None:
        """Where the character is on the map, in sigma; None: it is not there."""
        self.map.set_character(at)

    def set_latency(self, text: str) -> None:
        self.latency.setText(text)

    def _lay_out(self) -> None:
        top, axes, bottom = (QHBoxLayout() for _ in range(3))
        top.addWidget(self.from_clip_button)
        top.addStretch()
        top.addWidget(self.latency)
        heading = _label("heading", "Principal axes")
        heading.setText("Principal axes")
        axes.addWidget(heading)
        axes.addStretch()
        axes.addWidget(self.reset_button)
        seed = QLabel("Seed")
        seed.setBuddy(self.seed)
        bottom.addWidget(self.random_button)
        bottom.addWidget(seed)
        bottom.addWidget(self.seed)
        bottom.addStretch()
        rows = QVBoxLayout()
        rows.setSpacing(1)
        for row in self.sliders:
            rows.addWidget(row)
        page = QVBoxLayout(self.body)
        page.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        page.setSpacing(GAP)
        page.addWidget(self.problem)
        page.addLayout(top)
        page.addWidget(self.map, 1)
        page.addWidget(self.legend)
        page.addLayout(axes)
        page.addLayout(rows)
        page.addLayout(bottom)
        page.addStretch()
        self._parts: list[QWidget] = [
            self.from_clip_button,
            self.map,
            self.legend,
            self.reset_button,
            *self.sliders,
            self.random_button,
            self.seed,
        ]

    def _connect(self) -> None:
        for axis, row in enumerate(self.sliders):
            row.edited.connect(partial(self.axis_moved.emit, axis))
            row.slider.sliderPressed.connect(self.gesture.press)
            row.slider.sliderReleased.connect(self.gesture.release)
        self.map.pressed.connect(self.gesture.press)
        self.map.released.connect(self.gesture.release)
        self.seed.valueChanged.connect(self.seed_edited)
        self.map.dragged.connect(self.map_dragged)
        self.map.picked.connect(self.dot_picked)
        self.map.hovered.connect(self.dot_hovered)
        self.legend.linkActivated.connect(self._emphasize)

    def _emphasize(self, style: str) -> None:
        self._emphasis = "" if style == self._emphasis else style
        self.map.emphasize(self._emphasis)
        self._write_legend()

    def _write_legend(self) -> None:
        chips = []
        for index, name in enumerate(self._dots.style_names()):
            color, symbol = dot_look(index, self._theme)
            shade = self._theme.text if name == self._emphasis else self._theme.muted
            shown = name.replace("_", " ").replace(" ", "\N{NO-BREAK SPACE}")
            chips.append(
                f'<a href="{name}" style="text-decoration:none; color:{shade}">'
                f'<span style="color:{color}">{MARKS[symbol]}</span>\N{NO-BREAK SPACE}{shown}</a>'
            )
        self.legend.setText(" &nbsp; ".join(chips))
        self.legend.setVisible(bool(chips))


def _label(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setAccessibleName(name)
    label.setWordWrap(role in ("hint", "muted"))
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    return label
