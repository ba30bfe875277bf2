"""The names of styles, in place on the map: none over another, each readable over dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

WIDEST_PX = 140
AROUND = [(x, y) for y in (0, -1, 1, -2, 2, -3, 3) for x in (0.0, -0.5, 0.5)]
"""Where a label may go, in its own widths and heights from its place; the best first."""
HALO = [QPoint(x, y) for x in (-2, -1, 0, 1, 2) for y in (-1, 0, 1) if x or y]
HALO += [QPoint(x, y) for x in (-1, 0, 1) for y in (-2, 2)]


@dataclass(frozen=True, eq=False)
class MapLabel:
    """A name, where it belongs in the widget, its colour, and how much it stands for."""

    text: str
    at: QPointF
    color: QColor
    weight: float = 1.0


def placed_labels(
    labels: Sequence[MapLabel], metrics: QFontMetrics, bounds: QRect
) -> list[tuple[MapLabel, QRect]]:
    """The labels that find room in ``bounds`` near their places, and where; weightiest first.

    A label whose place is out of sight is left out, as is one that could only lie over others.
    """
    placed: list[tuple[MapLabel, QRect]] = []
    for label in sorted(labels, key=lambda each: -each.weight):
        if not QRectF(bounds).contains(label.at):
            continue
        width = min(metrics.horizontalAdvance(label.text) + 2, WIDEST_PX, bounds.width())
        size = QSize(width, metrics.height())
        for across, down in AROUND:
            middle = label.at + QPointF(across * size.width(), down * size.height())
            box = QRect(QPoint(), size)
            box.moveCenter(middle.toPoint())
            box.moveLeft(min(max(box.left(), bounds.left()), bounds.right() + 1 - size.width()))
            box.moveTop(min(max(box.top(), bounds.top()), bounds.bottom() + 1 - size.height()))
            if not any(box.adjusted(-3, 0, 3, 0).intersects(other) for _, other in placed):
                placed.append((label, box))
                break
    return placed


def paint_labels(
    painter: QPainter, placed: Sequence[tuple[MapLabel, QRect]], ground: QColor
) -> None:
    """Each label in its colour over a halo of ``ground``, in the painter's font."""
    metrics, align = painter.fontMetrics(), Qt.AlignmentFlag.AlignCenter
    halo = QColor(ground)
    halo.setAlphaF(0.75)
    for label, box in placed:
        text = metrics.elidedText(label.text, Qt.TextElideMode.ElideRight, box.width())
        painter.setPen(halo)
        for offset in HALO:
            painter.drawText(box.translated(offset), align, text)
        painter.setPen(label.color)
        painter.drawText(box, align, text)
