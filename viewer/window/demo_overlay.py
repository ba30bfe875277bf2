"""What an audience reads over the stage: the scene, its caption, and the latency."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from viewer.model.language import tr
from viewer.stage.stage import Stage
from viewer.ui.pixels import blank
from viewer.ui.theme import ThemeSwitch

SCENES = (tr("Restyle"), tr("Phase"), tr("Push and get up"), tr("Engines"), tr("Truth"))
"""By the keys 1 to 5."""
TITLE, SENTENCE, NUMBER, WORDS, LIST = 14, 24, 7, 30, 34
"""Heights of letters, as parts of the stage's height: read from the last row."""
_LEAST = 13
_GROUND_ALPHA = 0.86


class DemoOverlay(QWidget):
    """Large letters, kept as pixels: Qt repaints them with every picture of the stage."""

    def __init__(self, stage: Stage, themes: ThemeSwitch) -> None:
        super().__init__(stage)
        self._themes = themes
        self.scene = 0
        self.title = self.sentence = self.number = self.words = ""
        self._pixels: QPixmap | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAccessibleName(tr("Caption of the demo"))
        themes.changed.connect(self._refresh)
        self.place(stage.size())
        self.show()
        self.raise_()

    def place(self, size: QSize) -> None:
        """Cover a stage of that size."""
        self.resize(size)
        self._refresh()

    def tell(self, scene: int, title: str, sentence: str) -> None:
        """Which scene it is, and what there is to see."""
        if (scene, title, sentence) != (self.scene, self.title, self.sentence):
            self.scene, self.title, self.sentence = scene, title, sentence
            self.setAccessibleDescription(f"{title}. {sentence}")
            self._refresh()

    def tell_latency(self, number: str, words: str) -> None:
        """The latency in milliseconds, and of what."""
        if (number, words) != (self.number, self.words):
            self.number, self.words = number, words
            self._refresh()

    def _refresh(self, *_: object) -> None:
        self._pixels = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            self._pixels = blank(self.size(), self.devicePixelRatioF())
            painter = QPainter(self._pixels)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_scenes(painter)
            self._paint_latency(painter)
            self._paint_caption(painter)
            painter.end()
        QPainter(self).drawPixmap(0, 0, self._pixels)

    def _font(self, part: int, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(self.height() // part, _LEAST))
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        return font

    @property
    def _edge(self) -> int:
        return max(self.height() // 30, 12)

    def _paint_scenes(self, painter: QPainter) -> None:
        """The numbers that choose the scenes, this one in full colour."""
        theme, left = self._themes.current, self._edge
        for number, title in enumerate(SCENES):
            here = number == self.scene
            painter.setFont(self._font(LIST, bold=here))
            painter.setPen(QColor(theme.accent if here else theme.muted))
            metrics = painter.fontMetrics()
            words = f"{number + 1}  {title}"
            painter.drawText(left, self._edge + metrics.ascent(), words)
            left += metrics.horizontalAdvance(words) + metrics.height()

    def _paint_latency(self, painter: QPainter) -> None:
        if not self.number:
            return
        theme = self._themes.current
        big, small = self._font(NUMBER, bold=True), self._font(WORDS)
        high, line = QFontMetrics(big).height(), QFontMetrics(small).height()
        top = self._edge + QFontMetrics(self._font(LIST)).height()
        area = QRect(0, top, self.width() - self._edge, high)
        painter.setFont(big)
        painter.setPen(QColor(theme.accent))
        painter.drawText(area, Qt.AlignmentFlag.AlignRight, self.number)
        painter.setFont(small)
        painter.setPen(QColor(theme.text))
        below = QRect(0, top + high - line // 4, self.width() - self._edge, line)
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, self.words)

    def _paint_caption(self, painter: QPainter) -> None:
        theme, edge = self._themes.current, self._edge
        title, sentence = self._font(TITLE, bold=True), self._font(SENTENCE)
        wide = self.width() - 2 * edge
        wraps = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
        heights = [
            QFontMetrics(font).boundingRect(QRect(0, 0, wide, 0), wraps, words).height()
            for font, words in ((title, self.title), (sentence, self.sentence))
        ]
        high = sum(heights) + edge
        ground = QColor(theme.panel)
        ground.setAlphaF(_GROUND_ALPHA)
        top = self.height() - high
        painter.fillRect(QRectF(0, top, self.width(), high), ground)
        top += edge // 2
        for font, words, tall, color in (
            (title, self.title, heights[0], theme.text),
            (sentence, self.sentence, heights[1], theme.text),
        ):
            painter.setFont(font)
            painter.setPen(QColor(color))
            painter.drawText(QRect(edge, top, wide, tall), wraps, words)
            top += tall
