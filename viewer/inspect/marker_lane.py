"""The markers of the clip on stage, as a row of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPolygonF

from viewer.model.document import COLOURS, Marker
from viewer.model.language import mark, tr
from viewer.timeline.grips import GripLane
from viewer.timeline.lanes import TimeScale
from viewer.ui.theme import Theme

_HALF, _GAP = 4.0, 4.0
_LEAST_NAME = 12.0
"""A name that has less room than this, pixels, is left to the tooltip."""


class MarkerLane(GripLane):
    """A flag with its name for each marker.

    ``pressed``: a marker was taken; ``dragged``: seconds since then; ``released``.
    """

    pressed = Signal(object)
    title, height = mark("markers"), 17

    def __init__(
        self, actions: Callable[[Marker], Sequence[QAction]], parent: QObject | None = None
    ) -> None:
        """``actions``: what the menu of a marker offers."""
        super().__init__(parent)
        self._actions = actions
        self.markers: tuple[Marker, ...] = ()

    def show(self, markers: tuple[Marker, ...], frame_time: float) -> None:
        """``markers`` in the order of their times, at the middle of their frames."""
        self.markers, self._late_s = markers, frame_time / 2

    def marker_at(self, time_s: float, reach_s: float) -> Marker | None:
        """The marker that is nearest to the pointer, if it is near enough."""
        return self.nearest(self.markers, time_s, reach_s)

    def holds(self, time_s: float, reach_s: float) -> bool:
        return self.marker_at(time_s, reach_s) is not None

    def press(self, time_s: float, reach_s: float, adding: bool) -> None:
        marker = self.marker_at(time_s, reach_s)
        self.take(marker, time_s, reach_s)
        if marker:
            self.pressed.emit(marker)

    def words_at(self, time_s: float, reach_s: float) -> str:
        """Name, time and note of the marker there."""
        marker = self.marker_at(time_s, reach_s)
        if marker is None:
            return ""
        note = f"\n{marker.note}" if marker.note else ""
        return tr(
            "{name} at {time_s:.2f} s{note}", name=marker.name, time_s=marker.time_s, note=note
        )

    def actions_at(self, time_s: float, reach_s: float) -> Sequence[QAction]:
        """What can be done with the marker there."""
        marker = self.marker_at(time_s, reach_s)
        return self._actions(marker) if marker else ()

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        places = [float(to_x(marker.time_s + self._late_s)) for marker in self.markers]
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        for marker, (x, after) in zip(
            self.markers, pairwise([*places, rect.right() + _HALF]), strict=True
        ):
            if after < rect.left() or x > rect.right() + _HALF:
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.series[COLOURS.index(marker.colour)]))
            top, low = rect.top() + 2, rect.bottom() - 2
            flag = ((-_HALF, top), (_HALF, top), (_HALF, low - 5), (0, low), (-_HALF, low - 5))
            painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in flag]))
            room = QRectF(x + _HALF + _GAP, rect.top(), after - x - 3 * _GAP, rect.height())
            if room.width() >= _LEAST_NAME:
                painter.setPen(QColor(theme.text if marker.note else theme.muted))
                name = painter.fontMetrics().elidedText(
                    marker.name, Qt.TextElideMode.ElideRight, int(room.width())
                )
                painter.drawText(room, flags, name)
