"""The skills on the timeline: who performs, what every critic expects, and when one took over."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from motion.curves import runs
from viewer.model.language import mark, tr
from viewer.model.record import FRAME_TIME, NO_SKILL, Record
from viewer.timeline.lanes import TimeScale
from viewer.ui.theme import Theme

from .helm.words import change_text
from .record_lane import LineLane

_BAND, _EVERY = 13, 2
_LEAST_NAMED = 6
_BAND_ALPHA, _WAIT_ALPHA, _FALLEN_ALPHA = 0.30, 0.16, 0.22
_HIGHEST = 1.1
"""The top of the lane: a critic may expect a little more than what it knows."""


class SkillLane(LineLane):
    """A band that names who performs, in its colour; above it the value of each skill as a line.

    Where a change is awaited the ground is lit, at the change a line with a dot at what its critic
    expected; lying is red. Of a character without skills it shows the one critic's value.
    """

    def __init__(self) -> None:
        super().__init__(mark("skills"), 46, "value")

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self.record is None or not self.record.skills:
            super().paint(painter, rect, to_x, theme)
            return
        x, frames = self.columns(rect, to_x)
        if not len(x):
            return
        plot = rect.adjusted(0, 1, 0, -_BAND - 1)
        self._paint_grounds(painter, plot, x, frames, theme)
        self._paint_values(painter, plot, x, frames, theme)
        self._paint_changes(painter, plot, to_x, frames, theme)
        self._paint_band(painter, rect, x, frames, theme)

    def words_at(self, time_s: float, reach_s: float) -> str:
        """The change that is near or awaited there, else what every critic expects."""
        record = self.record
        if record is None or not record.skills:
            return super().words_at(time_s, reach_s)
        frame = record.first + int(time_s / FRAME_TIME)
        if not record.first <= frame <= record.last:
            return ""
        change = self._change_near(record, frame, max(int(reach_s / FRAME_TIME), 1))
        return change or values_text(record, frame)

    def _change_near(self, record: Record, frame: int, reach: int) -> str:
        """What is to be said of a change within ``reach`` frames, or of the one awaited there."""
        near = record.changes_between(frame - reach, frame + reach)
        if near:
            at = min(near, key=lambda each: abs(each - frame))
            waited = at - record.awaited_since(at)
            return _sentence(record, at, waited, tr("after"))
        coming = record.awaited_until(frame)
        if coming is not None and record.changes_between(coming, coming):
            return _sentence(record, coming, coming - frame, tr("in"))
        wanted = int(record.at("wanted", np.array([frame]))[0])
        if wanted != NO_SKILL:
            return tr("A change to {title} is awaited", title=record.skills[wanted].title)
        return ""

    def _paint_grounds(
        self, painter: QPainter, plot: QRectF, x: np.ndarray, frames: np.ndarray, theme: Theme
    ) -> None:
        """Where a change is awaited, and where it lies."""
        assert self.record is not None
        wanted, down = self.record.at("wanted", frames), self.record.at("down", frames)
        for marked, name, alpha in (
            (wanted != NO_SKILL, theme.accent, _WAIT_ALPHA),
            (down, theme.bad, _FALLEN_ALPHA),
        ):
            color = QColor(name)
            color.setAlphaF(alpha)
            for a, b in runs(marked):
                left, wide = float(x[a]), float(x[b - 1] - x[a]) + 1
                painter.fillRect(QRectF(left, plot.top(), wide, plot.height()), color)

    def _paint_values(
        self, painter: QPainter, plot: QRectF, x: np.ndarray, frames: np.ndarray, theme: Theme
    ) -> None:
        assert self.record is not None
        x, frames = x[::_EVERY], frames[::_EVERY]
        values = self.record.at("skill_values", frames)
        performs = self.record.at("skill", frames)
        for number in range(len(self.record.skills)):
            known = np.isfinite(values[:, number])
            y = plot.bottom() - np.clip(values[:, number] / _HIGHEST, 0, 1) * plot.height()
            color = QColor(theme.series[number % len(theme.series)])
            for part, wide in ((known, 1), (known & (performs == number), 2)):
                painter.setPen(QPen(color, wide * theme.stroke))
                for a, b in runs(part):
                    points = map(QPointF, x[a:b].tolist(), y[a:b].tolist())
                    painter.drawPolyline(QPolygonF(list(points)))

    def _paint_changes(
        self, painter: QPainter, plot: QRectF, to_x: TimeScale, frames: np.ndarray, theme: Theme
    ) -> None:
        record = self.record
        assert record is not None
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for frame in record.changes_between(int(frames[0]), int(frames[-1])):
            at = round(float(to_x((frame - record.first + 0.5) * FRAME_TIME))) + 0.5
            painter.setPen(QPen(QColor(theme.text), 1))
            painter.drawLine(QPointF(at, plot.top()), QPointF(at, plot.bottom()))
            _, value = record.change_at(frame)
            if np.isfinite(value):
                number = int(record.at("skill", np.array([frame]))[0])
                y = plot.bottom() - min(max(value / _HIGHEST, 0.0), 1.0) * plot.height()
                painter.setPen(QPen(QColor(theme.field), 1))
                painter.setBrush(QColor(theme.series[number % len(theme.series)]))
                painter.drawEllipse(QPointF(at, y), 4, 4)
                painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_band(
        self, painter: QPainter, rect: QRectF, x: np.ndarray, frames: np.ndarray, theme: Theme
    ) -> None:
        """The legend: each skill in its colour where it performed, named where there is room."""
        assert self.record is not None
        performs = self.record.at("skill", frames)
        metrics = QFontMetricsF(painter.font())
        for number, skill in enumerate(self.record.skills):
            color = QColor(theme.series[number % len(theme.series)])
            ground = QColor(color)
            ground.setAlphaF(_BAND_ALPHA)
            for a, b in runs(performs == number):
                box = QRectF(x[a], rect.bottom() - _BAND, x[b - 1] - x[a] + 1, _BAND - 1)
                painter.fillRect(box, ground)
                painter.fillRect(QRectF(box.left(), box.top(), 2, box.height()), color)
                room = box.width() - _LEAST_NAMED
                if metrics.horizontalAdvance(skill.title[:2]) < room:
                    painter.setPen(QColor(theme.text))
                    name = metrics.elidedText(skill.title, Qt.TextElideMode.ElideRight, room)
                    words = box.adjusted(5, 0, 0, 0)
                    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, name)


def values_text(record: Record, frame: int) -> str:
    """What every critic expects at ``frame``, a line each; who performs stands first."""
    row = np.array([frame])
    values, performs = record.at("skill_values", row)[0], int(record.at("skill", row)[0])
    order = sorted(range(len(record.skills)), key=lambda number: number != performs)
    lines = []
    for number in order:
        value = float(values[number])
        known = f"{value:.2f}" if np.isfinite(value) else tr("not known")
        doing = tr(", performs") if number == performs else ""
        lines.append(f"{record.skills[number].title}: {known}{doing}")
    return "\n".join(lines)


def _sentence(record: Record, change: int, frames: int, when: str) -> str:
    number = int(record.at("skill", np.array([change]))[0])
    phase, value = record.change_at(change)
    title = record.skills[number].title if number != NO_SKILL else tr("another policy")
    return change_text(title, when, frames * FRAME_TIME, phase, value)
