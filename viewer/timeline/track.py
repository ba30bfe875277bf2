"""The ruler and lanes of the timeline, with the playhead over them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.studio.transport import Transport
from viewer.ui.pixels import blank
from viewer.ui.theme import MARGIN, ThemeSwitch, mono_font

from .lanes import Lane

GUTTER = 72
RULER = 28
_HEAD = 6
_GRIP = 7
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_LABEL_SPACING = 76
_MIN_SPAN_S = 0.2


def clock_text(time_s: float, decimals: int = 2) -> str:
    """``75.5`` as ``1:15.50``."""
    unit = 10**decimals
    whole, part = divmod(round(time_s * unit), unit)
    minutes, seconds = divmod(whole, 60)
    return f"{minutes}:{seconds:02d}" + (f".{part:0{decimals}d}" if decimals else "")


class Track(QWidget):
    """Drag to scrub, wheel to zoom, drag the range's ends; double click shows all.

    Ruler, range and lanes are painted once into a pixmap; moving the playhead
    copies two narrow strips of it.
    """

    scrub_started = Signal()
    scrubbed = Signal(float)
    scrub_finished = Signal()
    range_dragged = Signal(int, int)

    def __init__(self, transport: Transport, themes: ThemeSwitch) -> None:
        super().__init__()
        self._transport, self._themes = transport, themes
        self._lanes: list[Lane] = []
        self._start_s, self._span_s = 0.0, 1.0
        self._background: QPixmap | None = None
        self._head_x = 0.0
        self._drag: str = ""
        self.drags = 0
        self._font = mono_font(-2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Timeline")
        self.setToolTip(
            "Drag to scrub. Wheel zooms, Shift+wheel pans, double click shows all.\n"
            "Drag the ends of the bright band to set the loop range."
        )
        themes.changed.connect(self.refresh)
        transport.timing_changed.connect(self.show_all)
        transport.range_changed.connect(self.refresh)
        transport.frame_changed.connect(self._follow)

    def add_lane(self, lane: Lane) -> None:
        self._lanes.append(lane)
        self.updateGeometry()
        self.refresh()

    def remove_lane(self, lane: Lane) -> None:
        self._lanes.remove(lane)
        self.updateGeometry()
        self.refresh()

    def refresh(self) -> None:
        """Paint the background anew."""
        self._background = None
        self._head_x = self._frame_x(self._transport.frame)
        self.update()

    def show_all(self) -> None:
        self._start_s = 0.0
        self._span_s = max(self._length_s, _MIN_SPAN_S)
        self.refresh()

    def zoom(self, factor: float, at_s: float) -> None:
        """Enlarge by ``factor`` about a time."""
        longest = max(self._length_s, _MIN_SPAN_S)
        span = min(max(self._span_s / factor, _MIN_SPAN_S), longest)
        self._start_s = at_s - (at_s - self._start_s) * span / self._span_s
        self._span_s = span
        self._clamp()

    def to_x(self, time_s):  # type: ignore[no-untyped-def]
        """Seconds to widget pixels; see lanes.TimeScale."""
        return GUTTER + (time_s - self._start_s) / self._span_s * self._width

    def to_time(self, x: float) -> float:
        return self._start_s + (x - GUTTER) / self._width * self._span_s

    def sizeHint(self) -> QSize:
        return QSize(400, RULER + sum(lane.height for lane in self._lanes) + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    @property
    def _width(self) -> float:
        return max(self.width() - GUTTER - MARGIN, 1.0)

    @property
    def _length_s(self) -> float:
        return self._transport.span * self._transport.frame_time

    def _frame_x(self, frame: int) -> float:
        return float(self.to_x((frame + 0.5) * self._transport.frame_time))

    def _clamp(self) -> None:
        longest = max(self._length_s, _MIN_SPAN_S)
        self._start_s = min(max(self._start_s, 0.0), max(longest - self._span_s, 0.0))
        self.refresh()

    def _follow(self, frame: int) -> None:
        time_s = frame * self._transport.frame_time
        if not self._drag and not self._start_s <= time_s < self._start_s + self._span_s:
            self._start_s = time_s if self._transport.speed > 0 else time_s - self._span_s
            self._clamp()
            return
        x = self._frame_x(frame)
        for at in (self._head_x, x):
            self.update(QRect(int(at) - _HEAD - 2, 0, 2 * _HEAD + 5, self.height()))
        self._head_x = x

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._background is None:
            self._background = self._paint_background()
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._background)
        if self._transport.frame_count and GUTTER - 1 <= self._head_x <= self.width():
            self._paint_head(painter)

    def _paint_head(self, painter: QPainter) -> None:
        theme = self._themes.current
        x = round(self._head_x) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.accent))
        painter.drawLine(QPointF(x, 2), QPointF(x, self.height() - 2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        top, low = 2, 2 + _HEAD
        head = [(-_HEAD + 1, top), (_HEAD - 1, top), (_HEAD - 1, low), (0, low + 5)]
        head.append((-_HEAD + 1, low))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y) for dx, y in head]))

    def _paint_background(self) -> QPixmap:
        theme = self._themes.current
        pixmap = blank(self.size(), self.devicePixelRatioF(), QColor(theme.panel))
        painter = QPainter(pixmap)
        painter.setFont(self._font)
        area = QRectF(GUTTER, 0, self._width, self.height() - 4)
        painter.fillRect(area, QColor(theme.field))
        if self._transport.frame_count:
            self._paint_lanes(painter, area)
            if self._transport.driver is None:
                self._paint_range(painter, area)
            self._paint_ruler(painter, area)
        painter.end()
        return pixmap

    def _paint_ruler(self, painter: QPainter, area: QRectF) -> None:
        theme = self._themes.current
        pixels_per_s = area.width() / self._span_s
        step = next((s for s in _STEPS if s * pixels_per_s >= _LABEL_SPACING), _STEPS[-1])
        decimals = 0 if step >= 1 else (1 if step >= 0.1 else 2)
        minor = max(step / 5, self._transport.frame_time)
        low, high = self._start_s, self._start_s + self._span_s
        painter.setPen(QColor(theme.line))
        for n in range(int(np.ceil(low / minor)), int(high / minor) + 1):
            x = round(float(self.to_x(n * minor))) + 0.5
            painter.drawLine(QPointF(x, RULER - 5), QPointF(x, RULER - 1))
        for n in range(int(np.ceil(low / step - 1e-9)), int(high / step + 1e-9) + 1):
            x = round(float(self.to_x(n * step))) + 0.5
            painter.setPen(QColor(theme.faint))
            painter.drawLine(QPointF(x, RULER - 9), QPointF(x, RULER - 1))
            painter.setPen(QColor(theme.muted))
            if x + 44 < area.right():
                text = QRectF(x + 4, 0, 80, RULER - 6)
                painter.drawText(
                    text, Qt.AlignmentFlag.AlignVCenter, clock_text(n * step, decimals)
                )
        painter.setPen(QColor(theme.line))
        painter.drawLine(QPointF(area.left(), RULER), QPointF(area.right(), RULER))

    def _paint_lanes(self, painter: QPainter, area: QRectF) -> None:
        theme = self._themes.current
        y = RULER + 3.0
        for lane in self._lanes:
            row = QRectF(area.left(), y, area.width(), lane.height)
            painter.setPen(QColor(theme.muted))
            title = QRectF(MARGIN, y, GUTTER - MARGIN - 8, lane.height)
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(title, flags | Qt.TextFlag.TextDontClip, lane.title)
            painter.save()
            painter.setClipRect(row)
            lane.paint(painter, row, self.to_x, theme)
            painter.restore()
            y += lane.height

    def _paint_range(self, painter: QPainter, area: QRectF) -> None:
        theme = self._themes.current
        left, right = self._range_x()
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

    def _range_x(self) -> tuple[float, float]:
        frame_time = self._transport.frame_time
        left = float(self.to_x(self._transport.first * frame_time))
        return left, float(self.to_x((self._transport.last + 1) * frame_time))

    def _grip_at(self, at: QPointF) -> str:
        """Which end of the loop range lies under the pointer, or "" for none."""
        if self._transport.driver or not RULER - 14 <= at.y() <= RULER + 3:
            return ""
        left, right = self._range_x()
        if abs(at.x() - right) <= _GRIP:
            return "out"
        return "in" if abs(at.x() - left) <= _GRIP else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._transport.frame_count:
            return
        self._drag = self._grip_at(event.position()) or "head"
        self.drags += 1
        if self._drag == "head":
            self.scrub_started.emit()
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._drag:
            shape = Qt.CursorShape.SizeHorCursor if self._grip_at(event.position()) else None
            self.setCursor(shape) if shape else self.unsetCursor()
            return
        time_s = self.to_time(event.position().x())
        if self._drag == "head":
            self.scrubbed.emit(time_s)
            return
        edge = round(time_s / self._transport.frame_time)
        if self._drag == "in":
            self.range_dragged.emit(min(edge, self._transport.last), self._transport.last)
        else:
            self.range_dragged.emit(self._transport.first, max(edge - 1, self._transport.first))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag == "head":
            self.scrub_finished.emit()
        self._drag = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.show_all()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        sideways = delta.x() or (
            delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        )
        if sideways:
            self._start_s -= sideways / 1200 * self._span_s
            self._clamp()
        else:
            self.zoom(1.0015 ** delta.y(), self.to_time(event.position().x()))
        event.accept()
