"""The phase panel: portrait, dial and values of now, curves of the whole clip."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.ui.readout import NOTHING, value_readout
from viewer.ui.theme import GAP, MARGIN, Theme
from viewer.ui.time_view import MODES

from .plots import PhaseCurves, PhasePlots
from .portrait import TRAIL, PhaseDial, PhasePortrait

VALUES = {
    "x": ("+0.888", "Output x of DeepPhase, no unit"),
    "y": ("+0.888", "Output y of DeepPhase, no unit"),
    "φ": ("0.888 turn  888°", "Phase angle as a part of a turn and in degrees"),
    "A": ("0.888", "Amplitude, the length of (x, y), no unit"),
    "t": (
        "latency 8.88 ms, run 888 µs, numpy",
        "Time from submitting the frame to its phase, and of the network alone",
    ),
}
"""The longest usual text of each value, and what it tells."""


class PhasePanel(QScrollArea):
    """Shows DeepPhase of a clip and of the displayed frame; seeks by its plots."""

    scrub_started = Signal()
    scrubbed = Signal(float)
    scrub_finished = Signal()
    shown = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(240)
        self._curves: PhaseCurves | None = None
        self._reach = 1.0
        self._recent = np.zeros((0, 2), np.float32)
        self.problem = QLabel()
        self.problem.setProperty("role", "hint")
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName("Why the phase panel is idle")
        self.portrait, self.dial = PhasePortrait(theme), PhaseDial(theme)
        self.plots = PhasePlots(theme)
        self.values = {name: value_readout(theme, *about) for name, about in VALUES.items()}
        self.mode_buttons = [QToolButton() for _ in MODES]
        self.export_button = QToolButton()
        self.content = QWidget()
        self._lay_out()
        self.plots.scrub_started.connect(self.scrub_started)
        self.plots.scrubbed.connect(self.scrubbed)
        self.plots.scrub_finished.connect(self.scrub_finished)
        self.set_curves(None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def set_theme(self, theme: Theme) -> None:
        for part in (self.portrait, self.dial, self.plots):
            part.set_theme(theme)
        for value in self.values.values():
            value.set_theme(theme)

    def set_problem(self, sentence: str) -> None:
        """Say why there is no phase and hide the rest; "" shows it."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.content.setVisible(not sentence)

    def set_curves(
        self, curves: PhaseCurves | None, growing: bool = False, room_s: float = 0.0
    ) -> None:
        """Show the phase of a whole clip; None clears plots, portrait and values.

        growing: the same clip as before, which has become longer. room_s: how long it may become.
        """
        self._curves = curves
        self._reach = curves.reach if curves else 1.0
        self._recent = self._recent[:0]
        self.plots.set_curves(curves, growing, room_s)
        self.portrait.set_cycle(curves.xy if curves else self._recent, self._reach)
        if curves is None:
            self.dial.set_phase(None)
            for label in self.values.values():
                label.set_text(NOTHING)

    def set_time(self, time_s: float) -> None:
        """Move the playhead of the plots."""
        self.plots.set_time(time_s)

    def set_now(self, frame: int, x: float, y: float, latency: str) -> None:
        """Show the phase of the displayed ``frame``; ``latency`` is text."""
        amplitude = float(np.hypot(x, y))
        turns = float(np.arctan2(y, x) / (2 * np.pi) % 1.0)
        self._recent = np.append(self._recent[1 - TRAIL :], [[x, y]], axis=0)
        if self._curves is None:
            if amplitude > self._reach or len(self._recent) == 1:
                self._reach = max(amplitude, 1e-3)
                self.portrait.set_cycle(self._recent[:0], self._reach)
            self.portrait.set_trail(self._recent)
        else:
            self.portrait.set_trail(self._curves.xy[max(frame + 1 - TRAIL, 0) : frame + 1])
        self.dial.set_phase(turns, amplitude / self._reach)
        for name, text in (
            ("x", f"{x:+.3f}"),
            ("y", f"{y:+.3f}"),
            ("φ", f"{turns:.3f} turn  {turns * 360:3.0f}°"),
            ("A", f"{amplitude:.3f}"),
            ("t", latency),
        ):
            self.values[name].set_text(text)

    def _lay_out(self) -> None:
        pictures, tools, numbers = QHBoxLayout(), QHBoxLayout(), QGridLayout()
        pictures.setSpacing(GAP)
        pictures.addWidget(self.portrait)
        pictures.addWidget(self.dial)
        numbers.setHorizontalSpacing(GAP)
        numbers.setVerticalSpacing(2)
        for name, (row, column) in {
            "x": (0, 0),
            "y": (0, 2),
            "A": (1, 0),
            "φ": (1, 2),
        }.items():
            label = QLabel(name)
            label.setProperty("role", "muted")
            numbers.addWidget(label, row, column)
            numbers.addWidget(self.values[name], row, column + 1)
        numbers.setColumnStretch(1, 2)
        numbers.setColumnStretch(3, 3)
        modes = QFrame()
        modes.setProperty("role", "segmented")
        segments = QHBoxLayout(modes)
        segments.setContentsMargins(2, 2, 2, 2)
        segments.setSpacing(0)
        for button in self.mode_buttons:
            button.setProperty("role", "segment")
            segments.addWidget(button)
        tools.addWidget(modes)
        tools.addStretch()
        tools.addWidget(self.export_button)
        page = QVBoxLayout(self.content)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(GAP)
        page.addLayout(pictures, 1)
        page.addLayout(numbers)
        page.addWidget(self.values["t"])
        page.addWidget(self.plots, 4)
        page.addLayout(tools)
        body = QWidget()
        outer = QVBoxLayout(body)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addWidget(self.problem)
        outer.addWidget(self.content, 1)
        outer.addStretch()
        self.setWidget(body)
