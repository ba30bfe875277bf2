"""What the pointer reads off the plots: values at a moment, and what lies between two moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from motion.phase.series import PhaseSeries
from viewer.model.language import tr
from viewer.ui.row_plots import RowPlots, paint_chip

_BAND_ALPHA = 0.14


@dataclass(frozen=True)
class Measured:
    """From frame ``first`` to ``last``: seconds, and turns of the unwrapped angle."""

    first: int
    last: int
    seconds: float
    turns: float

    def __str__(self) -> str:
        between = tr(
            "Δt {seconds:+.3f} s  Δφ {turns:+.3f} turn", seconds=self.seconds, turns=self.turns
        )
        if not self.seconds:
            return between
        return tr("{between}  {turns:.3f} turn/s", between=between, turns=self.turns / self.seconds)


def measure(series: PhaseSeries, first: int, last: int) -> Measured:
    """What lies between two frames; both are less where ``last`` is before ``first``."""
    seconds = (last - first) * series.frame_time
    return Measured(first, last, seconds, float(series.turns[last] - series.turns[first]))


class Crosshair:
    """at: the pixel of the pointer, None while it is elsewhere. armed: a drag measures."""

    def __init__(self) -> None:
        self.at: float | None = None
        self.armed = False
        self._ends: tuple[int, int] | None = None

    @property
    def measured(self) -> tuple[int, int] | None:
        """The frames between which is measured."""
        return self._ends

    def begin(self, frame: int | None) -> None:
        """Measure from ``frame`` on; None: no more."""
        self._ends = None if frame is None else (frame, frame)

    def stretch_to(self, frame: int) -> None:
        """Measure up to ``frame``."""
        if self._ends is not None:
            self._ends = (self._ends[0], frame)

    def forget(self) -> None:
        """Another clip is shown."""
        self.begin(None)

    def paint(self, painter: QPainter, plots: RowPlots, found: Measured | None) -> None:
        """Over ``plots``: what was ``found`` between two moments, and the values at one."""
        if found is not None:
            _paint_measured(painter, plots, found)
        frame = None if self.at is None else plots.frame_under(self.at)
        if frame is not None:
            plots.paint_values(painter, frame)


def _paint_measured(painter: QPainter, plots: RowPlots, found: Measured) -> None:
    theme, full = plots.theme, plots.rows_rect
    x = np.asarray(plots.to_x(np.array([found.first, found.last]) * plots.frame_time))
    x = np.clip(np.round(x), full.left() - 1, full.right() + 1)
    band = QRectF(x.min(), full.top(), np.ptp(x), full.height())
    color = QColor(theme.accent)
    painter.setPen(color)
    for edge in x.tolist():
        painter.drawLine(QPointF(edge + 0.5, full.top()), QPointF(edge + 0.5, full.bottom()))
    color.setAlphaF(_BAND_ALPHA)
    painter.fillRect(band, color)
    middle, y = float(x.mean()), full.top() + painter.fontMetrics().height() / 2
    paint_chip(painter, theme, str(found), middle, y, full, QColor(theme.text), middle=True)
