"""What an audience reads below the stage: the scenes, the caption of this one, and the latency."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QToolBar, QWidget

from viewer.model.language import tr
from viewer.ui.theme import ThemeSwitch

SCENES = (tr("Restyle"), tr("Phase"), tr("Push and get up"), tr("Engines"), tr("Truth"))
"""By the keys 1 to 5."""
TITLE, SENTENCE, NUMBER, WORDS, LIST, EDGE = 15, 25, 7, 28, 34, 36
"""Heights of letters, as parts of the window's height: read from the last row; and of margins."""
LINES = 2
"""Of a sentence; the letters of a longer one are smaller."""
UNIT = "ms"
_LEAST = 13
_WIDEST = "88.88"


class DemoBand(QWidget):
    """As wide as the window and always as high, so that what is shown above it stands still."""

    def __init__(self, window: QMainWindow, themes: ThemeSwitch) -> None:
        super().__init__()
        self._themes, self._high = themes, window.height()
        self.scene = 0
        self.title = self.sentence = self.number = self.words = ""
        self.setAccessibleName(tr("Caption of the demo"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        themes.changed.connect(lambda _: self.update())
        self.bar = QToolBar()
        self.bar.setObjectName("demo.band")
        self.bar.setMovable(False)
        self.bar.setStyleSheet("QToolBar { border: none; margin: 0; padding: 0; spacing: 0; }")
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.bar.addWidget(self)
        if (layout := self.bar.layout()) is not None:
            layout.setContentsMargins(0, 0, 0, 0)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self.bar)
        self.fit(window.size())

    def fit(self, window: QSize) -> None:
        """Be in proportion to a window of that size."""
        self._high = window.height()
        edge = self._edge
        lines = [self._line(LIST), self._line(TITLE), LINES * self._line(SENTENCE)]
        self.setFixedHeight(sum(lines) + 2 * edge)
        self.update()

    def tell(self, scene: int, title: str, sentence: str) -> None:
        """Which scene it is, and what there is to see."""
        if (scene, title, sentence) != (self.scene, self.title, self.sentence):
            self.scene, self.title, self.sentence = scene, title, sentence
            self.setAccessibleDescription(f"{title}. {sentence}")
            self.update()

    def tell_latency(self, number: str, words: str) -> None:
        """The latency in milliseconds, and of what."""
        if (number, words) != (self.number, self.words):
            self.number, self.words = number, words
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._themes.current
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.fillRect(QRect(0, 0, self.width(), 1), QColor(theme.line))
        edge = self._edge
        room = self.rect().adjusted(edge, edge // 2, -edge, -edge // 2)
        taken = self._paint_latency(painter, room)
        room.setRight(room.right() - taken - edge)
        self._paint_scenes(painter, room)
        room.setTop(room.top() + self._line(LIST))
        self._paint_caption(painter, room)

    def _font(self, part: float, bold: bool = False) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(max(round(self._high / part), _LEAST))
        font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
        return font

    def _line(self, part: float) -> int:
        return QFontMetrics(self._font(part)).height()

    @property
    def _edge(self) -> int:
        return max(self._high // EDGE, 10)

    def _paint_latency(self, painter: QPainter, room: QRect) -> int:
        """At the right of ``room``; how wide it is, whatever it says now."""
        theme, right = self._themes.current, Qt.AlignmentFlag.AlignRight
        big, unit, small = self._font(NUMBER, bold=True), self._font(TITLE), self._font(WORDS)
        beside = QFontMetrics(unit).horizontalAdvance(f" {UNIT}")
        wide = QFontMetrics(big).horizontalAdvance(_WIDEST) + beside
        if self.number:
            ascent = QFontMetrics(big).capHeight()
            high = ascent + self._line(WORDS)
            base = room.top() + (room.height() - high) // 2 + ascent
            painter.setPen(QColor(theme.accent))
            painter.setFont(big)
            number = QFontMetrics(big).horizontalAdvance(self.number)
            painter.drawText(room.right() - beside - number, base, self.number)
            painter.setFont(unit)
            painter.drawText(room.right() - beside, base, f" {UNIT}")
            painter.setPen(QColor(theme.text))
            painter.setFont(small)
            below = QRect(room.right() - wide, base + 4, wide, self._line(WORDS))
            painter.drawText(below, right, self.words)
        return wide

    def _paint_scenes(self, painter: QPainter, room: QRect) -> None:
        """The numbers that choose the scenes, this one in full colour."""
        theme, left = self._themes.current, room.left()
        for number, title in enumerate(SCENES):
            here = number == self.scene
            painter.setFont(self._font(LIST, bold=here))
            painter.setPen(QColor(theme.accent if here else theme.muted))
            metrics = painter.fontMetrics()
            words = f"{number + 1}  {title}"
            painter.drawText(left, room.top() + metrics.ascent(), words)
            left += metrics.horizontalAdvance(words) + metrics.height()

    def _paint_caption(self, painter: QPainter, room: QRect) -> None:
        painter.setPen(QColor(self._themes.current.text))
        painter.setFont(self._fitting(self.title, TITLE, QSize(room.width(), self._line(TITLE)), 0))
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft, self.title)
        room.setTop(room.top() + self._line(TITLE))
        wraps = Qt.TextFlag.TextWordWrap
        size = QSize(room.width(), LINES * self._line(SENTENCE))
        painter.setFont(self._fitting(self.sentence, SENTENCE, size, wraps))
        painter.drawText(room, wraps | Qt.AlignmentFlag.AlignLeft, self.sentence)

    def _fitting(self, words: str, part: float, size: QSize, flags: int) -> QFont:
        """As large as ``part`` of the height, or as lets ``words`` fit into ``size``."""
        while True:
            font = self._font(part, bold=part < SENTENCE and not flags)
            found = QFontMetrics(font).boundingRect(QRect(0, 0, size.width(), 0), flags, words)
            small = font.pixelSize() <= _LEAST
            if small or (found.width() <= size.width() and found.height() <= size.height()):
                return font
            part *= 1.08
