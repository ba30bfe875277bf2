"""The distance panel: the map, what is under the pointer, and the loops that it offers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.model.language import tr
from viewer.ui.readout import NOTHING, value_readout
from viewer.ui.theme import GAP, MARGIN, Theme

from .canvas import DistanceCanvas
from .loop_list import LoopList

VALUES = {
    "A": (tr("888.88 s, frame 888888"), tr("The frame downwards")),
    "B": (tr("888.88 s, frame 888888"), tr("The frame to the right")),
    "distance": ("0.888", tr("How far they are apart in the phase plane, no unit")),
}
"""The longest usual text of each value, and what it tells."""
IDLE = tr("Open a clip to see how far its frames are apart.")


class DistancePanel(QWidget):
    """The map with what belongs to it, or why there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.problem = QLabel(IDLE)
        self.problem.setProperty("role", "hint")
        self.problem.setWordWrap(True)
        self.problem.setAccessibleName(tr("Why the distance map is idle"))
        self.about = QLabel()
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.about.setAccessibleName(tr("What the distance map is of"))
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.canvas = DistanceCanvas(theme)
        self.values = {name: value_readout(theme, *about) for name, about in VALUES.items()}
        self.buttons = [QToolButton() for _ in range(2)]
        self.loops = LoopList()
        self.content = QWidget()
        self._lay_out()
        self.set_problem(IDLE)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self.canvas.set_theme(theme)
        for value in self.values.values():
            value.set_theme(theme)

    def set_problem(self, sentence: str) -> None:
        """Say why there is no map and hide the rest; "" shows it."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.content.setVisible(not sentence)

    def set_pointed(self, frames: tuple[int, int] | None) -> None:
        """Tell of the frames under the pointer; None: it is elsewhere."""
        pair = self.canvas.pair
        if pair is None or frames is None:
            for value in self.values.values():
                value.set_text(NOTHING)
            return
        for name, series, frame in zip("AB", (pair.a, pair.b), frames, strict=True):
            self.values[name].set_text(
                tr("{time:.2f} s, frame {frame}", time=frame * series.frame_time, frame=frame)
            )
        self.values["distance"].set_text(f"{pair.distance(*frames):.3f}")

    def _lay_out(self) -> None:
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(GAP)
        numbers.setVerticalSpacing(2)
        for row, (name, words) in enumerate((("A", "A ↓"), ("B", "B →"), ("distance", "apart"))):
            label = QLabel(words)
            label.setProperty("role", "muted")
            numbers.addWidget(label, row, 0)
            numbers.addWidget(self.values[name], row, 1)
        numbers.setColumnStretch(1, 1)
        above = QHBoxLayout()
        above.setSpacing(GAP)
        above.addWidget(self.about, 1)
        for button in self.buttons:
            button.setProperty("role", "chip")
            above.addWidget(button)
        page = QVBoxLayout(self.content)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(GAP)
        page.addLayout(above)
        page.addWidget(self.canvas, 1)
        page.addLayout(numbers)
        page.addWidget(self.loops)
        page.addStretch()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        outer.addWidget(self.problem)
        outer.addWidget(self.content, 1)
        outer.addStretch()
