"""The ruler and lanes of the timeline, with the playhead over them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPolygonF,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip

from viewer.studio.transport import Driver, Transport
from viewer.ui.theme import MARGIN, ThemeSwitch, mono_font
from viewer.ui.time_canvas import Stretch, TimeCanvas, clock_text, time_ticks
from viewer.ui.time_view import TimeView

from .lanes import HeldLane, Lane, ToldLane

GUTTER = 72
RULER = 28
SPAN_S = 30.0
"""How much of a long motion is shown around the playhead, unless someone chose otherwise."""
_HEAD = 6
_GRIP = 7
_LABEL_SPACING = 76
_LABEL = 44


class Track(TimeCanvas):
    """Drag to scrub, wheel to zoom, drag the range's ends and what lanes hold; double click
    shows all.
    """

    range_dragged = Signal(int, int)

    def __init__(self, transport: Transport, themes: ThemeSwitch) -> None:
        super().__init__(TimeView(SPAN_S), GUTTER, themes.current)
        self._transport = transport
        self._lanes: list[Lane] = []
        self._held: HeldLane | None = None
        self._driver: Driver | None = None
        self.drags = 0
        self._font = mono_font(-2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("Timeline")
        self.setToolTip(
            "Drag to scrub. Wheel zooms, Shift+wheel or Shift+drag pans, double click shows all.\n"
            "Drag the ends of the bright band to set the loop range."
        )
        themes.changed.connect(self.set_theme)
        transport.timing_changed.connect(self._take_timing)
        transport.range_changed.connect(self.refresh)
        transport.frame_changed.connect(self._go_along)
        self._take_timing()

    def add_lane(self, lane: Lane) -> None:
        self._lanes.append(lane)
        self.updateGeometry()
        self.refresh()

    def remove_lane(self, lane: Lane) -> None:
        self._lanes.remove(lane)
        if lane is self._held:
            self._held = None
        self.updateGeometry()
        self.refresh()

    def lane_top(self, lane: Lane) -> float:
        """Where the row of ``lane`` begins, pixels from the top."""
        above = self._lanes[: self._lanes.index(lane)]
        return RULER + 3.0 + sum(each.height for each in above)

    def sizeHint(self) -> QSize:
        return QSize(400, RULER + sum(lane.height for lane in self._lanes) + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

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
        y = RULER + 3.0
        for lane in self._lanes:
            title = QRectF(MARGIN, y, GUTTER - MARGIN - 8, lane.height)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(title, flags | Qt.TextFlag.TextDontClip, lane.title)
            y += lane.height

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
        theme = self.theme
        ticks, step, decimals = time_ticks(stretch, _LABEL_SPACING)
        minor = max(step / 5, self._transport.frame_time)
        painter.setPen(QColor(theme.line))
        for n in range(int(stretch.start_s / minor), int(stretch.end_s / minor) + 1):
            x = round(float(stretch.to_x(n * minor))) + 0.5
            painter.drawLine(QPointF(x, RULER - 5), QPointF(x, RULER - 1))
        for tick in ticks:
            x = round(float(stretch.to_x(tick))) + 0.5
            painter.setPen(QColor(theme.faint))
            painter.drawLine(QPointF(x, RULER - 9), QPointF(x, RULER - 1))
            painter.setPen(QColor(theme.muted))
            if x + _LABEL < area.right():
                text = QRectF(x + 4, 0, 80, RULER - 6)
                painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, clock_text(tick, decimals))
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(area.left(), RULER), QPointF(area.right(), RULER))

    def _paint_lanes(self, painter: QPainter, area: QRectF, stretch: Stretch) -> None:
        for lane in self._lanes:
            row = QRectF(area.left(), self.lane_top(lane), area.width(), lane.height)
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
        if at.x() < GUTTER - _GRIP or not self._transport.frame_count:
            return None
        rows = ((lane, at.y() - self.lane_top(lane)) for lane in self._lanes)
        return next((lane for lane, below in rows if 0 <= below < lane.height), None)

    def _lane_at(self, at: QPointF) -> HeldLane | None:
        """The lane that holds something under the pointer."""
        lane = self._row_at(at)
        held = isinstance(lane, HeldLane) and lane.holds(self.to_time(at.x()), self._reach_s)
        return lane if isinstance(lane, HeldLane) and held else None

    def words_at(self, at: QPointF) -> str:
        """What is under the pointer, else what can be done here."""
        lane, time_s = self._row_at(at), self.to_time(at.x())
        if isinstance(lane, HeldLane) and not lane.holds(time_s, self._reach_s):
            return self.toolTip()
        words = lane.words_at(time_s, self._reach_s) if isinstance(lane, ToldLane) else ""
        return words or self.toolTip()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.drags += 1
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._lane_at(event.position()) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not event.buttons():
            grip = self.drag_at(event.position()) != "head"
            self.setCursor(Qt.CursorShape.SizeHorCursor) if grip else self.unsetCursor()
        super().mouseMoveEvent(event)

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
