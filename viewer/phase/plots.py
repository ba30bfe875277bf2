"""Phase over time: rows on one time axis, with a playhead that seeks and a crosshair that reads."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from viewer.model.curves import nice_ticks
from viewer.ui.plotting import pen
from viewer.ui.theme import Theme, mono_font
from viewer.ui.time_canvas import Stretch, TimeCanvas, time_ticks
from viewer.ui.time_view import LEAST_SPAN_S, TimeView

from .crosshair import Crosshair, Measured, measure
from .row_painting import paint_row, paint_spans, to_y
from .rows import APART, ROWS, Plotted, Row

SPAN_S = 6.0
"""How much is shown around the playhead, unless someone chose otherwise."""
KEY_STEP_S = 0.1
GUTTER = 40
LEAST_HEIGHT = 30
"""Of a row whose height is 1, pixels."""
_TOP, _GAP = 6, 5
_LABEL_SPACING = 44
_THREE_LABELS = 36
"""The height of a row in which three values can be labelled."""


class PhasePlots(TimeCanvas):
    """Draws the rows of a phase that are to be shown.

    Drag or click seeks, the wheel zooms in time, a drag with Ctrl, or any while ``measuring``,
    measures from moment to moment.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(TimeView(SPAN_S), GUTTER, theme)
        self.setAccessibleName("Phase over time")
        self.setToolTip(
            "Drag or click to seek, wheel to zoom in time, Shift+drag to pan, double-click to see "
            "all.\nThe crosshair tells the values under the pointer; Ctrl+drag measures Δt and Δφ."
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.plotted: Plotted | None = None
        self.measuring = False
        self.crosshair = Crosshair()
        self._shown: tuple[str, ...] = (*ROWS, *APART)
        self._growing = False
        self._font = mono_font(-2)
        self._line = QFontMetrics(self._font).height()
        self._boxes: dict[str, QRectF] = {}
        self._chips: list[tuple[Row, QRectF]] = []
        """Where the titles stand that are over their rows."""
        self._fit_height()

    def sizeHint(self) -> QSize:
        return QSize(280, self.minimumHeight())

    @property
    def rows(self) -> tuple[Row, ...]:
        """Those that are drawn, from the top."""
        found = self.plotted.rows if self.plotted else ()
        return tuple(row for row in found if row.name in self._shown)

    @property
    def measured(self) -> Measured | None:
        """What was last measured by a drag; None once something else was clicked."""
        ends = self.crosshair.measured
        return measure(self.plotted.series, *ends) if ends and self.plotted else None

    def show_rows(self, names: Collection[str]) -> None:
        """Draw these rows and no others."""
        self._shown = tuple(names)
        self._fit_height()
        self.refresh()

    def set_plotted(
        self, plotted: Plotted | None, growing: bool = False, room_s: float = 0.0
    ) -> None:
        """Draw a clip's rows; None clears them.

        growing: the same clip as before, and more or other rows. room_s: how long it may become.
        """
        self.plotted = plotted
        self._growing = plotted is not None and room_s > 0
        known_s = 0.0 if plotted is None else max(plotted.series.length_s, LEAST_SPAN_S)
        time_s = self.view.time_s
        if not growing:
            self.crosshair.forget()
            self.view.begin(0.0)
        self.view.set_length(max(known_s, room_s) if plotted else 0.0, known_s)
        if not growing:
            self.view.show(time_s)
        self._fit_height()
        self.refresh()

    def set_time(self, time_s: float) -> None:
        """Move the playhead; what still grows may lie behind it."""
        if self._growing and time_s > self.view.known_s:
            self.view.set_length(max(self.view.length_s, time_s), time_s)
        self.show_time(time_s)
        if self.crosshair.at is not None:
            self.update()

    def row_rect(self, name: str) -> QRectF:
        """Where a row that is shown is drawn."""
        return self._boxes[name]

    def value_y(self, name: str, value):  # type: ignore[no-untyped-def]
        """The height of a row's value in pixels, for one or an array of them."""
        row = next(row for row in self.rows if row.name == name)
        return to_y(row, self.row_rect(name), value)

    def refresh(self) -> None:
        self._boxes, self._chips = self._place_rows(), []
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
        heights = sum(row.height * LEAST_HEIGHT for row in rows) + max(len(rows) - 1, 0) * _GAP
        self.setMinimumHeight(int(_TOP + heights + self._line + 8) if rows else 120)

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
        painter.setFont(self._font)
        self._paint_titles(painter)
        if self.plotted is not None:
            self.crosshair.paint(painter, self, self.plotted, self.rows, self._boxes)

    def _paint_titles(self, painter: QPainter) -> None:
        ground, theme = QColor(self._theme.field), self._theme
        ground.setAlphaF(0.75)
        for row, chip in self._chips:
            painter.fillRect(chip, ground)
            painter.setPen(QColor(theme.muted))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, row.title)
            if row.note:
                painter.setPen(QColor(theme.faint))
                painter.drawText(self._boxes[row.name], Qt.AlignmentFlag.AlignCenter, row.note)

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
                label = QRectF(0, box.top(), GUTTER - 5, box.height())
                painter.drawText(label, flags, row.title)
                continue
            for value in _ticks(row, box):
                y = float(to_y(row, box, value))
                y = min(max(y, box.top() + line / 2 - 1), box.bottom() - line / 2 + 1)
                painter.drawText(QRectF(0, y - line / 2, GUTTER - 5, line), flags, f"{value:g}")
        if boxes:
            painter.drawText(QRectF(0, bottom + 4, GUTTER - 5, line), flags, "t (s)")

    def paint_stretch(self, painter: QPainter, stretch: Stretch) -> None:
        painter.setFont(self._font)
        ticks, _, decimals = time_ticks(stretch, _LABEL_SPACING)
        placed = {
            name: QRectF(0, box.top(), stretch.width, box.height())
            for name, box in self._boxes.items()
        }
        for row in self.rows:
            self._paint_ground(painter, stretch, placed[row.name], row, ticks)
        if self.plotted is None:
            return
        frame_time, boxes = self.plotted.series.frame_time, list(placed.values())
        paint_spans(painter, stretch, self.plotted.spans, frame_time, boxes, self._theme)
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
        for y in np.round(to_y(row, box, _ticks(row, box))) + 0.5:
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.crosshair.armed = (self.measuring or control) and self.plotted is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self.crosshair.begin(None)
            self.update()
        super().mousePressEvent(event)

    def drag_at(self, at: QPointF) -> str:
        return "measure" if self.crosshair.armed else "head"

    def drag_begun(self, what: str, event: QMouseEvent) -> None:
        self.crosshair.begin(self._frame_at(event.position().x()))

    def drag_to(self, what: str, time_s: float) -> None:
        self.crosshair.stretch_to(self._frame_at(float(self.to_x(time_s))))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        inside = self.plotted is not None and self.area.contains(event.position())
        self.crosshair.at = event.position().x() if inside else None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.crosshair.at = None
        self.update()

    def _frame_at(self, x: float) -> int:
        """The frame nearest to a pixel."""
        assert self.plotted is not None
        series = self.plotted.series
        frame = round(float(self.to_time(x)) / series.frame_time)
        return min(max(frame, 0), len(series) - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self.crosshair.measured is not None:
            self.crosshair.begin(None)
            self.update()
        elif direction is None:
            super().keyPressEvent(event)
        else:
            time_s = self.view.time_s + direction * KEY_STEP_S
            self.scrubbed.emit(min(max(time_s, 0.0), self.view.length_s))


def _ticks(row: Row, box: QRectF) -> np.ndarray:
    """The values to label."""
    if row.kind == "bars":
        return np.zeros(0)
    return nice_ticks(row.low, row.high, 3 if box.height() >= _THREE_LABELS else 2)
