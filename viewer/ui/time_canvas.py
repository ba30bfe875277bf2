"""A widget over time: content painted ahead and scrolled past under a playhead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from .pixels import blank
from .theme import MARGIN, Theme
from .time_view import TimeView

STEPS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
AHEAD = 0.5
"""How much is painted before and behind the window, as a part of it, while it scrolls."""


@dataclass(frozen=True)
class Stretch:
    """Content painted from ``start_s`` on, at ``scale`` logical pixels a second."""

    pixels: QPixmap
    start_s: float
    scale: float

    @property
    def width(self) -> float:
        return self.pixels.deviceIndependentSize().width()

    @property
    def end_s(self) -> float:
        return self.start_s + self.width / self.scale

    def to_x(self, time_s):  # type: ignore[no-untyped-def]
        """Seconds to logical pixels of the picture, for one time or an array of them."""
        return (time_s - self.start_s) * self.scale


class TimeCanvas(QWidget):
    """Left drag or click seeks, wheel zooms, middle or Shift drag pans, double click shows all.

    What stays at the left and what scrolls are kept as pixels. A playhead that moves over them
    costs two narrow strips, or one copy of the window where that scrolls along.
    """

    scrub_started = Signal()
    scrubbed = Signal(float)
    scrub_finished = Signal()

    def __init__(self, view: TimeView, gutter: int, theme: Theme) -> None:
        super().__init__()
        self.view, self._gutter, self._theme = view, gutter, theme
        view.setParent(self)
        self._margin: QPixmap | None = None
        self._stretch: Stretch | None = None
        self._drag = ""
        self._pointer = QPointF()
        self._head = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        view.changed.connect(self.update)

    @property
    def theme(self) -> Theme:
        """The colours to paint with."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.refresh()

    def paint_margin(self, painter: QPainter) -> None:
        """Paint what stays: titles at the left."""
        raise NotImplementedError

    def paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        """Paint what scrolls: all of ``stretch``, whose pixels are filled with the panel's."""
        raise NotImplementedError

    def paint_head(self, painter: QPainter, x: float) -> None:
        """Paint the playhead."""
        raise NotImplementedError

    def head_half(self) -> int:
        """How far the playhead reaches to either side, pixels."""
        raise NotImplementedError

    @property
    def area(self) -> QRectF:
        """Where time is shown."""
        return QRectF(self._gutter, 0, max(self.width() - self._gutter - MARGIN, 1), self.height())

    @property
    def head_s(self) -> float:
        """Where the playhead is painted, seconds."""
        return self.view.time_s

    def to_x(self, time_s):  # type: ignore[no-untyped-def]
        """Seconds to pixels of the widget, for one time or an array of them."""
        return self._gutter + (time_s - self.view.start_s) * self._scale

    def to_time(self, x: float) -> float:
        """Pixels of the widget to seconds."""
        return self.view.start_s + (x - self._gutter) / self._scale

    def refresh(self) -> None:
        """Paint everything anew."""
        self._margin = self._stretch = None
        self.update()

    def show_time(self, time_s: float) -> None:
        """Move the playhead, and the window with it."""
        self.view.show(time_s)
        self.update(self._head)
        self.update(self._head_area())

    @property
    def _scale(self) -> float:
        return self.area.width() / self.view.shown_s

    def _head_area(self) -> QRect:
        half = self.head_half() + 2
        return QRect(int(self.to_x(self.head_s)) - half, 0, 2 * half + 1, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        area = self.area
        if self._margin is None:
            self._margin = self._paint_margin()
        stretch = self._stretch
        if stretch is None or not self._covers(stretch):
            stretch = self._stretch = self._paint_stretch()
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._margin)
        ratio = self.devicePixelRatioF()
        skip = round((self.view.start_s - stretch.start_s) * stretch.scale * ratio)
        source = QRectF(skip, 0, area.width() * ratio, area.height() * ratio)
        painter.drawPixmap(area, stretch.pixels, source)
        self._head = self._head_area()
        x = float(self.to_x(self.head_s))
        if area.left() - 1 <= x <= self.width():
            self.paint_head(painter, x)
        if self.hasFocus():
            painter.setPen(QColor(self.theme.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _covers(self, stretch: Stretch) -> bool:
        """Whether all that is to be seen has been painted, as large as it is now."""
        view, slack = self.view, 0.5 / self._scale
        return (
            stretch.scale == self._scale
            and stretch.start_s <= view.start_s + slack
            and stretch.end_s >= view.end_s - slack
            and stretch.pixels.devicePixelRatio() == self.devicePixelRatioF()
        )

    def _paint_margin(self) -> QPixmap:
        pixmap = blank(self.size(), self.devicePixelRatioF(), QColor(self.theme.panel))
        painter = QPainter(pixmap)
        self.paint_margin(painter)
        painter.end()
        return pixmap

    def _paint_stretch(self) -> Stretch:
        view = self.view
        ahead = 0.0 if view.mode == "fit" else AHEAD * view.shown_s
        start_s = max(view.start_s - ahead, 0.0)
        end_s = max(min(view.end_s + ahead, view.length_s), view.end_s)
        width = int(np.ceil((end_s - start_s) * self._scale)) + 1
        size = QSize(width, self.height())
        pixmap = blank(size, self.devicePixelRatioF(), QColor(self.theme.panel))
        stretch = Stretch(pixmap, start_s, self._scale)
        painter = QPainter(pixmap)
        self.paint_stretch(painter, stretch)
        painter.end()
        return stretch

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.view.length_s:
            return
        self._pointer = event.position()
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and shift):
            self._drag = "pan"
        elif left:
            self._drag = self.drag_at(event.position())
            self.view.hold()
            if self._drag == "head":
                self.scrub_started.emit()
            else:
                self.drag_begun(self._drag, event)
            self.mouseMoveEvent(event)

    def drag_at(self, at: QPointF) -> str:
        """What a drag that begins there moves: "head", or something of the subclass."""
        return "head"

    def drag_begun(self, what: str, event: QMouseEvent) -> None:
        """``what`` of the subclass was pressed."""

    def drag_to(self, what: str, time_s: float) -> None:
        """Drag ``what`` of the subclass to a time."""

    def drag_done(self, what: str) -> None:
        """``what`` of the subclass was let go."""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        moved = event.position().x() - self._pointer.x()
        self._pointer = event.position()
        if self._drag == "pan":
            self.view.pan(-moved / self._scale)
        elif self._drag:
            time_s = self.to_time(event.position().x())
            if self._drag == "head":
                self.scrubbed.emit(min(max(time_s, 0.0), self.view.length_s))
            else:
                self.drag_to(self._drag, time_s)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag == "head":
            self.scrub_finished.emit()
        if self._drag not in ("", "pan"):
            self.view.let_go()
        drag, self._drag = self._drag, ""
        if drag not in ("", "pan", "head"):
            self.drag_done(drag)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.view.set_mode("fit")

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        sideways = delta.x() or (
            delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0
        )
        if sideways:
            self.view.pan(-sideways / 1200 * self.view.shown_s)
        else:
            self.view.zoom(1.0015 ** delta.y(), self.to_time(event.position().x()))
        event.accept()


def clock_text(time_s: float, decimals: int = 2) -> str:
    """``75.5`` as ``1:15.50``."""
    unit = 10**decimals
    whole, part = divmod(round(time_s * unit), unit)
    minutes, seconds = divmod(whole, 60)
    return f"{minutes}:{seconds:02d}" + (f".{part:0{decimals}d}" if decimals else "")


def seconds_text(time_s: float, decimals: int = 2) -> str:
    """``2.5`` as ``2.50 s``; from a minute on as ``1:02.50``."""
    return f"{time_s + 0.0:.{decimals}f} s" if time_s < 59.995 else clock_text(time_s, decimals)


def time_ticks(stretch: Stretch, spacing: float) -> tuple[np.ndarray, float, int]:
    """Times to label, at least ``spacing`` pixels apart, their step, and how many decimals."""
    step = next((s for s in STEPS_S if s * stretch.scale >= spacing), STEPS_S[-1])
    decimals = 0 if step >= 1 else (1 if step >= 0.1 else 2)
    first, last = np.ceil(stretch.start_s / step - 1e-9), np.floor(stretch.end_s / step + 1e-9)
    return np.arange(first, last + 1) * step, step, decimals
