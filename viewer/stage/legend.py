"""A scale of colours over the stage: a title, a bar and what its heights stand for."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from render.color_schemes import COLOR_SCHEMES
from render.heat import heat
from viewer.ui.pixels import blank
from viewer.ui.theme import MARGIN, Theme, ThemeSwitch, mono_font

from .stage import Stage

RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BAR, _TOP, _STEPS = 10, 92, 64


class StageLegend(QWidget):
    """At the right edge of the stage; hidden where there is no room, or nothing to tell.

    A kind of legend says what it tells in ``paint_scale``, and whether in ``telling``. Qt repaints
    it with every picture of the stage, so it is kept as pixels.
    """

    def __init__(self, stage: Stage, themes: ThemeSwitch, wide: int, high: int, room: int) -> None:
        """wide, high: of it and of its bar. room: the least width of the stage."""
        super().__init__(stage)
        self._stage, self.themes = stage, themes
        self._wide, self._high, self._room = wide, high, room
        self._pixels: QPixmap | None = None
        self._font = mono_font(-1)
        self.line = QFontMetrics(self._font).height()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        themes.changed.connect(self.refresh)
        self.hide()
        self.place(stage.viewport(0).size())

    @property
    def telling(self) -> bool:
        """Whether there is something to tell."""
        raise NotImplementedError

    def paint_scale(self, painter: QPainter, bar: QRectF) -> str:
        """Paint what stands beside ``bar``; the title."""
        raise NotImplementedError

    @property
    def bar(self) -> QRectF:
        """Where the colours are, from the most at the top."""
        return QRectF(self._wide - _BAR, self.line + MARGIN / 2, _BAR, self._high)

    def place(self, stage: QSize) -> None:
        """Stand at the right edge of a stage of that size, where there is room."""
        high = self.line * 2 + self._high + 2 * MARGIN
        self.setGeometry(stage.width() - self._wide - MARGIN, _TOP, self._wide, high)
        self.settle()
        self.refresh()

    def settle(self) -> None:
        """Be seen where there is room and something to tell."""
        stage = self._stage.viewport(0).size()
        fits = stage.height() > _TOP + self.height() and stage.width() > self._room
        self.setVisible(fits and self.telling)

    def refresh(self, *_: object) -> None:
        """Paint it anew."""
        self._pixels = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            self._pixels = self._draw()
        QPainter(self).drawPixmap(0, 0, self._pixels)

    def _draw(self) -> QPixmap:
        theme, bar = self.themes.current, self.bar
        pixels = blank(self.size(), self.devicePixelRatioF())
        painter = QPainter(pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        _draw_colors(painter, bar, theme)
        title = self.paint_scale(painter, bar)
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRect(0, 0, self._wide, self.line), RIGHT, title)
        painter.end()
        return pixels


def _draw_colors(painter: QPainter, bar: QRectF, theme: Theme) -> None:
    """Paint the heat of the theme's scheme, the most of it at the top of ``bar``."""
    colors = heat(np.linspace(1, 0, _STEPS), COLOR_SCHEMES[theme.name].heat)
    step = bar.height() / _STEPS
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for n, color in enumerate(colors):
        box = QRectF(bar.left(), bar.top() + n * step, bar.width(), step + 1)
        painter.fillRect(box & bar, QColor.fromRgbF(*map(float, color)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
