"""A click on a joint of what is seen on the stage, or in a viewport of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from render.camera import OrbitCamera
from render.scene import PixelSize
from viewer.model.figure import Figure, LiveFigure
from viewer.model.joints import joint_names, recent_poses
from viewer.ui.pixels import pixel_at

REACH_POINTS = 16.0
_ALLOWED = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier)


@dataclass(frozen=True, eq=False)
class Sight:
    """A figure at a frame as it is seen from ``camera`` in a viewport of ``size``."""

    figure: Figure | LiveFigure
    frame: int
    camera: OrbitCamera
    size: PixelSize

    def joint_at(self, x: float, y: float) -> str:
        """The joint that is seen nearest to a pixel of the viewport; "" where none is near."""
        poses = recent_poses(self.figure, self.frame, 1)
        if not len(poses):
            return ""
        number = self.camera.pick(poses[-1], x, y, self.size, REACH_POINTS)
        return "" if number is None else joint_names(self.figure)[number]


class JointPick(QObject):
    """Tells a click of the left button from a drag; takes no event from anyone else.

    sight: gives what is seen in the whole of ``viewport`` now, or None. ``picked``: the joint that
    was clicked, "" for none, and whether Ctrl was held.
    """

    picked = Signal(str, bool)

    def __init__(self, viewport: QWidget, sight: Callable[[], Sight | None]) -> None:
        super().__init__(viewport)
        self._viewport, self._sight = viewport, sight
        self._down: QPointF | None = None
        viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            left = event.button() == Qt.MouseButton.LeftButton
            self._down = event.position() if left and event.modifiers() in _ALLOWED else None
        elif kind == QEvent.Type.MouseMove and self._down is not None:
            away = (event.position() - self._down).manhattanLength()
            if away >= QApplication.startDragDistance():
                self._down = None
        elif kind == QEvent.Type.MouseButtonRelease and self._down is not None:
            down, self._down = self._down, None
            sight = self._sight()
            joint = sight.joint_at(*pixel_at(self._viewport, down)) if sight else ""
            adding = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.picked.emit(joint, adding)
        return False
