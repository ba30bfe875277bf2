"""The scale of truth mode's colours, painted over the stage."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from viewer.model.truth import LEAST_MM, MOST_MM, TruthReading, share
from viewer.stage.heat_bar import draw_heat_bar
from viewer.stage.stage import Stage
from viewer.ui.pixels import blank
from viewer.ui.theme import MARGIN, Theme, ThemeSwitch, mono_font

_WIDTH, _BAR, _HEIGHT, _TOP = 150, 10, 132, 92


class TruthLegend(QWidget):
    """Colours and millimetres, with a mark at the largest error; hidden while there is none, or
    where something else is painted.

    Qt repaints it with every picture of the stage, so it is kept as pixels.
    """

    def __init__(self, stage: Stage, themes: ThemeSwitch) -> None:
        super().__init__(stage)
        self._stage, self._themes = stage, themes
        self._reading: TruthReading | None = None
        self._painted = True
        self._pixels: QPixmap | None = None
        self._font = mono_font(-1)
        self._line = QFontMetrics(self._font).height()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName("Scale of the errors on the figure")
        themes.changed.connect(self._refresh)
        self.hide()
        self.place(stage.size())

    def show_reading(self, reading: TruthReading | None) -> None:
        """The reading to mark on the scale."""
        before = self._reading and self._reading.headline
        self._reading = reading
        self._show(self._stage.size())
        if reading is None or reading.headline != before:
            self._refresh()

    def set_painted(self, painted: bool) -> None:
        """Whether the figure wears these colours, not those of someone else."""
        self._painted = painted
        self._show(self._stage.size())

    def place(self, stage: QSize) -> None:
        """Stand at the right edge of a stage of that size, where there is room."""
        high = self._line * 2 + _HEIGHT + 2 * MARGIN
        self.setGeometry(stage.width() - _WIDTH - MARGIN, _TOP, _WIDTH, high)
        self._show(stage)
        self._refresh()

    def _show(self, stage: QSize) -> None:
        fits = stage.height() > _TOP + self.height() and stage.width() > 3 * _WIDTH
        found = self._reading is not None and self._reading.errors is not None
        self.setVisible(fits and found and self._painted)

    def _refresh(self, *_: object) -> None:
        self._pixels = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            self._pixels = self._draw(self._themes.current)
        QPainter(self).drawPixmap(0, 0, self._pixels)

    def _draw(self, theme: Theme) -> QPixmap:
        pixels = blank(self.size(), self.devicePixelRatioF())
        painter = QPainter(pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRect(0, 0, _WIDTH, self._line), right, "error, mm")
        bar = QRectF(_WIDTH - _BAR, self._line + MARGIN / 2, _BAR, _HEIGHT)
        draw_heat_bar(painter, bar, theme)
        decades = range(round(np.log10(LEAST_MM)), round(np.log10(MOST_MM)) + 1)
        for decade in decades:
            y = self._height_of(10.0**decade, bar)
            box = QRectF(0, y - self._line / 2, _WIDTH - _BAR - 12, self._line)
            painter.drawText(box, right, f"{10.0**decade:g}")
        self._draw_mark(painter, bar, theme)
        painter.end()
        return pixels

    def _draw_mark(self, painter: QPainter, bar: QRectF, theme: Theme) -> None:
        """A pointer at the largest error."""
        if self._reading is None or self._reading.errors is None:
            return
        y = self._height_of(self._reading.errors.worst_mm, bar)
        left = bar.left() - 1
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.text))
        painter.drawPolygon(
            QPolygonF([QPointF(left, y), QPointF(left - 6, y - 4), QPointF(left - 6, y + 4)])
        )

    def _height_of(self, mm: float, bar: QRectF) -> float:
        return bar.bottom() - float(share(mm)) * bar.height()
