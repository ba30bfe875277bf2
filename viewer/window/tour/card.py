"""The card of the tour: what to do now, with the keys that do it, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer.model.language import tr
from viewer.stage.stage import Stage
from viewer.ui.theme import GAP, MARGIN, Theme, ThemeSwitch

MOST, LEAST, SHARE = 320, 236, 0.36
"""How wide it is: points, and of the stage."""
BELOW = 92
"""Name and latency of the stage stand above it, and the hint how to drive."""
_DOT, _APART = 7, 6
DONE, SKIP, CLOSE = tr("Done"), tr("Skip"), tr("Close")


class Dots(QWidget):
    """How many steps there are, and which it is."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self.count, self.now = theme, 1, 0

    def show_step(self, now: int, count: int) -> None:
        """Step ``now``, from 0, of ``count``; the last of all is reached where they are equal."""
        self.now, self.count = now, count
        self.setAccessibleName(tr("Step {n} of {count}", n=min(now + 1, count), count=count))
        self.setFixedSize(self.sizeHint())
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.count * (_DOT + _APART) - _APART, _DOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in range(self.count):
            reached = number <= self.now
            painter.setBrush(QColor(self._theme.accent if reached else self._theme.line))
            painter.drawEllipse(number * (_DOT + _APART), 0, _DOT, _DOT)


class TourCard(QFrame):
    """At the upper left of the stage, below its heading, beside the figure. ``left``: its button
    was pressed.
    """

    left = Signal()

    def __init__(self, stage: Stage, themes: ThemeSwitch) -> None:
        super().__init__(stage)
        self.setProperty("role", "card")
        self.title, self.words = _label("heading"), _label("muted")
        self.keys = QHBoxLayout()
        self.keys.setSpacing(4)
        self.dots = Dots(themes.current)
        self.leave = QPushButton(SKIP)
        self.leave.setProperty("role", "quiet")
        self.leave.setAccessibleName(tr("Leave the tour"))
        self.leave.setToolTip(tr("Leave the tour (Esc); Help, Tour begins it again"))
        self.leave.clicked.connect(self.left)
        foot = QHBoxLayout()
        foot.addWidget(self.dots)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, GAP)
        column.setSpacing(GAP)
        column.addWidget(self.title)
        column.addWidget(self.words)
        column.addLayout(self.keys)
        column.addLayout(foot)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        themes.changed.connect(self.dots.set_theme)
        self.place(stage.size())
        self.hide()

    def show_step(self, title: str, words: str, keys: Sequence[str], now: int, count: int) -> None:
        """Say what to do, at step ``now`` of ``count``."""
        self.title.setText(title)
        self.words.setText(words)
        self._show_keys(keys)
        self.dots.show_step(now, count)
        self.leave.setText(SKIP if now < count else CLOSE)
        self.setAccessibleName(tr("Tour: {title}", title=title))
        self.setAccessibleDescription(words)
        self._stand()
        self.show()
        self.raise_()

    def show_done(self) -> None:
        """The step was done; the next one comes."""
        self.title.setText(f"✓ {DONE}")
        self.setAccessibleName(tr("Tour: {title}", title=DONE))

    def place(self, size: QSize) -> None:
        """Stand on a stage of that size."""
        self._stage_size = size
        self._stand()

    def _show_keys(self, keys: Sequence[str]) -> None:
        while (item := self.keys.takeAt(0)) is not None:
            if (label := item.widget()) is not None:
                label.deleteLater()
        for key in keys:
            label = QLabel(key)
            label.setProperty("role", "key")
            self.keys.addWidget(label)
        self.keys.addStretch(1)

    @property
    def _beside(self) -> int:
        """Points to the left and right of the words."""
        self.ensurePolished()
        return self.width() - self.contentsRect().width() + 2 * MARGIN

    def _stand(self) -> None:
        across = self._stage_size.width()
        wide = min(max(round(SHARE * across), LEAST), MOST, across - 2 * MARGIN)
        self.setFixedWidth(wide)
        for label in (self.title, self.words):
            label.ensurePolished()
            label.setFixedHeight(max(label.heightForWidth(wide - self._beside), 0))
        self.resize(wide, self.minimumSizeHint().height())
        self.move(MARGIN, BELOW)


def _label(role: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    return label
