"""The phase panel: a verdict, portrait, dial and values of now, plots of the whole clip."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import tr
from viewer.model.phase_measures import PhaseMeasures
from viewer.ui.flow import Flow
from viewer.ui.mode_row import mode_row
from viewer.ui.readout import NOTHING, value_readout
from viewer.ui.scroll_page import ScrollPage
from viewer.ui.theme import GAP, MARGIN, Theme

from .lint_section import LintSection
from .overlay_section import OverlaySection
from .plots import PhasePlots
from .portrait import TRAIL, PhaseDial, PhasePortrait
from .rows import Plotted
from .words import verdict_text

VALUES = {
    "x": ("+0.888", tr("Output x of DeepPhase, no unit")),
    "y": ("+0.888", tr("Output y of DeepPhase, no unit")),
    "A": ("0.888", tr("Amplitude, the length of (x, y), no unit")),
    "φ": ("0.888", tr("Phase angle as a part of a turn")),
    "φ°": ("888°", tr("Phase angle in degrees")),
    "t": (
        tr("88.88 ms, run 888 µs, numpy"),
        tr("Time from submitting the frame to its phase, and of the network alone"),
    ),
}
"""The longest usual text of each value, and what it tells."""
_ROUND, _BETWEEN = 80, 6


class PhasePanel(ScrollPage):
    """Shows DeepPhase of a clip and of the displayed frame; seeks by its plots."""

    scrub_started = Signal()
    scrubbed = Signal(float)
    scrub_finished = Signal()
    shown = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._measures: PhaseMeasures | None = None
        self._reach = 1.0
        self._frame, self._recent = 0, np.zeros((0, 2), np.float32)
        self.problem = _label("hint", tr("Why the phase panel is idle"))
        self.verdict = _label("heading", tr("The verdict on this clip"))
        self.verdict.setToolTip(
            tr(
                "How much of the steps from frame to frame the phase advances while moving, its "
                "turns a gait cycle, the spread of the heel strikes in turns, and how many "
                "anomalies"
            )
        )
        self.portrait, self.dial = PhasePortrait(theme), PhaseDial(theme)
        for picture in (self.portrait, self.dial):
            picture.setFixedSize(_ROUND, _ROUND)
        self.plots = PhasePlots(theme)
        self.values = {name: value_readout(theme, *about) for name, about in VALUES.items()}
        self.mode_buttons, self._modes = mode_row()
        self.rows_button, self.measure_button, self.export_button = (
            QToolButton() for _ in range(3)
        )
        self.overlay, self.lint = OverlaySection(theme), LintSection(theme)
        self.content = QWidget()
        self._lay_out()
        self.plots.scrub_started.connect(self.scrub_started)
        self.plots.scrubbed.connect(self.scrubbed)
        self.plots.scrub_finished.connect(self.scrub_finished)
        self.set_measures(None, None)

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

    def set_measures(
        self,
        measures: PhaseMeasures | None,
        plotted: Plotted | None,
        growing: bool = False,
        room_s: float = 0.0,
    ) -> None:
        """Show the phase of a whole clip; None clears plots, portrait and values.

        growing: the same clip as before, measured anew. room_s: how long it may become.
        """
        self._measures = measures
        self._reach = measures.reach if measures else 1.0
        self.verdict.setText(_by_clause(verdict_text(measures.verdict)) if measures else " ")
        self.plots.set_plotted(plotted, growing, room_s)
        if not growing:
            self._recent = self._recent[:0]
        self.portrait.set_cycle(measures.series.xy if measures else self._recent, self._reach)
        if growing:
            self._show_trail()
        if measures is None:
            self._show_no_number()

    def set_time(self, time_s: float) -> None:
        """Move the playhead of the plots."""
        self.plots.set_time(time_s)

    def set_now(self, frame: int, x: float, y: float, latency: str) -> None:
        """Show the phase of the displayed ``frame``, nothing where it is no number; ``latency`` is
        text."""
        amplitude = float(np.hypot(x, y))
        if not np.isfinite(amplitude):
            self._show_no_number()
            return
        turns = float(np.arctan2(y, x) / (2 * np.pi) % 1.0)
        self._frame = frame
        self._recent = np.append(self._recent[1 - TRAIL :], [[x, y]], axis=0)
        if self._measures is None and (amplitude > self._reach or len(self._recent) == 1):
            self._reach = max(amplitude, 1e-3)
            self.portrait.set_cycle(self._recent[:0], self._reach)
        self._show_trail()
        self.dial.set_phase(turns, amplitude / self._reach)
        for name, text in (
            ("x", f"{x:+.3f}"),
            ("y", f"{y:+.3f}"),
            ("A", f"{amplitude:.3f}"),
            ("φ", f"{turns:.3f}"),
            ("φ°", f"{turns * 360:3.0f}°"),
            ("t", latency),
        ):
            self.values[name].set_text(text)

    def _show_no_number(self) -> None:
        self.dial.set_phase(None)
        for label in self.values.values():
            label.set_text(NOTHING)

    def _show_trail(self) -> None:
        """The last points before the displayed frame; those that were told, without measures."""
        end, found = self._frame + 1, self._measures
        last = found.series.xy[max(end - TRAIL, 0) : end] if found else self._recent
        self.portrait.set_trail(last)

    def _lay_out(self) -> None:
        now = QHBoxLayout()
        now.setSpacing(GAP)
        now.addWidget(self.portrait)
        now.addWidget(self.dial)
        now.addLayout(self._numbers(), 1)
        page = QVBoxLayout(self.content)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(_BETWEEN)
        page.addWidget(self.verdict)
        page.addLayout(now)
        page.addWidget(self.values["t"])
        page.addWidget(self.overlay)
        page.addWidget(self.plots, 1)
        page.addWidget(self.overlay.table)
        page.addLayout(self._tools())
        page.addWidget(self.lint)
        body = QWidget()
        outer = QVBoxLayout(body)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addWidget(self.problem)
        outer.addWidget(self.content, 1)
        outer.addStretch()
        self.setWidget(body)

    def _numbers(self) -> QGridLayout:
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(GAP)
        numbers.setVerticalSpacing(0)
        numbers.setColumnStretch(1, 1)
        for row, name in enumerate(("x", "y", "A", "φ", "φ°")):
            label = QLabel("" if name == "φ°" else name)
            label.setProperty("role", "muted")
            numbers.addWidget(label, row, 0)
            numbers.addWidget(self.values[name], row, 1)
        return numbers

    def _tools(self) -> Flow:
        buttons = (self.rows_button, self.measure_button, self.export_button)
        for button in buttons:
            button.setProperty("role", "chip")
        return Flow(_BETWEEN, self._modes, *buttons)


def _by_clause(line: str) -> str:
    """``line`` that breaks at its commas only."""
    return line.replace(" ", "\u00a0").replace(",\u00a0", ", ")


def _label(role: str, name: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setAccessibleName(name)
    return label
