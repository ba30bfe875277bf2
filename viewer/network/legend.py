"""What the paint of saliency, or of a unit, says: words and colours over the stage."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from viewer.stage.heat_bar import draw_heat_bar
from viewer.stage.stage import Stage
from viewer.ui.pixels import blank
from viewer.ui.theme import MARGIN, ThemeSwitch, mono_font

_WIDTH, _BAR, _HEIGHT, _TOP = 190, 10, 96, 92


class PaintLegend(QWidget):
    """A title, and what the ends of the colours stand for; hidden while there is no title.

    Qt repaints it with every picture of the stage, so it is kept as pixels.
    """

    def __init__(self, stage: Stage, themes: ThemeSwitch) -> None:
        super().__init__(stage)
        self._stage, self._themes = stage, themes
        self.texts = ("", "", "")
        self._pixels: QPixmap | None = None
        self._font = mono_font(-1)
        self._line = QFontMetrics(self._font).height()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName("Scale of the paint on the figure")
        themes.changed.connect(self._refresh)
        self.hide()
        self.place(stage.size())

    def say(self, title: str, most: str, least: str = "0") -> None:
        """What is painted, and the words at the top and at the bottom of the colours."""
        if (title, most, least) != self.texts:
            self.texts = (title, most, least)
            self.setAccessibleDescription(f"{title}: {least} to {most}")
            self._show(self._stage.size())
            self._refresh()

    def place(self, stage: QSize) -> None:
        """Stand at the right edge of a stage of that size, where there is room."""
        high = self._line * 2 + _HEIGHT + 2 * MARGIN
        self.setGeometry(stage.width() - _WIDTH - MARGIN, _TOP, _WIDTH, high)
        self._show(stage)
        self._refresh()

    def _show(self, stage: QSize) -> None:
        fits = stage.height() > _TOP + self.height() and stage.width() > 2 * _WIDTH
        self.setVisible(fits and bool(self.texts[0]))

    def _refresh(self, *_: object) -> None:
        self._pixels = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            self._pixels = self._draw()
        QPainter(self).drawPixmap(0, 0, self._pixels)

    def _draw(self) -> QPixmap:
        theme, (title, most, least) = self._themes.current, self.texts
        pixels = blank(self.size(), self.devicePixelRatioF())
        painter = QPainter(pixels)
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(0, 0, _WIDTH, self._line), right, title)
        bar = QRectF(_WIDTH - _BAR, self._line + MARGIN / 2, _BAR, _HEIGHT)
        draw_heat_bar(painter, bar, theme)
        wide = _WIDTH - _BAR - 8
        for text, y in ((most, bar.top()), (least, bar.bottom() - self._line)):
            painter.drawText(QRectF(0, y, wide, self._line), right, text)
        painter.end()
        return pixels
