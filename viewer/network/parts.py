"""Small parts that the pages of the network share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from viewer.model.language import tr
from viewer.ui.segments import Segments
from viewer.ui.theme import GAP

from .bars import BarList
from .canvas import MapCanvas

if TYPE_CHECKING:
    from inference.gradients import Scalar

SCALAR_TEXTS: Mapping[Scalar, str] = {
    "angle": tr("Angle"),
    "amplitude": tr("Ampl."),
    "x": "x",
    "y": "y",
}
SCALAR_TIPS: Mapping[Scalar, str] = {
    "angle": tr("The phase angle, in turns"),
    "amplitude": tr("The length of (x, y)"),
    "x": tr("The first output"),
    "y": tr("The second output"),
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
    return Segments(tr("Of what"), {of: (SCALAR_TEXTS[of], SCALAR_TIPS[of]) for of in SCALAR_TEXTS})


def stack_map_page(
    page: QWidget,
    choice: Segments,
    canvas: MapCanvas,
    rows: Sequence[tuple[QWidget, QWidget]],
    listed: BarList,
) -> None:
    """Lay out a page: a choice, its maps, rows of words with what stands at their end, a list."""
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(GAP)
    column.addWidget(choice)
    column.addWidget(canvas, 1)
    for words, end in rows:
        row = QHBoxLayout()
        end.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row.addWidget(words, 1)
        row.addWidget(end)
        column.addLayout(row)
    column.addWidget(listed)
