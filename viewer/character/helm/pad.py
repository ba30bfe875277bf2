"""A pad for the mouse: across it turns, upwards it goes faster."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from viewer.model.language import tr
from viewer.ui.pixels import blank
from viewer.ui.theme import RADIUS, ThemeSwitch, mono_font

from .helm import HASTE, turn_rate

SIDE = 96
_KNOB, _RIM = 8.0, 12.0
_GROUND_ALPHA = 225
_TIP = tr(
    "Drag: across turns, upwards goes faster. Let go, and it goes straight on at that speed; "
    "at the bottom it stands"
)


class Pad(QWidget):
    """A knob at the speed and the turn that are asked for; a drag asks for others.

    ``held`` brings the turn in rad/s to the left and the speed in m/s, ``released``: go straight.
    Kept as pixels but for the knob: the stage repaints it with every picture.
    """

    held = Signal(float, float)
    released = Signal()

    def __init__(self, parent: QWidget, themes: ThemeSwitch) -> None:
        super().__init__(parent)
        self._themes = themes
        self._marks: tuple[tuple[str, float], ...] = ()
        self._turn = self._speed = 0.0
        self._down = False
        self._pixels: QPixmap | None = None
        self.setFixedSize(SIDE, SIDE)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.setAccessibleName(tr("Drive pad"))
        self.setAccessibleDescription(_TIP)
        self.setToolTip(_TIP)
        themes.changed.connect(self._repaint)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    @property
    def top(self) -> float:
        """The speed at the upper end, m/s."""
        return HASTE * max((speed for _, speed in self._marks if speed), default=1.0)

    def set_marks(self, marks: Sequence[tuple[str, float]]) -> None:
        """Mark the speeds, m/s, of skills by their titles."""
        if tuple(marks) != self._marks:
            self._marks = tuple(marks)
            self._repaint()

    def show_asked(self, turn: float, speed: float) -> None:
        """The knob stands at what is asked for; the same again paints nothing."""
        if (turn, speed) != (self._turn, self._speed):
            self._turn, self._speed = turn, speed
            self.update()

    def knob(self) -> QPointF:
        """Where the knob is."""
        area = self._area
        share = min(self._speed / self.top, 1.0)
        across = self._turn / turn_rate(self._speed)
        x = area.center().x() - min(max(across, -1.0), 1.0) * area.width() / 2
        return QPointF(x, area.bottom() - share * area.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._down = True
            self._ask(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._down:
            self._ask(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._down:
            self._down = False
            self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pixels is None:
            self._pixels = self._draw()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, at = self._themes.current, self.knob()
        painter.setPen(QPen(QColor(theme.accent), 1.5))
        painter.drawLine(QPointF(self._area.center().x(), self._area.bottom()), at)
        painter.setPen(QPen(QColor(theme.panel), 1.5))
        painter.setBrush(QColor(theme.accent))
        painter.drawEllipse(at, _KNOB, _KNOB)

    @property
    def _area(self) -> QRectF:
        """Where the knob can be."""
        return QRectF(self.rect()).adjusted(_RIM, _RIM, -_RIM, -_RIM)

    def _ask(self, at: QPointF) -> None:
        area = self._area
        speed = self.top * min(max((area.bottom() - at.y()) / area.height(), 0.0), 1.0)
        across = (area.center().x() - at.x()) / (area.width() / 2)
        self.held.emit(min(max(across, -1.0), 1.0) * turn_rate(speed), speed)

    def _repaint(self, *_: object) -> None:
        self._pixels = None
        self.update()

    def _draw(self) -> QPixmap:
        theme, area = self._themes.current, self._area
        pixels = blank(self.size(), self.devicePixelRatioF())
        painter = QPainter(pixels)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(theme.panel)
        ground.setAlpha(_GROUND_ALPHA)
        painter.setPen(QColor(theme.line))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        painter.setPen(QPen(QColor(theme.line), 1))
        middle = area.center().x()
        painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom()))
        painter.setFont(mono_font(-3))
        line = painter.fontMetrics().height()
        free = area.bottom() + line
        for title, speed in sorted(self._marks, key=itemgetter(1)):
            y = area.bottom() - speed / self.top * area.height()
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            if y <= free and y - line >= 0:
                painter.setPen(QColor(theme.muted))
                words = QRectF(area.left(), y - line, area.width(), line)
                painter.drawText(words, Qt.AlignmentFlag.AlignLeft, title)
                free = y - line
        painter.end()
        return pixels
