"""The phase plane with two points: the true phase and the changed one."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.model.language import tr
from viewer.model.what_if import WhatIf
from viewer.ui.plotting import pen
from viewer.ui.theme import Theme

_SIDE, _EDGE, _DOT = 108, 8, 4.5


class PhasePair(QWidget):
    """Equal axes, x to the right and y up; the true phase hollow, the changed one filled."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pair: WhatIf | None = None
        self.setAccessibleName(tr("Phase plane of the true and the changed frame"))
        self.setToolTip(tr("x to the right, y up; hollow: the true phase, filled: the changed one"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_SIDE, _SIDE)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.update()

    def show_pair(self, pair: WhatIf | None) -> None:
        """Both phases; None for none."""
        self._pair = pair
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, middle = self._theme, QPointF(self.width() / 2, self.height() / 2)
        radius = min(self.width(), self.height()) / 2 - _EDGE
        painter.setPen(pen(theme.line))
        painter.setBrush(QColor(theme.field))
        painter.drawEllipse(middle, radius, radius)
        for way in (QPointF(radius, 0), QPointF(0, radius)):
            painter.drawLine(middle - way, middle + way)
        pair = self._pair
        if pair is None:
            return
        scale = radius / max(*pair.amplitudes, 1.0) * 0.94
        true, changed = (
            middle + QPointF(x, -y) * scale for x, y in (pair.true, pair.changed)
        )  # fmt: skip
        painter.setPen(pen(theme.muted, width=1.4))
        painter.drawLine(middle, true)
        painter.setBrush(QColor(theme.field))
        painter.drawEllipse(true, _DOT, _DOT)
        painter.setPen(pen(theme.accent, width=1.8))
        painter.drawLine(middle, changed)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(changed, _DOT, _DOT)
