"""A viewport beside the stage's own: takes the mouse there, and paints what stands over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from render.camera import OrbitCamera
from render.scene import PixelSize
from viewer.model.compared import Seen, joint_names, pose_of
from viewer.model.language import tr
from viewer.stage.camera_drag import dragged, zoomed
from viewer.stage.stage import Stage
from viewer.ui.theme import MARGIN, ThemeSwitch, mono_font

_FRAME = 2
_CORNER = 96
"""Room for the number at the right."""


class Pad(QWidget):
    """Over the viewport ``place``: drags and the wheel move its camera, a press makes it the one
    in use.

    ``pressed``; ``moved`` brings the camera as it is to be. camera, seen: as it was drawn
    last; its tooltip is about the joint under the pointer. That of A leaves the mouse to the stage.
    """

    pressed = Signal()
    moved = Signal(object)

    def __init__(self, stage: Stage, place: int, name: str, themes: ThemeSwitch) -> None:
        super().__init__(stage)
        self._stage, self._place, self._themes = stage, place, themes
        self.camera = OrbitCamera()
        self.following = True
        self.seen: Seen | None = None
        self.active = False
        self.moment = self.message = self.note = ""
        self._pointer = QPointF()
        self._font = mono_font(-1)
        self._line = QFontMetrics(self._font).height() + 2
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, place == 0)
        self.setAccessibleName(tr("Viewport {name}", name=name))
        self.hide()

    @property
    def pixels(self) -> PixelSize:
        """The size of its picture."""
        return self._stage.cells[self._place].size

    def tell(self, active: bool, moment: str, message: str, note: str) -> None:
        """Show whether it is the one in use, where it is in its own time, why it is empty, and
        what there is to know of how it is compared."""
        if (active, message, note) != (self.active, self.message, self.note):
            self.update()
        elif moment != self.moment:
            self.update(self._moment_area())
        self.active, self.moment, self.message, self.note = active, moment, message, note

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            ratio = self._stage.devicePixelRatioF()
            told = self._joint_at(event.pos().x() * ratio, event.pos().y() * ratio)
            self.setToolTip(told)
        return super().event(event)

    def _joint_at(self, x: float, y: float) -> str:
        """What there is to know of the joint at a pixel; "" where there is none."""
        seen = self.seen
        figure = seen.chosen.figure if seen is not None else None
        pose = pose_of(figure, seen.frame) if seen is not None and figure is not None else None
        joint = None if pose is None else self.camera.pick(pose, x, y, self.pixels)
        if joint is None or figure is None or seen is None:
            return ""
        name = joint_names(figure)[joint]
        cm = seen.apart.of(name)
        return (
            tr("{name}: {cm:.1f} cm from that of A", name=name, cm=cm) if cm is not None else name
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        self.pressed.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        by = event.position() - self._pointer
        self._pointer = event.position()
        camera = dragged(self.camera, event, by, self.pixels)
        if camera is not self.camera:
            self.moved.emit(camera)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.moved.emit(zoomed(self.camera, event, self.pixels, not self.following))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._themes.current
        painter.setPen(QColor(theme.muted))
        if self.message:
            room = self.rect().adjusted(MARGIN, 3 * MARGIN, -MARGIN, -MARGIN)
            wrapped = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, int(wrapped), self.message)
        if self.note:
            above = self._moment_area().adjusted(0, -4 * self._line, -_CORNER, -self._line)
            below = Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap
            painter.drawText(above, int(below), self.note)
        painter.setFont(self._font)
        painter.drawText(self._moment_area(), 0, self.moment)
        if self.active:
            half = _FRAME / 2
            painter.setPen(QPen(QColor(theme.accent), _FRAME))
            painter.drawRect(QRectF(self.rect()).adjusted(half, half, -half, -half))

    def _moment_area(self) -> QRect:
        high = self._line + MARGIN
        return QRect(MARGIN, self.height() - high, self.width() - 2 * MARGIN, self._line)
