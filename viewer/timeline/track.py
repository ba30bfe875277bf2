"""The ruler and lanes of the timeline, with the playhead over them."""

from __future__ import annotations

from itertools import accumulate
from operator import itemgetter

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip

from viewer.model.language import tr
from viewer.studio.transport import Driver, Transport
from viewer.ui.theme import MARGIN, Theme, ThemeSwitch, mono_font
from viewer.ui.time_canvas import Stretch, TimeCanvas, seconds_text, time_ticks
from viewer.ui.time_view import TimeView

from .heights import LaneHeights
from .lanes import HeldLane, Lane, ToldLane

GUTTER = 72
"""What the names of rows have at least, pixels."""
RULER = 28
_BESIDE = 8
_AROUND = 8
SPAN_S = 30.0
"""How much of a long motion is shown around the playhead, unless someone chose otherwise."""
_HEAD = 6
_GRIP = 7
_LABEL_SPACING = 76
_LABEL_GAP = 6
_EDGE = 4
"""How near the pointer must come to the lower edge of a row's title."""
STRETCH = tr(
    "Drag the lower edge of a row's name to make the row taller; double click for its usual"
)


class Track(TimeCanvas):
    """Drag to scrub, wheel to zoom, drag the range's ends, what lanes hold and, at their names,
    their lower edges; double click shows all.
    """

    range_dragged = Signal(int, int)

    def __init__(self, transport: Transport, themes: ThemeSwitch, heights: LaneHeights) -> None:
        super().__init__(TimeView(SPAN_S), GUTTER, themes.current)
        self._transport, self._heights = transport, heights
        self._lanes: list[Lane] = []
        self._stretched: tuple[Lane, float] | None = None
        self._held: HeldLane | None = None
        self._driver: Driver | None = None
        self.drags = 0
        self._measure()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Timeline"))
        self.setToolTip(
            tr(
                "Drag to scrub. Wheel zooms, Shift+wheel or Shift+drag pans, double click shows "
                "all.\nDrag the ends of the bright band to set the loop range."
            )
        )
        themes.changed.connect(self.set_theme)
        transport.timing_changed.connect(self._take_timing)
        transport.range_changed.connect(self.refresh)
        transport.frame_changed.connect(self._go_along)
        self._take_timing()

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The rows, from the top."""
        return tuple(self._lanes)

    def add_lane(self, lane: Lane) -> None:
        self._lanes.append(lane)
        self._measure()
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        self._measure()
        super().set_theme(theme)

    def _measure(self) -> None:
        """Letters and names have room, however large they are."""
        self._font = mono_font(-2)
        metrics = QFontMetrics(self._font)
        self._heights.line = metrics.height()
        names = [metrics.horizontalAdvance(tr(lane.title)) for lane in self._lanes]
        self._gutter = max(GUTTER, MARGIN + max(names, default=0) + _BESIDE)
        self.updateGeometry()

    def remove_lane(self, lane: Lane) -> None:
        self._lanes.remove(lane)
        if lane is self._held:
            self._held = None
        self._stretched = None
        self.updateGeometry()
        self.refresh()

    def lane_top(self, lane: Lane) -> float:
        """Where the row of ``lane`` begins, pixels from the top."""
        return next(top for each, top, _ in self._rows() if each is lane)

    def lane_height(self, lane: Lane) -> float:
        """How tall the row of ``lane`` is, pixels."""
        return next(height for each, _, height in self._rows() if each is lane)

    def stretch_lanes(self, factor: float) -> None:
        """All rows are so many times as tall, no lower than usual."""
        for lane in self._lanes:
            self._heights.drag(lane, self._heights.of(lane) * factor)
        self._take_heights()

    def _rows(self) -> list[tuple[Lane, float, float]]:
        """Each lane with where its row begins and how tall it is, pixels."""
        heights = self._heights.within(self._lanes, self.height() - RULER - _AROUND)
        tops = accumulate(heights, initial=RULER + 3.0)
        return list(zip(self._lanes, tops, heights, strict=False))

    def _take_heights(self) -> None:
        self.updateGeometry()
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(400, RULER + sum(map(self._heights.of, self._lanes)) + _AROUND)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, RULER + sum(map(self._heights.usual, self._lanes)) + _AROUND)

    @property
    def head_s(self) -> float:
        return (self._transport.frame + 0.5) * self._transport.frame_time

    def head_half(self) -> int:
        return _HEAD

    def _take_timing(self) -> None:
        """Another motion, or more room for the one that is made while it is shown."""
        transport, driver = self._transport, self._transport.driver
        if driver is None or driver is not self._driver:
            self.view.begin(0.0)
        self._driver = driver
        self._set_length()
        self.view.show(transport.frame * transport.frame_time)
        self.refresh()

    def _set_length(self) -> None:
        transport = self._transport
        length_s, known_s = (
            count * transport.frame_time for count in (transport.span, transport.frame_count)
        )
        self.view.set_length(length_s, known_s)

    def _go_along(self, frame: int) -> None:
        if self._transport.driver is not None:
            self._set_length()
        self.show_time(frame * self._transport.frame_time)

    def paint_head(self, painter: QPainter, x: float) -> None:
        if not self._transport.frame_count:
            return
        x = round(x) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self.theme.accent))
        painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        top, low = 2, 2 + _HEAD
        head = [(-_HEAD + 1, top), (_HEAD - 1, top), (_HEAD - 1, low), (0, low + 5)]
        head.append((-_HEAD + 1, low))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in head]))

    def paint_margin(self, painter: QPainter) -> None:
        if not self._transport.frame_count:
            return
        painter.setFont(self._font)
        painter.setPen(QColor(self.theme.muted))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        for lane, top, height in self._rows():
            title = QRectF(MARGIN, top, self._gutter - MARGIN - _BESIDE, height)
            painter.drawText(title, flags | Qt.TextFlag.TextDontClip, tr(lane.title))

    def paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        area = QRectF(0, 0, stretch.width, self.height() - 4)
        painter.setFont(self._font)
        painter.fillRect(area, QColor(self.theme.field))
        if self._transport.frame_count:
            self._paint_lanes(painter, area, stretch)
            if self._transport.driver is None:
                self._paint_range(painter, area, stretch)
            self._paint_ruler(painter, area, stretch)

    def _paint_ruler(self, painter: QPainter, area: QRectF, stretch: Stretch) -> None:
        theme, advance = self.theme, painter.fontMetrics().horizontalAdvance
        frame_time = self._transport.frame_time
        last = str(round(stretch.end_s / frame_time))
        widest = advance(seconds_text(stretch.end_s)) + advance(last) + 4 * _LABEL_GAP
        ticks, step, decimals = time_ticks(stretch, max(_LABEL_SPACING, widest))
        minor = max(step / 5, frame_time)
        painter.setPen(QColor(theme.line))
        for n in range(int(stretch.start_s / minor), int(stretch.end_s / minor) + 1):
            x = round(float(stretch.to_x(n * minor))) + 0.5
            painter.drawLine(QPointF(x, RULER - 5), QPointF(x, RULER - 1))
        for tick in ticks:
            x = round(float(stretch.to_x(tick))) + 0.5
            painter.setPen(QColor(theme.faint))
            painter.drawLine(QPointF(x, RULER - 9), QPointF(x, RULER - 1))
            time, frame = seconds_text(tick, decimals), str(round(tick / frame_time))
            wide, wider = advance(time), advance(frame)
            for pen, text, begin, room in (
                (theme.muted, time, x + 4, wide),
                (theme.faint, frame, x + 4 + wide + _LABEL_GAP, wider),
            ):
                if begin + room < area.right():
                    painter.setPen(QColor(pen))
                    box = QRectF(begin, 0, room + 2, RULER - 6)
                    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(area.left(), RULER), QPointF(area.right(), RULER))

    def _paint_lanes(self, painter: QPainter, area: QRectF, stretch: Stretch) -> None:
        for lane, top, height in self._rows():
            row = QRectF(area.left(), top, area.width(), height)
            painter.save()
            painter.setClipRect(row)
            lane.paint(painter, row, stretch.to_x, self.theme)
            painter.restore()

    def _paint_range(self, painter: QPainter, area: QRectF, stretch: Stretch) -> None:
        theme = self.theme
        left, right = (float(stretch.to_x(edge)) for edge in self._range_s())
        if self._transport.range is not None:
            shade = QColor(theme.panel)
            shade.setAlphaF(0.72)
            for a, b in ((area.left(), left), (right, area.right())):
                if b > a:
                    painter.fillRect(QRectF(a, RULER + 1, b - a, area.height()), shade)
        color = QColor(theme.accent if self._transport.range is not None else theme.faint)
        painter.setClipRect(area.adjusted(-2, 0, 2, 0))
        band = QColor(color)
        band.setAlphaF(0.5)
        painter.fillRect(QRectF(left, RULER - 3, right - left, 3), band)
        painter.fillRect(QRectF(left - 1, RULER - 10, 3, 10), color)
        painter.fillRect(QRectF(right - 2, RULER - 10, 3, 10), color)
        painter.setClipping(False)

    def _range_s(self) -> tuple[float, float]:
        """Where the loop range begins and ends, seconds."""
        frame_time = self._transport.frame_time
        return self._transport.first * frame_time, (self._transport.last + 1) * frame_time

    def drag_at(self, at: QPointF) -> str:
        """What is under the pointer: an end of the loop range, "in" or "out", something that a
        "lane" holds, else the "head".
        """
        if self._lane_at(at) is not None:
            return "lane"
        if self._transport.driver or not RULER - 14 <= at.y() <= RULER + 3:
            return "head"
        left, right = (float(self.to_x(edge)) for edge in self._range_s())
        if abs(at.x() - right) <= _GRIP:
            return "out"
        return "in" if abs(at.x() - left) <= _GRIP else "head"

    def drag_begun(self, what: str, event: QMouseEvent) -> None:
        at, control = event.position(), Qt.KeyboardModifier.ControlModifier
        self._held = self._lane_at(at)
        if self._held is not None:
            adding = bool(event.modifiers() & control)
            self._held.press(self.to_time(at.x()), self._reach_s, adding)

    def drag_to(self, what: str, time_s: float) -> None:
        if what == "lane":
            if self._held is not None:
                self._held.drag(time_s)
            return
        edge = round(time_s / self._transport.frame_time)
        if what == "in":
            self.range_dragged.emit(min(edge, self._transport.last), self._transport.last)
        else:
            self.range_dragged.emit(self._transport.first, max(edge - 1, self._transport.first))

    def drag_done(self, what: str) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.release()

    @property
    def _reach_s(self) -> float:
        """How near the pointer must come to something."""
        return self.to_time(_GRIP) - self.to_time(0)

    def _row_at(self, at: QPointF) -> Lane | None:
        """The lane under the pointer."""
        if at.x() < self._gutter - _GRIP or not self._transport.frame_count:
            return None
        rows = self._rows()
        return next((lane for lane, top, tall in rows if 0 <= at.y() - top < tall), None)

    def _edge_at(self, at: QPointF) -> Lane | None:
        """The lane whose lower edge, at its name, is under the pointer."""
        if at.x() >= self._gutter - _GRIP or not self._transport.frame_count:
            return None
        near = ((abs(top + tall - at.y()), lane) for lane, top, tall in self._rows())
        away, lane = min(near, key=itemgetter(0), default=(_EDGE + 1, None))
        return lane if away <= _EDGE else None

    def _lane_at(self, at: QPointF) -> HeldLane | None:
        """The lane that holds something under the pointer."""
        lane = self._row_at(at)
        held = isinstance(lane, HeldLane) and lane.holds(self.to_time(at.x()), self._reach_s)
        return lane if isinstance(lane, HeldLane) and held else None

    def words_at(self, at: QPointF) -> str:
        """What is under the pointer, else what can be done here."""
        if at.x() < self._gutter - _GRIP and at.y() > RULER:
            return STRETCH
        lane, time_s = self._row_at(at), self.to_time(at.x())
        if isinstance(lane, HeldLane) and not lane.holds(time_s, self._reach_s):
            return self.toolTip()
        words = lane.words_at(time_s, self._reach_s) if isinstance(lane, ToldLane) else ""
        return words or self.toolTip()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.drags += 1
        edge = self._edge_at(event.position())
        if edge is not None and event.button() == Qt.MouseButton.LeftButton:
            self._stretched = (edge, event.position().y() - self.lane_height(edge))
        else:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._stretched = None
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        edge = self._edge_at(event.position())
        if edge is not None:
            self._heights.drag(edge, self._heights.usual(edge))
            self._take_heights()
        elif self._lane_at(event.position()) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._stretched is not None:
            lane, above = self._stretched
            self._heights.drag(lane, event.position().y() - above)
            self._take_heights()
            return
        if not event.buttons():
            self._show_grip(event.position())
        super().mouseMoveEvent(event)

    def _show_grip(self, at: QPointF) -> None:
        """The cursor tells what a drag from there would move."""
        if self._edge_at(at) is not None:
            self.setCursor(Qt.CursorShape.SizeVerCursor)
        elif self.drag_at(at) != "head":
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()

    def event(self, event: QEvent) -> bool:
        """A tooltip about what a lane holds, else the timeline's own."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What a lane offers under the pointer, else the actions of the timeline."""
        at = QPointF(event.pos())
        lane = self._lane_at(at)
        offered = lane.actions_at(self.to_time(at.x()), self._reach_s) if lane else ()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(offered) or self.actions())
        menu.popup(event.globalPos())
