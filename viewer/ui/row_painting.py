"""Painting rows over a stretch of time."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from motion.curves import runs
from viewer.model.curves import joined, thinned

from .plotting import pen
from .rows import Color, Line, Marks, Row, Spans
from .theme import Theme
from .time_canvas import Stretch

_LEVELS = 8
"""Steps of opacity."""
_PER_MARK = 7.0
"""Marks that are closer than this, pixels, are too many to be told apart."""
_GROUND = 3.0
_BAR_ALPHA = 0.45
_SPAN_ALPHA = 0.20
_LEAST_SPAN = 2


def shade(theme: Theme, color: Color) -> QColor:
    """A colour of a line in ``theme``."""
    found: tuple[str, ...] = getattr(theme, color[0])
    return QColor(found[color[1]])


def to_y(row: Row, box: QRectF, value):  # type: ignore[no-untyped-def]
    """The height of a value in pixels, for one or an array of them."""
    return box.bottom() - (value - row.low) / (row.high - row.low) * box.height()


def paint_row(
    painter: QPainter, stretch: Stretch, box: QRectF, row: Row, frame_time: float, theme: Theme
) -> None:
    """Guides, lines and marks of ``row`` in its ``box``."""
    painter.setClipRect(box)
    for guide in row.guides:
        painter.setPen(QPen(QColor(theme.faint), 1, Qt.PenStyle.DotLine))
        y = round(float(to_y(row, box, guide))) + 0.5
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint = _paint_bars if row.kind == "bars" else _paint_line
    for line in row.lines:
        paint(painter, stretch, box, row, line, frame_time, theme)
    for marks in row.marks:
        _paint_marks(painter, stretch, box, row, marks, frame_time, theme)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setClipping(False)


def _seen(
    values: np.ndarray, stretch: Stretch, frame_time: float
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Pixels x (N,), values (N,) of what is in sight, and whether they are peaks of columns."""
    zero, step = float(stretch.to_x(0.0)), frame_time * stretch.scale
    x, shown, peaks = thinned(values, step, -zero, stretch.width - zero)
    return x + zero, shown, peaks


def _paint_line(
    painter: QPainter, stretch: Stretch, box: QRectF, row: Row, line: Line, frame_time: float,
    theme: Theme,
) -> None:  # fmt: skip
    x, shown, peaks = _seen(line.values, stretch, frame_time)
    if len(x) < 2:
        return
    known = np.isfinite(shown)
    linked = known[:-1] & known[1:]
    if row.kind == "turns" and not peaks:
        linked &= joined(shown)[:-1]
    levels = np.full(len(linked), _LEVELS)
    if line.strength is not None:
        strength = _seen(line.strength, stretch, frame_time)[1]
        levels = np.ceil(np.maximum(strength[1:], strength[:-1]) * _LEVELS).astype(int)
    levels = np.where(linked, levels, 0)
    y = np.where(known, to_y(row, box, shown), 0.0)
    points = list(map(QPointF, x.tolist(), y.tolist()))
    color = shade(theme, line.color).name()
    turns = np.flatnonzero(np.diff(levels, prepend=-1, append=-1))
    for first, last in pairwise(turns.tolist()):
        if level := int(levels[first]):
            painter.setPen(pen(color, level / _LEVELS, theme.stroke))
            painter.drawPolyline(QPolygonF(points[first : last + 1]))


def _paint_bars(
    painter: QPainter, stretch: Stretch, box: QRectF, row: Row, line: Line, frame_time: float,
    theme: Theme,
) -> None:  # fmt: skip
    """A band along the ground where there are values, and above it how large they are."""
    x, shown, peaks = _seen(line.values, stretch, frame_time)
    wide = frame_time * stretch.scale
    if peaks:
        x, shown, wide = x[1::2] - 0.5, shown[1::2], 1.0
    color = shade(theme, line.color)
    above = QColor(color)
    above.setAlphaF(_BAR_ALPHA)
    painter.setPen(Qt.PenStyle.NoPen)
    y = to_y(row, box, np.clip(shown, row.low, row.high)) - _GROUND
    for first, last in runs(np.isfinite(shown)):
        left, right = x[first:last], x[first:last] + wide
        tops = np.repeat(y[first:last], 2)
        steps = np.stack([left, right], axis=-1).reshape(-1)
        corners = [QPointF(right[-1], box.bottom()), QPointF(left[0], box.bottom())]
        painter.setBrush(above)
        outline = [*map(QPointF, steps.tolist(), tops.tolist()), *corners]
        painter.drawPolygon(QPolygonF(outline))
        ground = QRectF(left[0], box.bottom() - _GROUND, right[-1] - left[0], _GROUND)
        painter.fillRect(ground, color)


def _paint_marks(
    painter: QPainter, stretch: Stretch, box: QRectF, row: Row, marks: Marks, frame_time: float,
    theme: Theme,
) -> None:  # fmt: skip
    ends = np.array([stretch.start_s, stretch.end_s]) / frame_time
    first, last = np.searchsorted(marks.frames, ends)
    frames = marks.frames[first : last + 1]
    frames = frames[frames < len(row.lines[0].values)]
    if not len(frames) or len(frames) > stretch.width / _PER_MARK:
        return
    color = shade(theme, marks.color)
    faint = QColor(color)
    faint.setAlphaF(0.6)
    x = stretch.to_x(frames * frame_time)
    y = to_y(row, box, row.lines[0].values[frames])
    edge, way = (box.top(), 5.0) if marks.at_top else (box.bottom(), -5.0)
    for at, on in zip(x.tolist(), y.tolist(), strict=True):
        painter.setPen(QPen(faint, 1))
        painter.drawLine(QPointF(at, edge), QPointF(at, on))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        wedge = [QPointF(at - 3.5, edge), QPointF(at + 3.5, edge), QPointF(at, edge + way)]
        painter.drawPolygon(QPolygonF(wedge))
        painter.drawEllipse(QPointF(at, on), 2.4, 2.4)


def span_columns(
    first: np.ndarray, last: np.ndarray, zero: float, step: float, width: int
) -> list[tuple[int, int]]:
    """Pixel columns [left, right) that frames first (N,) to last (N,) inclusive cover.

    zero: the pixel of frame 0, step: pixels a frame. What touches is one.
    """
    left = np.floor(first * step + zero).astype(int)
    right = np.maximum(np.ceil((last + 1) * step + zero).astype(int), left + _LEAST_SPAN)
    seen = (right > 0) & (left < width)
    edges = np.zeros(width + 1, int)
    np.add.at(edges, np.clip(left[seen], 0, width), 1)
    np.add.at(edges, np.clip(right[seen], 0, width), -1)
    return runs(np.cumsum(edges[:-1]) > 0)


def paint_spans(
    painter: QPainter, stretch: Stretch, spans: Spans, frame_time: float, boxes: list[QRectF],
    theme: Theme,
) -> None:  # fmt: skip
    """Where something is wrong, behind the lines of all rows; severe ones in another colour."""
    zero, step = float(stretch.to_x(0.0)), frame_time * stretch.scale
    for severe in (False, True):
        those = spans.severe == severe
        color = QColor(theme.bad if severe else theme.warn)
        color.setAlphaF(_SPAN_ALPHA)
        ends = spans.first[those], spans.last[those]
        for left, right in span_columns(*ends, zero, step, int(stretch.width)):
            for box in boxes:
                painter.fillRect(QRectF(left, box.top(), right - left, box.height()), color)
