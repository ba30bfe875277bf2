"""Lanes of the timeline that show something of what the character told, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from viewer.model.language import tr
from viewer.model.record import FRAME_TIME, Record
from viewer.timeline.lanes import TimeScale
from viewer.ui.theme import Theme

_UNKNOWN = tr("the policy comes without a critic")


class RecordLane:
    """A lane that shows something of a record."""

    def __init__(self, title: str, height: int) -> None:
        self.title, self.height = title, height
        self.record: Record | None = None

    def columns(self, rect: QRectF, to_x: TimeScale) -> tuple[np.ndarray, np.ndarray]:
        """Pixel columns (W,) that have a frame, and the frame (W,) in each."""
        assert self.record is not None
        x = np.arange(rect.left(), rect.right())
        zero, scale = float(to_x(0.0)), float(to_x(1.0)) - float(to_x(0.0))
        frames = np.floor((x - zero) / scale / FRAME_TIME).astype(int) + self.record.first
        seen = (frames >= self.record.first) & (frames <= self.record.last)
        return x[seen], frames[seen]


class LineLane(RecordLane):
    """A number, or several, as lines between ``low`` and ``high``; None: its own extremes.

    Both are named at the left where there is room for them. names: of the lines, where there are
    several.
    """

    def __init__(
        self, title: str, height: int, name: str, low: float | None = None, high: float = 1.0,
        names: Sequence[str] = (),
    ) -> None:  # fmt: skip
        super().__init__(title, height)
        self._name, self._low, self._high = name, low, high
        self._names = names or (tr(title),)

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.record is None:
            return
        x, frames = self.columns(rect, to_x)
        values = self.record.at(self._name, frames).reshape(len(frames), -1)
        known = np.isfinite(values[:, 0])
        x, values = x[known], values[known]
        if len(x) < 2:
            if not known.any() and len(known):
                painter.setPen(QColor(theme.faint))
                painter.drawText(rect.adjusted(6, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, _UNKNOWN)
            return
        low, high = self._low, self._high
        if low is None:
            low, high = float(values.min()), float(values.max())
        self._paint_scale(painter, rect, low, high, theme)
        span = max(high - low, 1e-6)
        y = rect.bottom() - 2 - (values - low) / span * (rect.height() - 4)
        for line in reversed(range(values.shape[1])):
            color = QColor(theme.text if line == 0 else theme.series[(line - 1) % 8])
            color.setAlphaF(1.0 if line == 0 else 0.6)
            painter.setPen(QPen(color, theme.stroke if theme.stroke > 1 else 0))
            points = map(QPointF, x.tolist(), y[:, line].tolist())
            painter.drawPolyline(QPolygonF(list(points)))

    def _paint_scale(
        self, painter: QPainter, rect: QRectF, low: float, high: float, theme: Theme
    ) -> None:
        painter.setPen(QPen(QColor(theme.line), 0))
        for y in (rect.top() + 2, rect.center().y(), rect.bottom() - 2):
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y))
        if rect.height() < 2 * painter.fontMetrics().height():
            return
        painter.setPen(QColor(theme.faint))
        box = rect.adjusted(4, 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignTop, f"{high:.3g}")
        painter.drawText(box, Qt.AlignmentFlag.AlignBottom, f"{low:.3g}")

    def words_at(self, time_s: float, reach_s: float) -> str:
        """What the lane shows there, in numbers."""
        record = self.record
        frame = 0 if record is None else record.first + int(time_s / FRAME_TIME)
        if record is None or not record.first <= frame <= record.last:
            return ""
        values = np.ravel(record.at(self._name, np.array([frame])))
        told = zip(self._names, values.tolist(), strict=False)
        return "\n".join(f"{name}: {value:.3f}" for name, value in told if np.isfinite(value))
