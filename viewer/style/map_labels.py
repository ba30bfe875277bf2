"""The names of styles, in place on the map: none over another, each readable over dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from viewer.ui.pixels import blank

WIDEST_PX, GAP_PX = 140, 3
AROUND = [(x, y) for y in (0, -1, 1, -2, 2, -3, 3) for x in (0.0, -0.5, 0.5)]
"""Where a label may go, in its own widths and heights from its place; the best first."""
HALO = [QPoint(x, y) for x in (-2, -1, 0, 1, 2) for y in (-1, 0, 1) if x or y]
HALO += [QPoint(x, y) for x in (-1, 0, 1) for y in (-2, 2)]
REACH_PX = 2
"""How far the halo reaches beyond a text."""


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
    taken: list[tuple[int, int, int, int]] = []
    height = metrics.height()
    for label in sorted(labels, key=lambda each: -each.weight):
        if not QRectF(bounds).contains(label.at):
            continue
        width = min(metrics.horizontalAdvance(label.text) + 2, WIDEST_PX, bounds.width())
        for across, down in AROUND:
            x = label.at.x() + (across - 0.5) * width
            y = label.at.y() + (down - 0.5) * height
            left = min(max(round(x), bounds.left()), bounds.right() + 1 - width)
            top = min(max(round(y), bounds.top()), bounds.bottom() + 1 - height)
            box = (left - GAP_PX, top, left + width + GAP_PX, top + height)
            if not any(_overlap(box, other) for other in taken):
                placed.append((label, QRect(left, top, width, height)))
                taken.append((left, top, left + width, top + height))
                break
    return placed


def _overlap(a: tuple[int, int, int, int], b: tuple[int, int, int, int]) -> bool:
    """Whether two boxes (left, top, right, bottom) share a pixel; QRect takes eight times as
    long to say so, and a map asks thousands of times."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


class LabelPictures:
    """Labels as pictures, each over a halo: one takes as long as sixteen texts, so those of the
    last time are at hand."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], QPixmap] = {}

    def paint(
        self, painter: QPainter, placed: Sequence[tuple[MapLabel, QRect]], ground: QColor
    ) -> None:
        """Each label in its colour over a halo of ``ground``, in the painter's font."""
        font, ratio = painter.font(), painter.device().devicePixelRatioF()
        alike = (ground.rgba(), font.toString(), ratio)
        before, self._known = self._known, {}
        for label, box in placed:
            looks = (label.text, label.color.rgba(), box.width(), *alike)
            picture = before.get(looks)
            if picture is None:
                picture = _pictured(label, box.size(), ground, font, ratio)
            self._known[looks] = picture
            painter.drawPixmap(box.topLeft() - QPoint(REACH_PX, REACH_PX), picture)


def _pictured(label: MapLabel, size: QSize, ground: QColor, font: QFont, ratio: float) -> QPixmap:
    """A label with its halo, which reaches REACH_PX beyond ``size``."""
    picture = blank(size + QSize(2 * REACH_PX, 2 * REACH_PX), ratio)
    box, align = QRect(QPoint(REACH_PX, REACH_PX), size), Qt.AlignmentFlag.AlignCenter
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    elide = Qt.TextElideMode.ElideRight
    text = painter.fontMetrics().elidedText(label.text, elide, size.width())
    halo = QColor(ground)
    halo.setAlphaF(0.75)
    painter.setPen(halo)
    for offset in HALO:
        painter.drawText(box.translated(offset), align, text)
    painter.setPen(label.color)
    painter.drawText(box, align, text)
    painter.end()
    return picture
