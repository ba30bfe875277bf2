"""Heat maps and a curve on one time axis, under a playhead that seeks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from viewer.model.curves import thinned
from viewer.model.language import tr
from viewer.ui.plotting import pen
from viewer.ui.theme import Theme, mono_font
from viewer.ui.time_canvas import Stretch, TimeCanvas, time_ticks
from viewer.ui.time_view import TimeView
from viewer.ui.whole_parts import whole_parts

from .lanes import Curve, Lane, color_table

SPAN_S = 6.0
GUTTER, _BESIDE = 74, 8
CURVE_HIGH = 54
_TOP, _GAP, _PAD = 2, 6, 4
_LABEL_SPACING = 44
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class MapCanvas(TimeCanvas):
    """Maps under one another, and a curve below them; a press on a row picks it and seeks,
    Up and Down pick the one beside.

    ``picked`` brings the lane and the row of its map. tell: says what stands at lane, row and
    time, for the tooltip.
    """

    own_keys = frozenset(_STEPS)
    picked = Signal(int, int)

    def __init__(self, name: str, tip: str, theme: Theme, least: int = 180) -> None:
        super().__init__(TimeView(SPAN_S), GUTTER, theme)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.setMinimumHeight(least)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.lanes: tuple[Lane, ...] = ()
        self.curve: Curve | None = None
        self.tell: Callable[[int, int, float], str] | None = None
        self._marked: tuple[int, int] | None = None
        self._frame_time = 1.0
        self._measure()

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def set_theme(self, theme: Theme) -> None:
        self._measure()
        super().set_theme(theme)

    def _measure(self) -> None:
        """Names of rows have room, however large the letters are."""
        self._font = mono_font(-2)
        metrics = QFontMetrics(self._font)
        self._line = metrics.height()
        names = (text for lane in self.lanes for *_, text in lane.labels)
        widest = max(map(metrics.horizontalAdvance, names), default=0)
        self._gutter = max(GUTTER, widest + _BESIDE)

    def set_lanes(self, lanes: Sequence[Lane], frames: int, frame_time: float) -> None:
        """Show maps over ``frames`` of ``frame_time`` seconds; none clears them.

        What has become longer goes on where it was looked at; something else begins anew.
        """
        grown = bool(self.lanes and lanes) and frame_time == self._frame_time
        self.lanes, self._frame_time = tuple(lanes), frame_time
        self._measure()
        length_s = max(frames - 1, 0) * frame_time if lanes else 0.0
        if not grown or length_s < self.view.length_s:
            time_s = self.view.time_s
            self.view.begin(0.0)
            self.view.set_length(length_s)
            self.view.show(min(time_s, length_s))
        else:
            self.view.set_length(length_s)
        self.refresh()

    def set_curve(self, curve: Curve | None, marked: tuple[int, int] | None = None) -> None:
        """The curve below the maps, and the lane and row that it is of."""
        self.curve, self._marked = curve, marked
        self.refresh()

    def set_time(self, time_s: float) -> None:
        """Move the playhead; past what is known yet, it stays at the end."""
        self.show_time(min(time_s, self.view.length_s))

    def lane_rect(self, lane: int) -> QRectF:
        """Where a map is drawn."""
        area = self.area
        head = self._line + _PAD
        free = area.height() - _TOP - self._below - len(self.lanes) * (head + _GAP)
        unit = max(free, 1.0) / sum(each.weight for each in self.lanes)
        above = sum(each.weight for each in self.lanes[:lane]) * unit
        top = _TOP + above + lane * (head + _GAP) + head
        return QRectF(area.left(), top, area.width(), self.lanes[lane].weight * unit)

    def curve_rect(self) -> QRectF:
        """Where the curve is drawn."""
        area = self.area
        top = area.height() - self._line - 8 - CURVE_HIGH
        return QRectF(area.left(), top, area.width(), CURVE_HIGH)

    def row_y(self, lane: int, row: int) -> float:
        """The height of the middle of a row of a map, in pixels."""
        box, shown = self.lane_rect(lane), self.lanes[lane]
        return box.top() + (shown.place(row) + 0.5) / len(shown.rows) * box.height()

    def row_at(self, at: QPointF) -> tuple[int, int] | None:
        """Lane and row of its map at a point of the widget."""
        for lane, shown in enumerate(self.lanes):
            box = self.lane_rect(lane)
            if box.top() <= at.y() < box.bottom() and at.x() >= 0:
                place = int((at.y() - box.top()) / box.height() * len(shown.rows))
                return lane, int(shown.rows[place])
        return None

    @property
    def _below(self) -> float:
        """What lies under the maps: the curve, or its room, and the time axis."""
        return CURVE_HIGH + 2 * self._line + _PAD + _GAP + 8

    def head_half(self) -> int:
        return 1

    def paint_head(self, painter: QPainter, x: float) -> None:
        if not self.lanes:
            return
        at = min(max(int(x), int(self.area.left())), int(self.area.right()) - 1) + 0.5
        boxes = [self.lane_rect(lane) for lane in range(len(self.lanes))]
        painter.setPen(pen("#ffffff"))
        for box in boxes:
            painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))
        if self.curve:
            box = self.curve_rect()
            painter.setPen(pen(self._theme.text))
            painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.muted))
        left, wide = self.area.left(), self.area.width()
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        titled = [(self.lane_rect(n).top(), lane.title) for n, lane in enumerate(self.lanes)]
        if self.lanes:
            title = self.curve.title if self.curve else tr("Click a row for its curve")
            titled.append((self.curve_rect().top(), title))
        for top, title in titled:
            box = QRectF(left, top - self._line - 2, wide, self._line)
            text = whole_parts(title, painter.fontMetrics(), wide, ", ")
            painter.drawText(box, flags, text)

    def paint_margin(self, painter: QPainter) -> None:
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.muted))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for n, lane in enumerate(self.lanes):
            box, last = self.lane_rect(n), -1e9
            for row, rows, text in lane.labels:
                y = box.top() + (row + rows / 2) / len(lane.rows) * box.height()
                if y - last >= self._line - 2 and y < box.bottom():
                    label = QRectF(0, y - self._line / 2, self._gutter - _BESIDE, self._line)
                    painter.drawText(label, flags, text)
                    last = y
        if self.curve and len(self.curve.values):
            box = self.curve_rect()
            for value, y in zip(self._reach, (box.bottom(), box.top()), strict=True):
                y = min(max(y, box.top() + self._line / 2), box.bottom() - self._line / 2)
                label = QRectF(0, y - self._line / 2, self._gutter - _BESIDE, self._line)
                painter.drawText(label, flags, f"{value:.3g}")
        if self.lanes:
            label = QRectF(0, self.height() - self._line - 2, self._gutter - _BESIDE, self._line)
            painter.drawText(label, flags, "t (s)")
        self._paint_mark(painter)

    def _paint_mark(self, painter: QPainter) -> None:
        """A pointer at the row that the curve is of."""
        if self._marked is None or self._marked[0] >= len(self.lanes):
            return
        y, x = self.row_y(*self._marked), self._gutter - 1.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.accent))
        corners = [QPointF(x, y), QPointF(x - 7, y - 4.5), QPointF(x - 7, y + 4.5)]
        painter.drawPolygon(QPolygonF(corners))

    def paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        painter.setFont(self._font)
        for n, lane in enumerate(self.lanes):
            self._paint_lane(painter, stretch, lane, self.lane_rect(n))
        if not self.lanes:
            return
        below = self.curve_rect()
        below.setRect(0, below.top(), stretch.width, below.height())
        painter.fillRect(below, QColor(self._theme.field))
        if self.curve:
            self._paint_curve(painter, stretch, self.curve, below)
        self._paint_axis(painter, stretch)

    def _paint_lane(self, painter: QPainter, stretch: Stretch, lane: Lane, box: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        step = self._frame_time * stretch.scale * ratio
        low, wide = stretch.start_s * stretch.scale * ratio, round(stretch.width * ratio)
        places, left, right = lane.map.picture(
            lane.rows, round(box.height() * ratio), step, low, wide
        )
        high, count = places.shape
        if not places.size:
            return
        image = QImage(places.data, count, high, count, QImage.Format.Format_Indexed8)
        image.setColorTable(color_table())
        target = QRectF(left / ratio, box.top(), (right - left) / ratio, box.height())
        painter.drawImage(target, image, QRectF(0, 0, count, high))

    @property
    def _reach(self) -> tuple[float, float]:
        """The least and the largest of the curve, never the same."""
        assert self.curve is not None
        values = self.curve.values
        low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
        return (low, high) if high > low else (low - 1, low + 1)

    def _paint_curve(self, painter: QPainter, stretch: Stretch, curve: Curve, box: QRectF) -> None:
        low, high = self._reach
        zero, step = stretch.to_x(0.0), self._frame_time * curve.every * stretch.scale
        x, shown, _ = thinned(curve.values, step, -zero, stretch.width - zero)
        y = box.bottom() - 2 - (shown.astype(float) - low) / (high - low) * (box.height() - 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(self._theme.accent, width=1.4 * self._theme.stroke))
        points = map(QPointF, (x + zero).tolist(), y.tolist())
        painter.drawPolyline(QPolygonF(list(points)))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_axis(self, painter: QPainter, stretch: Stretch) -> None:
        ticks, _, decimals = time_ticks(stretch, _LABEL_SPACING)
        bottom = self.height() - self._line - 6
        for tick in ticks:
            x = round(float(stretch.to_x(tick))) + 0.5
            painter.setPen(QColor(self._theme.faint))
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 3))
            painter.setPen(QColor(self._theme.muted))
            text = f"{tick + 0.0:.{decimals}f}"
            wide = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(x - wide / 2, 0), stretch.width - wide - 1)
            painter.drawText(QPointF(left, self.height() - 3), text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        found = self.row_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and not shift and found:
            self.picked.emit(*found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        rows = [(n, int(row)) for n, lane in enumerate(self.lanes) for row in lane.rows]
        if step is None or not rows:
            super().keyPressEvent(event)
            return
        at = rows.index(self._marked) + step if self._marked in rows else 0
        self.picked.emit(*rows[min(max(at, 0), len(rows) - 1)])

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.tell and self.lanes:
            found = self.row_at(QPointF(event.pos()))
            if found and event.pos().x() >= self._gutter:
                text = self.tell(*found, self.to_time(event.pos().x()))
                QToolTip.showText(event.globalPos(), text, self)
                return True
        return super().event(event)
