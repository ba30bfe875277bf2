"""The map itself: tiles, times along two edges, playhead and crosshair over them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLineF, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.model.language import tr
from viewer.ui.pixels import blank, pixel_size
from viewer.ui.theme import Theme, mono_font
from viewer.ui.time_canvas import STEPS_S

from .making import TileMaker
from .tiles import Pair, Tile, in_sight, place, whole
from .view import MapView

GUTTER, TOP, EDGE = 46, 22, 6
_TICK_PIXELS = (34, 52)
"""Between labels, downwards and to the right."""
_NEAR = 8
_CLICK = 4
_HALF = 2


class DistanceCanvas(QWidget):
    """A downwards and B to the right; wheel zooms, a drag pans, double click shows all.

    ``jumped``: frames of A and B were clicked, and whether both are to be shown; ``loop_chosen``:
    the mark of a loop was; ``pointed``: the pointer is over such frames, or None.
    """

    jumped = Signal(int, int, bool)
    loop_chosen = Signal(int)
    pointed = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(tr("Distance map"))
        self.setToolTip(
            tr(
                "How far frames are apart in the phase plane: what stands out is alike.\nClick to "
                "jump to the frame at the left edge, Ctrl+click to see both frames on stage, "
                "wheel to zoom, drag to pan, double-click to see all."
            )
        )
        self.setMouseTracking(True)
        self.setMinimumSize(160, 160)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.maker = TileMaker(self)
        self.maker.made.connect(self._refresh)
        self.pair: Pair | None = None
        self.view = MapView()
        self._theme = theme
        self._measure()
        self._still: QPixmap | None = None
        self._heads: tuple[float | None, float | None] = (None, None)
        self._marks: tuple[tuple[int, int], ...] = ()
        self._pointer: QPointF | None = None
        self._pressed: QPointF | None = None
        self._panning = False

    def sizeHint(self) -> QSize:
        return QSize(300, 300)

    def _measure(self) -> None:
        self._font = mono_font(-2)
        metrics = QFontMetrics(self._font)
        self._gutter = max(GUTTER, metrics.horizontalAdvance("888.8") + 10)
        self._top = max(TOP, metrics.height() + 10)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``, and room for its letters."""
        self._theme = theme
        self._measure()
        self.maker.show(self.pair, theme.name)
        self._refresh()

    def set_pair(self, pair: Pair | None, growing: bool = False) -> None:
        """Show distances of ``pair``; None for none. growing: of the same motions as before."""
        before, self.pair = self.pair, pair
        self.maker.show(pair, self._theme.name, growing)
        if pair is not None:
            shortest = min(pair.a.frame_time, pair.b.frame_time)
            view = self.view if growing and before else MapView()
            self.view = MapView(
                pair.length_s, view.size, shortest, view.start_s, view.scale, view.fitted
            ).resized(self._room)
        if not growing:
            self._pointer = None
        self._refresh()

    def set_heads(self, down_s: float | None, across_s: float | None) -> None:
        """The playhead at these times of A and B, in the middle of their frames."""
        if (down_s, across_s) == self._heads:
            return
        for area in self._head_areas():
            self.update(area)
        self._heads = (down_s, across_s)
        for area in self._head_areas():
            self.update(area)

    def set_marks(self, marks: Sequence[tuple[int, int]]) -> None:
        """Pairs of frames, of A and B, that are offered."""
        self._marks = tuple(marks)
        self._refresh()

    def set_view(self, view: MapView) -> None:
        """Look at another part of it."""
        if view != self.view:
            self.view = view
            self._refresh()

    def zoom(self, factor: float) -> None:
        """Enlarge about the middle."""
        self.set_view(self.view.zoom(factor, (self.area.height() / 2, self.area.width() / 2)))

    @property
    def area(self) -> QRectF:
        """Where the map is drawn."""
        wide, high = self.width() - self._gutter - EDGE, self.height() - self._top - EDGE
        return QRectF(self._gutter, self._top, max(wide, 1), max(high, 1))

    @property
    def _seen(self) -> QRectF:
        """What of the area the map covers."""
        high, wide = (self.view.pixel(axis, self.view.length_s[axis]) for axis in (0, 1))
        corner = QPointF(wide, high)
        return self.area.intersected(QRectF(self.area.topLeft(), self.area.topLeft() + corner))

    def to_point(self, row: int, column: int) -> QPointF:
        """The middle of the cell of these frames, in the widget."""
        assert self.pair is not None
        y = self.view.pixel(0, (row + 0.5) * self.pair.a.frame_time)
        x = self.view.pixel(1, (column + 0.5) * self.pair.b.frame_time)
        return self.area.topLeft() + QPointF(x, y)

    def frames_at(self, at: QPointF) -> tuple[int, int] | None:
        """The frames of A and B at a point of the widget."""
        if self.pair is None or not self.area.contains(at):
            return None
        inside = at - self.area.topLeft()
        return self.pair.frames_at(self.view, inside.y(), inside.x())

    def settled(self) -> bool:
        """Whether all tiles in sight are there."""
        return self.pair is not None and not self._missing()

    @property
    def _room(self) -> tuple[float, float]:
        return self.area.height(), self.area.width()

    def _refresh(self) -> None:
        self._still = None
        self.update()

    def _missing(self) -> list[Tile]:
        assert self.pair is not None
        tiles = [whole(self.pair), *in_sight(self.pair, self.view, self.devicePixelRatioF())]
        return [at for at in tiles if self.maker.kept.get(at) is None]

    def _head_areas(self) -> list[QRect]:
        found, area = [], self.area.toRect()
        down, across = self._heads
        if down is not None:
            y = round(self.area.top() + self.view.pixel(0, down))
            found.append(QRect(area.left(), y - _HALF, area.width() + 1, 2 * _HALF + 1))
        if across is not None:
            x = round(self.area.left() + self.view.pixel(1, across))
            found.append(QRect(x - _HALF, area.top(), 2 * _HALF + 1, area.height() + 1))
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._still is None or self._still.size() != pixel_size(self):
            self._still = self._paint_still()
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, self._still)
        if self.pair is None:
            return
        painter.setClipRect(self._seen, Qt.ClipOperation.IntersectClip)
        painter.setPen(QPen(QColor(self._theme.text), 1))
        painter.drawLines(self._cross(*self._heads))
        if self._pointer is not None and self.frames_at(self._pointer):
            shade = QColor(self._theme.text)
            shade.setAlphaF(0.55)
            painter.setPen(QPen(shade, 1, Qt.PenStyle.DashLine))
            inside = self._pointer - self.area.topLeft()
            times = (self.view.time(0, inside.y()), self.view.time(1, inside.x()))
            painter.drawLines(self._cross(*times))

    def _cross(self, down_s: float | None, across_s: float | None) -> list[QLineF]:
        """Lines across the area at a time of A and one of B."""
        lines, area = [], self.area
        if down_s is not None:
            y = round(area.top() + self.view.pixel(0, down_s)) + 0.5
            lines.append(QLineF(area.left(), y, area.right(), y))
        if across_s is not None:
            x = round(area.left() + self.view.pixel(1, across_s)) + 0.5
            lines.append(QLineF(x, area.top(), x, area.bottom()))
        return lines

    def _paint_still(self) -> QPixmap:
        theme = self._theme
        pixmap = blank(self.size(), self.devicePixelRatioF(), QColor(theme.panel))
        painter = QPainter(pixmap)
        painter.setFont(self._font)
        if (pair := self.pair) is not None:
            area = self.area
            painter.save()
            painter.setClipRect(self._seen)
            painter.fillRect(self._seen, QColor(theme.field))
            painter.translate(area.topLeft())
            for at in (whole(pair), *in_sight(pair, self.view, self.devicePixelRatioF())):
                picture = self.maker.picture(at)
                if picture is not None:
                    painter.drawImage(QRectF(*place(pair, self.view, at)), picture)
            painter.restore()
            missing = self._missing()
            self.maker.ask(missing)
            if not missing:
                self.maker.forget_before()
            self._paint_marks(painter)
            self._paint_times(painter, 0)
            self._paint_times(painter, 1)
        painter.end()
        return pixmap

    def _paint_marks(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.area)
        for number, (row, column) in enumerate(self._marks):
            at = self.to_point(row, column)
            painter.setBrush(QColor(self._theme.panel))
            painter.setPen(QPen(QColor(self._theme.text), 1.4))
            painter.drawEllipse(at, 7, 7)
            box = QRectF(at.x() - 8, at.y() - 8, 16, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(number + 1))
        painter.setClipping(False)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_times(self, painter: QPainter, axis: int) -> None:
        """Seconds along the left edge, downwards, or along the top."""
        area, view, metrics = self.area, self.view, QFontMetrics(self._font)
        step = next((s for s in STEPS_S if s * view.scale >= _TICK_PIXELS[axis]), STEPS_S[-1])
        decimals = 0 if step >= 1 else (1 if step >= 0.1 else 2)
        first = max(0, int(-(-view.start_s[axis] // step)))
        last = int(min(view.time(axis, view.size[axis]), view.length_s[axis]) / step)
        painter.setPen(QColor(self._theme.muted))
        for number in range(first, last + 1):
            at, words = view.pixel(axis, number * step), f"{number * step:.{decimals}f}"
            if axis == 0:
                y = area.top() + at
                painter.drawLine(QPointF(area.left() - 4, y), QPointF(area.left() - 1, y))
                box = QRectF(0, y - metrics.height() / 2, self._gutter - 7, metrics.height())
                painter.drawText(box, Qt.AlignmentFlag.AlignRight, words)
            else:
                x = area.left() + at
                painter.drawLine(QPointF(x, area.top() - 4), QPointF(x, area.top() - 1))
                wide = metrics.horizontalAdvance(words)
                left = min(x - wide / 2, self.width() - wide - 1)
                painter.drawText(QPointF(left, area.top() - 6), words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setMaximumHeight(max(self.width() - self._gutter - EDGE, 1) + self._top + EDGE)
        self.view = self.view.resized(self._room)
        self._refresh()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._panning = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is not None:
            moved = at - self._pressed
            if self._panning or moved.manhattanLength() > _CLICK:
                self._panning, self._pressed = True, at
                self.set_view(self.view.pan((moved.y(), moved.x())))
        self._pointer = at
        self.pointed.emit(self.frames_at(at))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked = self._pressed is not None and not self._panning
        self._pressed, self._panning = None, False
        frames = self.frames_at(event.position())
        if not clicked or frames is None or event.button() != Qt.MouseButton.LeftButton:
            return
        for number, mark in enumerate(self._marks):
            if (self.to_point(*mark) - event.position()).manhattanLength() <= _NEAR:
                self.loop_chosen.emit(number)
                return
        both = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.jumped.emit(*frames, both)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.set_view(self.view.fit())

    def wheelEvent(self, event: QWheelEvent) -> None:
        inside = event.position() - self.area.topLeft()
        factor = 1.0015 ** event.angleDelta().y()
        self.set_view(self.view.zoom(factor, (inside.y(), inside.x())))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.pointed.emit(None)
        self.update()
