"""A frame around what is to be used."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from viewer.model.language import tr
from viewer.ui.theme import ThemeSwitch

WIDE, APART = 3, 2
"""How wide it is, and how far from what is in it."""


class Outline(QWidget):
    """Lies over the window and lets everything through; there is nothing of it but its line."""

    def __init__(self, window: QWidget, themes: ThemeSwitch) -> None:
        super().__init__(window)
        self._themes = themes
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("What this step is about"))
        themes.changed.connect(lambda _: self.update())
        self.hide()

    def surround(self, area: QRect) -> None:
        """Stand around ``area`` of the window; around nothing where that is empty."""
        window = self.parentWidget()
        if area.isEmpty() or window is None:
            self.hide()
            return
        out = WIDE + APART
        area = area.adjusted(-out, -out, out, out).intersected(window.rect())
        if area != self.geometry():
            self.setGeometry(area)
            inside = self.rect().adjusted(WIDE, WIDE, -WIDE, -WIDE)
            self.setMask(QRegion(self.rect()) - QRegion(inside))
            self.raise_()  # a panel that comes to the front is above it
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(self._themes.current.accent))
