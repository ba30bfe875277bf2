"""The take on the timeline: what was done, reward, value, torques and actions by frame."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from render.color_schemes import COLOR_SCHEMES
from render.heat import heat
from viewer.model.record import FRAME_TIME, Record
from viewer.timeline.lanes import TimeScale
from viewer.timeline.timeline import Timeline
from viewer.ui.theme import Theme

_ACTION_REACH = 2.0
_STEPS = 256
_UNKNOWN = "the policy comes without a critic"


class CharacterLanes:
    """The lanes of one record, on the timeline while they are to be shown."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline, self._shown = timeline, False
        self.lanes = (
            MarkLane(),
            LineLane("reward", 26, "reward", 0.0, 1.0),
            LineLane("value", 16, "value"),
            HeatLane("torques", 22, "effort"),
            HeatLane("action", 22, "action"),
        )

    def show(self, record: Record) -> None:
        """The record to show from now on."""
        for lane in self.lanes:
            lane.record = record
        self.refresh()

    def set_shown(self, shown: bool) -> None:
        """Put the lanes on the timeline, or take them off."""
        if shown != self._shown:
            self._shown = shown
            for lane in self.lanes:
                (self._timeline.add_lane if shown else self._timeline.remove_lane)(lane)

    def refresh(self) -> None:
        """The record has grown."""
        if self._shown:
            self._timeline.track.refresh()


class _RecordLane:
    """A lane that shows something of a record."""

    def __init__(self, title: str, height: int) -> None:
        self.title, self.height = title, height
        self.record: Record | None = None

    def _columns(self, rect: QRectF, to_x: TimeScale) -> tuple[np.ndarray, np.ndarray]:
        """Pixel columns (W,) that have a frame, and the frame (W,) in each."""
        assert self.record is not None
        x = np.arange(rect.left(), rect.right())
        zero, scale = float(to_x(0.0)), float(to_x(1.0)) - float(to_x(0.0))
        frames = np.floor((x - zero) / scale / FRAME_TIME).astype(int) + self.record.first
        seen = (frames >= self.record.first) & (frames <= self.record.last)
        return x[seen], frames[seen]


class LineLane(_RecordLane):
    """A number, or several, as lines between ``low`` and ``high``; None: its own extremes."""

    def __init__(
        self, title: str, height: int, name: str, low: float | None = None, high: float = 1.0
    ) -> None:
        super().__init__(title, height)
        self._name, self._low, self._high = name, low, high

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.record is None:
            return
        x, frames = self._columns(rect, to_x)
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
        span = max(high - low, 1e-6)
        y = rect.bottom() - 2 - (values - low) / span * (rect.height() - 4)
        for line in reversed(range(values.shape[1])):
            color = QColor(theme.text if line == 0 else theme.series[(line - 1) % 8])
            color.setAlphaF(1.0 if line == 0 else 0.6)
            painter.setPen(QPen(color, 0))
            points = map(QPointF, x.tolist(), y[:, line].tolist())
            painter.drawPolyline(QPolygonF(list(points)))


class HeatLane(_RecordLane):
    """Numbers of all joints as rows of colour: how far from nothing."""

    def __init__(self, title: str, height: int, name: str) -> None:
        super().__init__(title, height)
        self._name = name
        self._table: tuple[str, np.ndarray] = ("", np.zeros((0, 4), np.uint8))

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.record is None:
            return
        x, frames = self._columns(rect, to_x)
        if not len(x):
            return
        values = np.abs(self.record.at(self._name, frames))
        if self._name == "action":
            values = values / _ACTION_REACH
        steps = np.clip(values * (_STEPS - 1), 0, _STEPS - 1).astype(np.uint8)
        pixels = np.ascontiguousarray(self._colors(theme)[steps.T])
        high, wide = pixels.shape[:2]
        image = QImage(pixels.data, wide, high, 4 * wide, QImage.Format.Format_RGB32)
        painter.drawImage(QRectF(x[0], rect.top() + 1, wide, rect.height() - 2), image)

    def _colors(self, theme: Theme) -> np.ndarray:
        """Blue, green, red and nothing (256, 4) by the scheme's heat."""
        if self._table[0] != theme.name:
            colors = heat(np.linspace(0, 1, _STEPS), COLOR_SCHEMES[theme.name].heat)
            table = np.full((_STEPS, 4), 255, np.uint8)
            table[:, :3] = np.round(colors[:, ::-1] * 255)
            self._table = (theme.name, table)
        return self._table[1]


class MarkLane(_RecordLane):
    """What was done and when: pushes, boxes, swaps, settings, cuts; and falls."""

    def __init__(self) -> None:
        super().__init__("events", 14)

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.record is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = rect.center().y()
        looks = {
            "PushNow": (theme.accent, "push"), "BoxPut": (theme.series[1], "box"),
            "Swapped": (theme.series[6], "dot"), "StartAt": (theme.muted, "cut"),
        }  # fmt: skip
        for entry in self.record.memory.entries:
            at = (entry.frame - self.record.first) * FRAME_TIME
            color, kind = looks.get(type(entry.deed).__name__, (theme.faint, "dot"))
            painter.setBrush(QColor(color))
            _mark(painter, float(to_x(at)), middle, kind)
        painter.setBrush(QColor(theme.bad))
        for frame in self.record.falls():
            _mark(painter, float(to_x((frame - self.record.first) * FRAME_TIME)), middle, "fall")
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _mark(painter: QPainter, x: float, y: float, kind: str) -> None:
    if kind == "push":
        painter.drawPolygon(
            QPolygonF([QPointF(x - 3, y - 5), QPointF(x + 5, y), QPointF(x - 3, y + 5)])
        )
    elif kind == "box":
        painter.drawRect(QRectF(x - 4, y - 4, 8, 8))
    elif kind == "cut":
        painter.drawRect(QRectF(x - 0.75, y - 6, 1.5, 12))
    elif kind == "fall":
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, y - 4), QPointF(x + 5, y - 4), QPointF(x, y + 5)])
        )
    else:
        painter.drawEllipse(QPointF(x, y), 3, 3)
