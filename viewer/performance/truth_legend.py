"""The scale of truth mode's colours, painted over the stage."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from viewer.model.language import tr
from viewer.model.truth import LEAST_MM, MOST_MM, TruthReading, share
from viewer.stage.legend import RIGHT, StageLegend
from viewer.stage.stage import Stage
from viewer.ui.theme import ThemeSwitch

_WIDTH, _HEIGHT, _GAP = 150, 132, 12


class TruthLegend(StageLegend):
    """Colours and millimetres, with a mark at the largest error; hidden while there is none, or
    where something else is painted."""

    def __init__(self, stage: Stage, themes: ThemeSwitch) -> None:
        self._reading: TruthReading | None = None
        self._painted = True
        super().__init__(stage, themes, _WIDTH, _HEIGHT, 3 * _WIDTH)
        self.setAccessibleName(tr("Scale of the errors on the figure"))

    @property
    def telling(self) -> bool:
        """Whether there are errors, and the figure wears their colours."""
        found = self._reading is not None and self._reading.errors is not None
        return found and self._painted

    def show_reading(self, reading: TruthReading | None) -> None:
        """The reading to mark on the scale."""
        before = self._reading and self._reading.headline
        self._reading = reading
        self.settle()
        if reading is None or reading.headline != before:
            self.refresh()

    def set_painted(self, painted: bool) -> None:
        """Whether the figure wears these colours, not those of someone else."""
        self._painted = painted
        self.settle()

    def paint_scale(self, painter: QPainter, bar: QRectF) -> str:
        for decade in range(round(np.log10(LEAST_MM)), round(np.log10(MOST_MM)) + 1):
            y = _height_of(10.0**decade, bar)
            box = QRectF(0, y - self.line / 2, bar.left() - _GAP, self.line)
            painter.drawText(box, RIGHT, f"{10.0**decade:g}")
        if self._reading is not None and self._reading.errors is not None:
            y = _height_of(self._reading.errors.worst_mm, bar)
            left = bar.left() - 1
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.themes.current.text))
            painter.drawPolygon(
                QPolygonF([QPointF(left, y), QPointF(left - 6, y - 4), QPointF(left - 6, y + 4)])
            )
        return tr("error, mm")


def _height_of(mm: float, bar: QRectF) -> float:
    return bar.bottom() - float(share(mm)) * bar.height()
