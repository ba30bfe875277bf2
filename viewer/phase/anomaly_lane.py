"""The anomalies of the phase on the timeline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QAction, QColor, QPainter

from motion.phase.lint import Anomaly
from viewer.model.language import mark
from viewer.timeline.lanes import TimeScale
from viewer.ui.row_painting import span_columns
from viewer.ui.rows import Spans
from viewer.ui.theme import Theme

from .rows import spans_of
from .words import anomaly_text


class AnomalyLane(QObject):
    """A bar for each anomaly; ``pressed`` says which one the pointer took."""

    pressed = Signal(int)
    title, height = mark("anomalies"), 12

    def __init__(self, actions: Sequence[QAction], parent: QObject | None = None) -> None:
        """``actions``: what the menu of an anomaly offers."""
        super().__init__(parent)
        self._actions = tuple(actions)
        self._found: tuple[Anomaly, ...] = ()
        self._spans, self._frame_time = spans_of(()), 1.0

    def show(self, found: tuple[Anomaly, ...], spans: Spans, frame_time: float = 1.0) -> None:
        """``found``, and the same as ``spans``, one frame every ``frame_time`` seconds."""
        self._found, self._spans, self._frame_time = found, spans, frame_time

    def anomaly_at(self, time_s: float, reach_s: float) -> int | None:
        """The number of the anomaly there, the worst of those that are equally near."""
        if not self._found:
            return None
        begin, end = (self._spans.first * self._frame_time,
                      (self._spans.last + 1) * self._frame_time)  # fmt: skip
        away = np.maximum(np.maximum(begin - time_s, time_s - end), 0.0)
        if (least := away.min()) > reach_s:
            return None
        near = np.flatnonzero(away == least).tolist()
        return max(near, key=lambda number: self._found[number].severity)

    def holds(self, time_s: float, reach_s: float) -> bool:
        return self.anomaly_at(time_s, reach_s) is not None

    def press(self, time_s: float, reach_s: float, adding: bool) -> None:
        if (number := self.anomaly_at(time_s, reach_s)) is not None:
            self.pressed.emit(number)

    def drag(self, time_s: float) -> None:
        """An anomaly stays where it is."""

    def release(self) -> None:
        """An anomaly that is let go stays chosen."""

    def words_at(self, time_s: float, reach_s: float) -> str:
        number = self.anomaly_at(time_s, reach_s)
        return "" if number is None else anomaly_text(self._found[number])

    def actions_at(self, time_s: float, reach_s: float) -> tuple[QAction, ...]:
        """The actions of anomalies; the one there is chosen."""
        self.press(time_s, reach_s, False)
        return self._actions

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        zero = float(to_x(0.0)) - rect.left()
        step = (float(to_x(1.0)) - float(to_x(0.0))) * self._frame_time
        for severe in (False, True):
            those = self._spans.severe == severe
            color = QColor(theme.bad if severe else theme.warn)
            ends = self._spans.first[those], self._spans.last[those]
            for left, right in span_columns(*ends, zero, step, int(rect.width())):
                bar = QRectF(rect.left() + left, rect.top() + 2, right - left, rect.height() - 4)
                painter.fillRect(bar, color)
