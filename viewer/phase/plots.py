"""Phase over time: four curves on one time axis with a playhead that seeks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPolygonF
from PySide6.QtWidgets import QSizePolicy

from viewer.model.curves import joined, nice_ticks, thinned
from viewer.ui.plotting import pen
from viewer.ui.theme import Theme, mono_font
from viewer.ui.time_canvas import Stretch, TimeCanvas, time_ticks
from viewer.ui.time_view import LEAST_SPAN_S, TimeView

ROWS = ("x", "y", "φ (turn)", "A")
SPAN_S = 6.0
"""How much is shown around the playhead, unless someone chose otherwise."""
KEY_STEP_S = 0.1
FLOOR = 1e-3
GUTTER = 50
_TOP, _GAP = 6, 9
_LABEL_SPACING = 44
_MOST_TICKS = 3


@dataclass(frozen=True, eq=False)
class PhaseCurves:
    """DeepPhase over a clip: xy (T, 2) per frame, frame_time in seconds."""

    xy: np.ndarray
    frame_time: float

    @property
    def time_s(self) -> np.ndarray:
        return np.arange(len(self.xy)) * self.frame_time

    @property
    def length_s(self) -> float:
        """Seconds from the first frame to the last."""
        return max(len(self.xy) - 1, 0) * self.frame_time

    @cached_property
    def turns(self) -> np.ndarray:
        """Phase in [0, 1) of a turn, (T,)."""
        return np.arctan2(self.xy[:, 1], self.xy[:, 0]) / (2 * np.pi) % 1.0

    @cached_property
    def amplitude(self) -> np.ndarray:
        return np.hypot(self.xy[:, 0], self.xy[:, 1])

    @property
    def reach(self) -> float:
        """The largest amplitude, never zero."""
        return max(float(self.amplitude.max(initial=0.0)), FLOOR)

    @property
    def rows(self) -> tuple[np.ndarray, ...]:
        """What the plots show, (T,) each."""
        return self.xy[:, 0], self.xy[:, 1], self.turns, self.amplitude


class PhasePlots(TimeCanvas):
    """x, y, angle and amplitude; drag or click seeks, the wheel zooms in time."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(TimeView(SPAN_S), GUTTER)
        self.setAccessibleName("Phase over time")
        self.setToolTip(
            "Drag or click to seek, wheel to zoom in time, Shift+drag to pan, "
            "double-click to see all"
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(230)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.curves: PhaseCurves | None = None
        self._growing = False
        self._reach = 1.0
        self._font = mono_font(-2)
        self._line = QFontMetrics(self._font).height()
        self._theme = theme

    @property
    def theme(self) -> Theme:
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(280, 230)

    def set_curves(
        self, curves: PhaseCurves | None, growing: bool = False, room_s: float = 0.0
    ) -> None:
        """Draw a clip's curves; None clears them.

        growing: the same curves as before, and more. room_s: how long they may become.
        """
        self.curves = curves if curves is not None and len(curves.xy) else None
        self._growing = self.curves is not None and room_s > 0
        known_s = 0.0 if self.curves is None else max(self.curves.length_s, LEAST_SPAN_S)
        if not growing:
            time_s = self.view.time_s
            self.view.begin(0.0)
        self.view.set_length(max(known_s, room_s) if self.curves else 0.0, known_s)
        if not growing:
            self.view.show(time_s)
        self._reach = 1.1 * (self.curves.reach if self.curves else 1.0)
        self.refresh()

    def set_time(self, time_s: float) -> None:
        """Move the playhead; curves that are still growing may lie behind it."""
        if self._growing and time_s > self.view.known_s:
            self.view.set_length(max(self.view.length_s, time_s), time_s)
        self.show_time(time_s)

    def row_rect(self, row: int) -> QRectF:
        """Where a row's curve is drawn."""
        area = self.area
        below = self._line + 8
        high = (area.height() - _TOP - below - (len(ROWS) - 1) * _GAP) / len(ROWS)
        return QRectF(area.left(), _TOP + row * (high + _GAP), area.width(), high)

    def value_y(self, row: int, value):  # type: ignore[no-untyped-def]
        """The height of a row's value in pixels, for one or an array of them."""
        low, high = self._range(row)
        box = self.row_rect(row)
        return box.bottom() - (value - low) / (high - low) * box.height()

    def _range(self, row: int) -> tuple[float, float]:
        if ROWS[row].startswith("φ"):
            return -0.05, 1.05
        return (0.0 if ROWS[row] == "A" else -self._reach), self._reach

    def head_half(self) -> int:
        return 1

    def paint_head(self, painter: QPainter, x: float) -> None:
        painter.setPen(pen(self._theme.text))
        for row in range(len(ROWS)):
            box = self.row_rect(row)
            if box.left() - 1 <= x <= box.right() + 1:
                at = min(max(int(x), int(box.left())), int(box.right()) - 1) + 0.5
                painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))

    def paint_margin(self, painter: QPainter) -> None:
        theme = self._theme
        painter.setFont(self._font)
        line, flags = self._line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row, title in enumerate(ROWS):
            box = self.row_rect(row)
            painter.setPen(QColor(theme.muted))
            painter.save()
            painter.translate(line / 2 + 2, box.center().y())
            painter.rotate(-90)
            name = QRectF(-box.height() / 2, -line / 2, box.height(), line)
            painter.drawText(name, Qt.AlignmentFlag.AlignCenter, title)
            painter.restore()
            for value in self._ticks(row):
                y = float(self.value_y(row, value))
                label = QRectF(line, y - line / 2, GUTTER - line - 6, line)
                painter.drawText(label, flags, f"{value:g}")
        below = QRectF(0, self.row_rect(len(ROWS) - 1).bottom() + 4, GUTTER - 6, line)
        painter.drawText(below, flags, "t (s)")

    def _ticks(self, row: int) -> np.ndarray:
        return nice_ticks(*self._range(row), _MOST_TICKS)

    def paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        painter.setFont(self._font)
        ticks, _, decimals = time_ticks(stretch, _LABEL_SPACING)
        for row in range(len(ROWS)):
            self._paint_ground(painter, stretch, row, ticks)
        self._paint_axis(painter, stretch, ticks, decimals)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row, values in enumerate(self.curves.rows if self.curves else ()):
            painter.setClipRect(QRectF(0, self.row_rect(row).top(), stretch.width, self._high))
            painter.setPen(pen(self._theme.series[row]))
            self._paint_curve(painter, stretch, row, values)
        painter.setClipping(False)

    @property
    def _high(self) -> float:
        return self.row_rect(0).height()

    def _paint_ground(
        self, painter: QPainter, stretch: Stretch, row: int, ticks: np.ndarray
    ) -> None:
        box = QRectF(0, self.row_rect(row).top(), stretch.width, self._high)
        painter.fillRect(box, QColor(self._theme.field))
        painter.setPen(pen(self._theme.line, 0.6))
        for x in np.round(stretch.to_x(ticks)) + 0.5:
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        for y in np.round(self.value_y(row, self._ticks(row))) + 0.5:
            painter.drawLine(QPointF(0, y), QPointF(stretch.width, y))

    def _paint_axis(
        self, painter: QPainter, stretch: Stretch, ticks: np.ndarray, decimals: int
    ) -> None:
        bottom = self.row_rect(len(ROWS) - 1).bottom()
        for tick in ticks:
            x = round(float(stretch.to_x(tick))) + 0.5
            painter.setPen(QColor(self._theme.faint))
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 4))
            painter.setPen(QColor(self._theme.muted))
            text = f"{tick:.{decimals}f}"
            wide = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(x - wide / 2, 0), stretch.width - wide - 1)
            painter.drawText(QPointF(left, bottom + 4 + painter.fontMetrics().ascent()), text)

    def _paint_curve(
        self, painter: QPainter, stretch: Stretch, row: int, values: np.ndarray
    ) -> None:
        assert self.curves is not None
        zero, step = stretch.to_x(0.0), self.curves.frame_time * stretch.scale
        x, shown, peaks = thinned(values, step, -zero, stretch.width - zero)
        points = list(map(QPointF, (x + zero).tolist(), self.value_y(row, shown).tolist()))
        if peaks or not ROWS[row].startswith("φ"):
            painter.drawPolyline(QPolygonF(points))
            return
        wraps = np.flatnonzero(~joined(shown)) + 1
        for part in np.split(np.arange(len(points)), wraps):
            if len(part):
                painter.drawPolyline(QPolygonF(points[part[0] : part[-1] + 1]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
        else:
            time_s = self.view.time_s + direction * KEY_STEP_S
            self.scrubbed.emit(min(max(time_s, 0.0), self.view.length_s))
