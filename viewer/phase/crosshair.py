"""What the pointer reads off the plots: values at a moment, and what lies between two moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from motion.phase.series import PhaseSeries
from viewer.ui.theme import Theme
from viewer.ui.time_canvas import TimeCanvas

from .row_painting import shade
from .rows import Plotted, Row

_PAD = 5
_BAND_ALPHA = 0.14


@dataclass(frozen=True)
class Measured:
    """From frame ``first`` to ``last``: seconds, and turns of the unwrapped angle."""

    first: int
    last: int
    seconds: float
    turns: float

    def __str__(self) -> str:
        between = f"Δt {self.seconds:+.3f} s  Δφ {self.turns:+.3f} turn"
        if not self.seconds:
            return between
        return f"{between}  {self.turns / self.seconds:.3f} turn/s"


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

    def paint(
        self, painter: QPainter, canvas: TimeCanvas, plotted: Plotted, rows: tuple[Row, ...],
        boxes: dict[str, QRectF],
    ) -> None:  # fmt: skip
        """Over the plots of ``canvas``, whose rows are in ``boxes``."""
        if not boxes:
            return
        area, series = canvas.area, plotted.series
        top = min(box.top() for box in boxes.values())
        bottom = max(box.bottom() for box in boxes.values())
        full = QRectF(area.left(), top, area.width(), bottom - top)
        if self._ends is not None:
            _paint_measured(painter, canvas, measure(series, *self._ends), full, series.frame_time)
        if self.at is not None:
            frame = round(float(canvas.to_time(self.at)) / series.frame_time)
            if 0 <= frame < len(series):
                self._paint_values(painter, canvas, series, frame, rows, boxes, full)

    def _paint_values(
        self, painter: QPainter, canvas: TimeCanvas, series: PhaseSeries, frame: int,
        rows: tuple[Row, ...], boxes: dict[str, QRectF], full: QRectF,
    ) -> None:  # fmt: skip
        theme, time_s = canvas.theme, frame * series.frame_time
        x = round(float(canvas.to_x(time_s))) + 0.5
        painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, full.top()), QPointF(x, full.bottom()))
        for row in rows:
            if told := row.told(frame):
                ink = shade(theme, row.lines[0].color)
                _chip(painter, theme, told, x, boxes[row.name].center().y(), full, ink)
        line = painter.fontMetrics().height()
        text, below = f"{time_s:.3f} s  frame {frame}", full.bottom() + 3 + line / 2
        _chip(painter, theme, text, x, below, full, QColor(theme.accent), middle=True)


def _paint_measured(
    painter: QPainter, canvas: TimeCanvas, found: Measured, full: QRectF, frame_time: float
) -> None:
    theme = canvas.theme
    x = np.asarray(canvas.to_x(np.array([found.first, found.last]) * frame_time))
    x = np.clip(np.round(x), full.left() - 1, full.right() + 1)
    band = QRectF(x.min(), full.top(), np.ptp(x), full.height())
    color = QColor(theme.accent)
    painter.setPen(color)
    for edge in x.tolist():
        painter.drawLine(QPointF(edge + 0.5, full.top()), QPointF(edge + 0.5, full.bottom()))
    color.setAlphaF(_BAND_ALPHA)
    painter.fillRect(band, color)
    middle, y = float(x.mean()), full.top() + painter.fontMetrics().height() / 2
    _chip(painter, theme, str(found), middle, y, full, QColor(theme.text), middle=True)


def _chip(
    painter: QPainter, theme: Theme, text: str, x: float, y: float, within: QRectF, ink: QColor,
    middle: bool = False,
) -> None:  # fmt: skip
    """A text beside ``x``, or over it, about the height ``y``, kept ``within`` the plots."""
    metrics = painter.fontMetrics()
    wide, high = metrics.horizontalAdvance(text) + 2 * _PAD, metrics.height()
    left = x - wide / 2 if middle else x + _PAD
    if not middle and left + wide > within.right():
        left = x - _PAD - wide
    left = min(max(left, within.left()), within.right() - wide)
    box = QRectF(left, y - high / 2, wide, high)
    ground = QColor(theme.raised)
    ground.setAlphaF(0.92)
    painter.fillRect(box, ground)
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
