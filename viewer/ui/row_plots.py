"""Rows of curves on one time axis, with a playhead that seeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy

from viewer.model.curves import nice_ticks
from viewer.model.language import tr

from .pixels import blank
from .plotting import pen
from .row_painting import paint_row, paint_spans, shade, to_y
from .rows import Row, Spans
from .theme import Theme, mono_font
from .time_canvas import Stretch, TimeCanvas, time_ticks
from .time_view import TimeView

SPAN_S = 6.0
"""How much is shown around the playhead, unless someone chose otherwise."""
KEY_STEP_S = 0.1
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
GUTTER, _BESIDE = 40, 5
LEAST_HEIGHT = 30
"""Of a row whose height is 1, pixels."""
_EMPTY = 120
_TOP, _GAP = 6, 5
_LABEL_SPACING = 44
_LINES, _THREE_LINES = 3, 3.6
"""A row is as high as so many lines; as high as that, and three values can be labelled."""
_PAD = 5


@dataclass(frozen=True, eq=False)
class Drawn:
    """Rows of ``frames`` frames each, one every ``frame_time`` seconds, and what is wrong."""

    rows: tuple[Row, ...] = ()
    frames: int = 0
    frame_time: float = 1.0
    spans: Spans | None = None


class RowPlots(TimeCanvas):
    """Draws rows under each other.

    Drag or click seeks, the wheel zooms in time, Left and Right step.
    """

    own_keys = frozenset(_STEPS)

    def __init__(self, theme: Theme) -> None:
        super().__init__(TimeView(SPAN_S), GUTTER, theme)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._drawn = Drawn()
        self._measure()
        self._boxes: dict[str, QRectF] = {}
        self._chips: list[tuple[Row, QRectF]] = []
        """Where the titles stand that are over their rows."""
        self._titles: QPixmap | None = None
        self._fit_height()

    def sizeHint(self) -> QSize:
        return QSize(280, self.minimumHeight())

    def set_theme(self, theme: Theme) -> None:
        self._measure()
        self._fit_height()
        super().set_theme(theme)

    def _measure(self) -> None:
        """Values have room at the left, however large the letters are."""
        self._font = mono_font(-2)
        metrics = QFontMetrics(self._font)
        self._line = metrics.height()
        self._gutter = max(GUTTER, metrics.horizontalAdvance("-888.8") + _BESIDE)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Those that are drawn, from the top."""
        return self._drawn.rows

    def draw(self, drawn: Drawn) -> None:
        """Draw other rows."""
        self._drawn = drawn
        self._fit_height()
        self.refresh()

    def row_rect(self, name: str) -> QRectF:
        """Where a row that is shown is drawn."""
        return self._boxes[name]

    def value_y(self, name: str, value):  # type: ignore[no-untyped-def]
        """The height of a row's value in pixels, for one or an array of them."""
        row = next(row for row in self.rows if row.name == name)
        return to_y(row, self.row_rect(name), value)

    @property
    def frame_time(self) -> float:
        """Seconds from frame to frame of what is drawn."""
        return self._drawn.frame_time

    def frame_at(self, x: float) -> int:
        """The frame nearest to a pixel."""
        return min(max(self._frame(x), 0), max(self._drawn.frames - 1, 0))

    def frame_under(self, x: float) -> int | None:
        """The frame at a pixel; None where there is none."""
        frame = self._frame(x)
        return frame if 0 <= frame < self._drawn.frames else None

    def _frame(self, x: float) -> int:
        return round(float(self.to_time(x)) / self._drawn.frame_time)

    def refresh(self) -> None:
        self._boxes, self._chips, self._titles = self._place_rows(), [], None
        width = QFontMetrics(self._font).horizontalAdvance
        for row in self.rows:
            if row.kind != "bars":
                corner = self._boxes[row.name].topLeft() + QPointF(1, 1)
                size = QSizeF(width(row.title) + 8, self._line)
                self._chips.append((row, QRectF(corner, size)))
        super().refresh()

    def _place_rows(self) -> dict[str, QRectF]:
        """Where each row is drawn."""
        area, rows = self.area, self.rows
        spare = area.height() - _TOP - self._line - 8 - max(len(rows) - 1, 0) * _GAP
        unit = spare / max(sum(row.height for row in rows), 1.0)
        boxes, top = {}, float(_TOP)
        for row in rows:
            boxes[row.name] = QRectF(area.left(), top, area.width(), row.height * unit)
            top += row.height * unit + _GAP
        return boxes

    def _fit_height(self) -> None:
        rows = self.rows
        least = max(LEAST_HEIGHT, _LINES * self._line)
        heights = sum(row.height * least for row in rows) + max(len(rows) - 1, 0) * _GAP
        self.setMinimumHeight(int(_TOP + heights + self._line + 8) if rows else _EMPTY)

    def head_half(self) -> int:
        return 1

    def paint_head(self, painter: QPainter, x: float) -> None:
        painter.setPen(pen(self._theme.text))
        for box in self._boxes.values():
            if box.left() - 1 <= x <= box.right() + 1:
                at = min(max(int(x), int(box.left())), int(box.right()) - 1) + 0.5
                painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setClipRegion(event.region())
        if self._titles is None:
            self._titles = self._painted_titles()
        painter.drawPixmap(0, 0, self._titles)
        painter.setFont(self._font)
        if self._boxes and self._drawn.frames:
            self.paint_over(painter)

    def paint_over(self, painter: QPainter) -> None:
        """Paint what is over the rows and moves with the pointer."""

    def paint_values(self, painter: QPainter, frame: int) -> None:
        """A line at ``frame``, and beside it what each row says there."""
        theme, time_s, full = self._theme, frame * self._drawn.frame_time, self.rows_rect
        x = round(float(self.to_x(time_s))) + 0.5
        painter.setPen(QPen(QColor(theme.accent), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, full.top()), QPointF(x, full.bottom()))
        for row in self.rows:
            if told := row.told(frame):
                ink = shade(theme, row.lines[0].color)
                paint_chip(painter, theme, told, x, self._boxes[row.name].center().y(), full, ink)
        line = painter.fontMetrics().height()
        text, below = (
            tr("{time_s:.3f} s  frame {frame}", time_s=time_s, frame=frame),
            full.bottom() + 3 + line / 2,
        )
        paint_chip(painter, theme, text, x, below, full, QColor(theme.accent), middle=True)

    @property
    def rows_rect(self) -> QRectF:
        """From the top of the first row to the bottom of the last."""
        area, boxes = self.area, self._boxes.values()
        top, bottom = min(box.top() for box in boxes), max(box.bottom() for box in boxes)
        return QRectF(area.left(), top, area.width(), bottom - top)

    def _painted_titles(self) -> QPixmap:
        """All titles over nothing; kept, as they are painted whenever the playhead moves."""
        pixels = blank(self.size(), self.devicePixelRatioF())
        painter = QPainter(pixels)
        painter.setFont(self._font)
        ground, theme = QColor(self._theme.field), self._theme
        ground.setAlphaF(0.75)
        for row, chip in self._chips:
            painter.fillRect(chip, ground)
            painter.setPen(QColor(theme.muted))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, row.title)
            if row.note:
                painter.setPen(QColor(theme.faint))
                painter.drawText(self._boxes[row.name], Qt.AlignmentFlag.AlignCenter, row.note)
        painter.end()
        return pixels

    def paint_margin(self, painter: QPainter) -> None:
        theme = self._theme
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        line, flags = self._line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        boxes, bottom = self._boxes, 0.0
        for row in self.rows:
            box = boxes[row.name]
            bottom = box.bottom()
            if row.kind == "bars":
                label = QRectF(0, box.top(), self._gutter - _BESIDE, box.height())
                painter.drawText(label, flags, row.title)
                continue
            for value in _ticks(row, box, self._line):
                y = float(to_y(row, box, value))
                y = min(max(y, box.top() + line / 2 - 1), box.bottom() - line / 2 + 1)
                label = QRectF(0, y - line / 2, self._gutter - _BESIDE, line)
                painter.drawText(label, flags, f"{value:g}")
        if boxes:
            painter.drawText(QRectF(0, bottom + 4, self._gutter - _BESIDE, line), flags, "t (s)")

    def paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        painter.setFont(self._font)
        ticks, _, decimals = time_ticks(stretch, _LABEL_SPACING)
        placed = {
            name: QRectF(0, box.top(), stretch.width, box.height())
            for name, box in self._boxes.items()
        }
        for row in self.rows:
            self._paint_ground(painter, stretch, placed[row.name], row, ticks)
        if not self._drawn.frames:
            return
        frame_time, boxes = self._drawn.frame_time, list(placed.values())
        if self._drawn.spans is not None:
            paint_spans(painter, stretch, self._drawn.spans, frame_time, boxes, self._theme)
        for row in self.rows:
            paint_row(painter, stretch, placed[row.name], row, frame_time, self._theme)
        if boxes:
            self._paint_axis(painter, stretch, ticks, decimals, boxes[-1].bottom())

    def _paint_ground(
        self, painter: QPainter, stretch: Stretch, box: QRectF, row: Row, ticks: np.ndarray
    ) -> None:
        painter.fillRect(box, QColor(self._theme.field))
        painter.setPen(pen(self._theme.line, 0.6))
        for x in np.round(stretch.to_x(ticks)) + 0.5:
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        for y in np.round(to_y(row, box, _ticks(row, box, self._line))) + 0.5:
            painter.drawLine(QPointF(0, y), QPointF(stretch.width, y))

    def _paint_axis(
        self, painter: QPainter, stretch: Stretch, ticks: np.ndarray, decimals: int, bottom: float
    ) -> None:
        for tick in ticks:
            x = round(float(stretch.to_x(tick))) + 0.5
            painter.setPen(QColor(self._theme.faint))
            painter.drawLine(QPointF(x, bottom), QPointF(x, bottom + 4))
            painter.setPen(QColor(self._theme.muted))
            text = f"{tick + 0.0:.{decimals}f}"
            wide = painter.fontMetrics().horizontalAdvance(text)
            left = min(max(x - wide / 2, 0), stretch.width - wide - 1)
            painter.drawText(QPointF(left, bottom + 4 + painter.fontMetrics().ascent()), text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = _STEPS.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
        else:
            time_s = self.view.time_s + direction * KEY_STEP_S
            self.scrubbed.emit(min(max(time_s, 0.0), self.view.length_s))


def paint_chip(
    painter: QPainter, theme: Theme, text: str, x: float, y: float, within: QRectF, ink: QColor,
    middle: bool = False,
) -> None:  # fmt: skip
    """A text beside ``x``, or over it, about the height ``y``, kept ``within`` the plots."""
    metrics = painter.fontMetrics()
    wide, high = metrics.horizontalAdvance(text) + 2 * _PAD, metrics.height()
    left = x - wide / 2 if middle else x + _PAD
    if not middle and left + wide > within.right():
        left = x - _PAD - wide
    left = min(max(left, within.left()), within.right() - wide)
    box = QRectF(left, y - high / 2, wide, high)
    ground = QColor(theme.raised)
    ground.setAlphaF(0.92)
    painter.fillRect(box, ground)
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _ticks(row: Row, box: QRectF, line: int) -> np.ndarray:
    """The values to label in letters that are ``line`` high."""
    if row.kind == "bars":
        return np.zeros(0)
    return nice_ticks(row.low, row.high, 3 if box.height() >= _THREE_LINES * line else 2)
