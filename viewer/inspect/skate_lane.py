"""How fast feet in contact slide over the ground, as a row of the timeline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPen

from motion.phase.slides import SLIDING, Slide
from viewer.model.inspection import Skating
from viewer.model.language import mark, tr
from viewer.timeline.lanes import TimeScale
from viewer.ui.theme import Theme

_TOP = 0.6
"""The speed that fills half of the row, m/s."""
_ALPHA = 0.75


class SkateLane(QObject):
    """The left foot above the middle and the right one below, red where it slides.

    ``pressed``: the slide that the pointer took.
    """

    pressed = Signal(object)
    title, height = mark("skate"), 22

    def __init__(self, actions: Sequence[QAction], parent: QObject | None = None) -> None:
        """``actions``: what the menu of a slide offers."""
        super().__init__(parent)
        self._actions = tuple(actions)
        self._skating: Skating | None = None

    def show(self, skating: Skating | None) -> None:
        """What to show from now on."""
        self._skating = skating

    def slide_at(self, time_s: float, reach_s: float) -> Slide | None:
        """The slide there, the one that slides farthest of those that are equally near."""
        if self._skating is None:
            return None
        step = self._skating.frame_time

        def away(slide: Slide) -> float:
            return max(slide.first * step - time_s, time_s - (slide.last + 1) * step, 0.0)

        nearest = min(self._skating.worst, key=away, default=None)
        return nearest if nearest is not None and away(nearest) <= reach_s else None

    def holds(self, time_s: float, reach_s: float) -> bool:
        return self.slide_at(time_s, reach_s) is not None

    def press(self, time_s: float, reach_s: float, adding: bool) -> None:
        if (slide := self.slide_at(time_s, reach_s)) is not None:
            self.pressed.emit(slide)

    def drag(self, time_s: float) -> None:
        """A slide stays where it is."""

    def release(self) -> None:
        """A slide that is let go stays where it is."""

    def words_at(self, time_s: float, reach_s: float) -> str:
        slide = self.slide_at(time_s, reach_s)
        if slide is None:
            return ""
        return tr(
            "Slides at {time:.2f} s: {foot} foot, {speed:.2f} m/s, {cm:.1f} cm in {frames} frames",
            time=slide.time_s,
            foot=tr(slide.foot),
            speed=slide.speed,
            cm=100 * slide.slid_m,
            frames=slide.last - slide.first + 1,
        )

    def actions_at(self, time_s: float, reach_s: float) -> Sequence[QAction]:
        return self._actions

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        if self._skating is None:
            return
        painter.setPen(QPen(QColor(theme.line), 0))
        middle = rect.center().y()
        painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.right(), middle))
        half = rect.height() / 2 - 1
        for side, way in enumerate((-1, 1)):
            x, speeds = _columns(self._skating.speed[:, side], self._skating, rect, to_x)
            tall = np.clip(speeds / _TOP, 0.06, 1.0) * half * way
            slides = speeds >= SLIDING
            for those, color in ((~slides, theme.contacts[2 * side]), (slides, theme.bad)):
                ink = QColor(color)
                ink.setAlphaF(_ALPHA)
                painter.setPen(QPen(ink, 1))
                ends = zip(x[those].tolist(), tall[those].tolist(), strict=True)
                painter.drawLines([QLineF(at, middle, at, middle + high) for at, high in ends])


def _columns(
    speeds: np.ndarray, skating: Skating, rect: QRectF, to_x: TimeScale
) -> tuple[np.ndarray, np.ndarray]:
    """The pixel columns x (W,) with a foot in contact, and its greatest speed (W,) in each."""
    zero, scale = float(to_x(0.0)), float(to_x(1.0)) - float(to_x(0.0))
    x = np.arange(np.floor(rect.left()), np.ceil(rect.right()))
    frames = np.floor((x - zero) / scale / skating.frame_time).astype(int)
    inside = (frames >= 0) & (frames < len(speeds))
    x, frames = x[inside], frames[inside]
    if not len(x):
        return x, np.zeros(0)
    found = np.fmax.reduceat(speeds[: frames[-1] + 1], frames)
    held = np.isfinite(found)
    return x[held] + 0.5, found[held]
