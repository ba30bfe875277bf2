"""The stages of one picture as blocks in a row, as wide as they took long."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.model.language import tr
from viewer.model.picture_record import STAGES, Picture
from viewer.ui.theme import Theme, mono_font

_HEIGHT = 26
_PAD = 4


class FlameBar(QWidget):
    """From the left to the right what came after what; a block is named where it has the room."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.picture: Picture | None = None
        self.setFont(mono_font(-2))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Stages of the chosen picture"))

    def sizeHint(self) -> QSize:
        return QSize(160, max(_HEIGHT, self.fontMetrics().height() + 2 * _PAD))

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of ``theme``."""
        self._theme = theme
        self.update()

    def show_picture(self, picture: Picture) -> None:
        """The stages of ``picture``."""
        self.picture = picture
        self.setAccessibleDescription(
            ", ".join(
                f"{name} {1e3 * took:.2f} ms"
                for name, took in zip(STAGES, picture.stages, strict=True)
            )
        )
        self.update()

    def blocks(self) -> list[tuple[str, QRectF]]:
        """Each stage that took any time, and where it is."""
        picture = self.picture
        if picture is None or picture.seconds <= 0:
            return []
        found, left = [], 0.0
        for name, took in zip(STAGES, picture.stages, strict=True):
            wide = self.width() * took / picture.seconds
            if wide > 0:
                found.append((name, QRectF(left, 0, wide, self.height())))
            left += wide
        return found

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.field))
        metrics = self.fontMetrics()
        for name, box in self.blocks():
            painter.fillRect(box, stage_color(self._theme, name))
            painter.fillRect(QRectF(box.right() - 1, 0, 1, box.height()), QColor(self._theme.field))
            room = box.adjusted(_PAD, 0, -_PAD, 0)
            if metrics.horizontalAdvance(name) <= room.width():
                painter.setPen(QColor(self._theme.on_accent))
                painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)


def stage_color(theme: Theme, stage: str) -> QColor:
    """The colour of a stage, also of its name in the list."""
    return QColor(theme.series[STAGES.index(stage)])
