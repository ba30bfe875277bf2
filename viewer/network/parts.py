"""Small parts that the pages of the network share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton

from viewer.ui.segments import Segments
from viewer.ui.time_view import MODES

if TYPE_CHECKING:
    from inference.gradients import Scalar

SCALAR_TEXTS: Mapping[Scalar, str] = {"angle": "Angle", "amplitude": "Ampl.", "x": "x", "y": "y"}
SCALAR_TIPS: Mapping[Scalar, str] = {
    "angle": "The phase angle, in turns",
    "amplitude": "The length of (x, y)",
    "x": "The first output",
    "y": "The second output",
}


def signed(value: float) -> str:
    """Four decimals with their sign; of what is nothing then, ``+0.0000``."""
    return f"{round(float(value), 4) + 0.0:+.4f}"


def text_label(role: str, name: str) -> QLabel:
    """Words that wrap, named for assistive technology."""
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setAccessibleName(name)
    return label


def scalar_choice() -> Segments:
    """Which scalar of the output is looked at."""
    return Segments("Of what", {of: (SCALAR_TEXTS[of], SCALAR_TIPS[of]) for of in SCALAR_TEXTS})


def mode_row() -> tuple[list[QToolButton], QFrame]:
    """Buttons for the ways to go along with the playhead, and the frame that they stand in."""
    frame = QFrame()
    frame.setProperty("role", "segmented")
    row = QHBoxLayout(frame)
    row.setContentsMargins(2, 2, 2, 2)
    row.setSpacing(0)
    buttons = [QToolButton() for _ in MODES]
    for button in buttons:
        button.setProperty("role", "segment")
        row.addWidget(button)
    frame.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return buttons, frame
