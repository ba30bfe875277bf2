"""The take on the timeline: what was done, reward, value, torques and actions by frame."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF

from character.deeds import Chosen
from render.color_schemes import COLOR_SCHEMES
from render.heat import heat
from viewer.model.language import mark, tr
from viewer.model.record import FRAME_TIME, REWARDS, Record
from viewer.timeline.lanes import TimeScale
from viewer.timeline.timeline import Timeline
from viewer.ui.theme import Theme

from .record_lane import LineLane, RecordLane
from .skill_lane import SkillLane

_ACTION_REACH = 2.0
_STEPS = 256
_TERMS = (tr("Reward"), *(tr(name.replace("_", " ").capitalize()) for name in REWARDS[1:]))


class CharacterLanes:
    """The lanes of one record, on the timeline while they are to be shown."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline, self._shown = timeline, False
        self.lanes = (
            MarkLane(),
            LineLane(mark("reward"), 32, "reward", 0.0, 1.0, _TERMS),
            SkillLane(),
            HeatLane(mark("torques"), 22, "effort"),
            HeatLane(mark("action"), 22, "action"),
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


class HeatLane(RecordLane):
    """Numbers of all joints as rows of colour: how far from nothing."""

    def __init__(self, title: str, height: int, name: str) -> None:
        super().__init__(title, height)
        self._name = name
        self._table: tuple[str, np.ndarray] = ("", np.zeros((0, 4), np.uint8))

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.record is None:
            return
        x, frames = self.columns(rect, to_x)
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


class MarkLane(RecordLane):
    """What was done and when: pushes, boxes, wishes, settings, cuts; falls and recoveries."""

    def __init__(self) -> None:
        super().__init__(mark("events"), 14)

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.record is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = rect.center().y()
        looks = {
            "PushNow": (theme.accent, "push"), "BoxPut": (theme.series[1], "box"),
            "Swapped": (theme.series[6], "dot"), "StartAt": (theme.muted, "cut"),
            "GoTo": (theme.good, "dot"), "Want": (theme.warn, "dot"), "Steer": (theme.faint, "cut"),
        }  # fmt: skip
        for entry in self.record.memory.entries:
            if isinstance(entry.deed, Chosen):
                continue
            at = (entry.frame - self.record.first) * FRAME_TIME
            color, kind = looks.get(type(entry.deed).__name__, (theme.faint, "dot"))
            painter.setBrush(QColor(color))
            _mark(painter, float(to_x(at)), middle, kind)
        painter.setBrush(QColor(theme.bad))
        for frame in self.record.falls():
            _mark(painter, float(to_x((frame - self.record.first) * FRAME_TIME)), middle, "fall")
        painter.setBrush(QColor(theme.good))
        for frame in self.record.recoveries():
            _mark(painter, float(to_x((frame - self.record.first) * FRAME_TIME)), middle, "rise")
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
    elif kind == "rise":
        painter.drawPolygon(
            QPolygonF([QPointF(x - 5, y + 4), QPointF(x + 5, y + 4), QPointF(x, y - 5)])
        )
    else:
        painter.drawEllipse(QPointF(x, y), 3, 3)
