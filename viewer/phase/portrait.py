"""The phase plane with its trail, and the dial: painted, no plotting library."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.model.language import tr
from viewer.ui.pixels import blank
from viewer.ui.row_painting import shade
from viewer.ui.rows import Color
from viewer.ui.theme import Theme

EDGE = 10.0
TRAIL = 45
STROKE = 5


class _Round(QWidget):
    """A square picture with a cached background."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self._theme, self._background = theme, QPixmap()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumSize(96, 96)
        self.setMaximumHeight(150)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._redraw()

    def sizeHint(self) -> QSize:
        return QSize(120, 112)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._background.isNull():
            self._background = self._paint_background()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._background)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_now(painter)

    def _redraw(self) -> None:
        self._background = QPixmap()
        self.update()

    def _paint_background(self) -> QPixmap:
        pixmap = blank(self.size(), self.devicePixelRatioF(), QColor(self._theme.panel))
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.line), 1))
        painter.setBrush(QColor(self._theme.field))
        painter.drawEllipse(self._middle(), self._radius(), self._radius())
        self._paint_still(painter)
        painter.end()
        return pixmap

    def _middle(self) -> QPointF:
        return QPointF(self.width() / 2, self.height() / 2)

    def _radius(self) -> float:
        return min(self.width(), self.height()) / 2 - EDGE

    def _paint_still(self, painter: QPainter) -> None:
        raise NotImplementedError

    def _paint_now(self, painter: QPainter) -> None:
        raise NotImplementedError


class PhasePortrait(_Round):
    """(x, y) of the clip, faint, with a fading trail to the current point, others under it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(theme, parent)
        self.setAccessibleName(tr("Phase portrait"))
        self.setToolTip(tr("Phase portrait: x to the right, y up, the last frames as a trail"))
        self._xy, self._reach = np.zeros((0, 2), np.float32), 1.0
        self._trail = np.zeros((0, 2), np.float32)
        self._others: Sequence[tuple[np.ndarray, Color]] = ()

    def set_others(self, others: Sequence[tuple[np.ndarray, Color]]) -> None:
        """Phases (U, 2) that are laid over that of the clip, each in its colour."""
        self._others = others
        self._redraw()

    def set_cycle(self, xy: np.ndarray, reach: float) -> None:
        """The whole clip (T, 2); the circle's rim is at amplitude ``reach``."""
        self._xy, self._reach = xy, reach
        self._trail = self._trail[:0]
        self._redraw()

    def set_trail(self, xy: np.ndarray) -> None:
        """The last points (N, 2), current one last."""
        self._trail = xy[-TRAIL:]
        self.update()

    def _place(self, xy: np.ndarray) -> list[QPointF]:
        scale, middle = self._radius() / self._reach, self._middle()
        placed = xy * [scale, -scale] + [middle.x(), middle.y()]
        return [QPointF(x, y) for x, y in placed.tolist()]

    def _paint_still(self, painter: QPainter) -> None:
        middle, radius = self._middle(), self._radius()
        painter.drawLine(middle - QPointF(radius, 0), middle + QPointF(radius, 0))
        painter.drawLine(middle - QPointF(0, radius), middle + QPointF(0, radius))
        faint = QColor(self._theme.faint)
        faint.setAlphaF(0.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for xy, color in self._others:
            over = shade(self._theme, color)
            over.setAlphaF(0.6)
            self._paint_plane(painter, xy, over)
        self._paint_plane(painter, self._xy, faint)

    def _paint_plane(self, painter: QPainter, xy: np.ndarray, color: QColor) -> None:
        painter.setPen(QPen(color, self._theme.stroke))
        painter.drawPolyline(QPolygonF(self._place(xy[:: max(len(xy) // 3000, 1)])))

    def _paint_now(self, painter: QPainter) -> None:
        if not len(self._trail):
            return
        points = self._place(self._trail)
        shade = QColor(self._theme.accent)
        for start in range(0, len(points) - 1, STROKE):
            stroke = points[start : start + STROKE + 1]
            shade.setAlphaF((start + len(stroke) / 2) / len(points))
            painter.setPen(QPen(shade, 2 * self._theme.stroke))
            painter.drawLines([QLineF(a, b) for a, b in pairwise(stroke)])
        painter.setPen(QPen(QColor(self._theme.field), 1.5))
        painter.setBrush(QColor(self._theme.accent))
        painter.drawEllipse(points[-1], 4.5, 4.5)


class PhaseDial(_Round):
    """One hand for the angle, its length the amplitude; a turn runs anticlockwise."""

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(theme, parent)
        self.setAccessibleName(tr("Phase dial"))
        self.setToolTip(
            tr("Phase dial: angle from 0 at the right, anticlockwise; length = amplitude")
        )
        self._turns: float | None = None
        self._share = 0.0

    def set_phase(self, turns: float | None, share: float = 0.0) -> None:
        """``turns`` in [0, 1), ``share`` of the greatest amplitude; None: no hand."""
        self._turns, self._share = turns, share
        self.update()

    def _paint_still(self, painter: QPainter) -> None:
        radius = self._radius()
        for eighth in range(8):
            inner = radius - (7 if eighth % 2 == 0 else 4)
            painter.drawLine(self._at(eighth / 8, inner), self._at(eighth / 8, radius))

    def _paint_now(self, painter: QPainter) -> None:
        if self._turns is None:
            return
        middle, rim = self._middle(), self._radius()
        accent = QColor(self._theme.accent)
        painter.setPen(QPen(accent, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        box = QRectF(middle.x() - rim, middle.y() - rim, 2 * rim, 2 * rim)
        painter.drawArc(box, 0, round(self._turns * 360 * 16))
        painter.setPen(QPen(accent, 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        length = max(min(self._share, 1.0) * (rim - 9), 3.0)
        painter.drawLine(middle, self._at(self._turns, length))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        painter.drawEllipse(middle, 3, 3)

    def _at(self, turns: float, radius: float) -> QPointF:
        angle = 2 * np.pi * turns
        return self._middle() + QPointF(np.cos(angle), -np.sin(angle)) * radius
