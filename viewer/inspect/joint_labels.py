"""What the joints that are looked at do, beside them on the stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from viewer.model.document import COLOURS, ShownJoint
from viewer.model.joints import JointReading
from viewer.stage.stage import Stage
from viewer.ui.theme import Theme, ThemeSwitch, mono_font

_AWAY = QPointF(14, -10)
_PAD, _EDGE = 6.0, 4.0
_ALPHA = 0.88


@dataclass(frozen=True, eq=False)
class Labelled:
    """A joint, what it does now, and whether all of it is told or its name alone."""

    joint: ShownJoint
    reading: JointReading
    full: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands in its label."""
        return (self.joint.name, *self.reading.lines()) if self.full else (self.joint.name,)


class JointLabels(QWidget):
    """Labels painted over the stage, which Qt repaints with every picture of it.

    labelled: gives what there is to say at this moment.
    """

    def __init__(
        self, stage: Stage, themes: ThemeSwitch, labelled: Callable[[], Sequence[Labelled]]
    ) -> None:
        super().__init__(stage)
        self._stage, self._themes, self._labelled = stage, themes, labelled
        self._font = mono_font(-1)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.place(stage.size())
        self.hide()

    def place(self, size: QSize) -> None:
        """Cover a stage of this size."""
        self.resize(size)

    def boxes(self) -> list[tuple[Labelled, QPointF, QRectF]]:
        """Each label with where its joint is seen and where it stands, in points; those behind the
        eye have none."""
        found = self._labelled()
        if not found:
            return []
        ratio, size = self.devicePixelRatioF(), self._stage.pixel_size
        places = np.array([label.reading.position for label in found])
        pixels = self._stage.camera.project(places, size)[:, :2] / ratio
        metrics = QFontMetrics(self._font)
        placed: list[tuple[Labelled, QPointF, QRectF]] = []
        for label, (x, y) in zip(found, pixels.tolist(), strict=True):
            if np.isfinite(x) and np.isfinite(y):
                box = self._free(QPointF(x, y), _size(label, metrics), [p[2] for p in placed])
                placed.append((label, QPointF(x, y), box))
        return placed

    def _free(self, at: QPointF, size: QSizeF, taken: list[QRectF]) -> QRectF:
        """A place for a label of ``size`` beside ``at``, below those that are ``taken``."""
        box = QRectF(at + _AWAY, size)
        if box.right() > self.width() - _EDGE:
            box.moveRight(at.x() - _AWAY.x())
        for other in sorted(taken, key=lambda each: each.top()):
            if box.intersects(other):
                box.moveTop(other.bottom() + 2)
        left = min(max(box.left(), _EDGE), self.width() - _EDGE - box.width())
        top = min(max(box.top(), _EDGE), self.height() - _EDGE - box.height())
        box.moveTo(left, top)
        return box

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._themes.current
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        for label, _, box in self.boxes():
            _paint(painter, theme, label, box)


def _size(label: Labelled, metrics: QFontMetrics) -> QSizeF:
    lines = label.lines
    wide = max(metrics.horizontalAdvance(line) for line in lines)
    return QSizeF(wide + 2 * _PAD, len(lines) * metrics.height() + _PAD)


def _paint(painter: QPainter, theme: Theme, label: Labelled, box: QRectF) -> None:
    colour = QColor(theme.series[COLOURS.index(label.joint.colour)])
    ground = QColor(theme.raised)
    ground.setAlphaF(_ALPHA)
    painter.setPen(QPen(colour, 1))
    painter.setBrush(ground)
    painter.drawRoundedRect(box, 4, 4)
    high = painter.fontMetrics().height()
    for number, line in enumerate(label.lines):
        row = QRectF(box.left() + _PAD, box.top() + _PAD / 2 + number * high, box.width(), high)
        painter.setPen(QColor(theme.text) if number else colour)
        painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, line)
