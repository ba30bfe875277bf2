"""Grabbing a joint on the stage and dragging it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from viewer.stage.stage import Stage
from viewer.ui.pixels import pixel_at

_GRIP_POINTS = 16.0


class JointGrab(QObject):
    """Left drag from a joint moves it in the plane of the picture, while ``enabled``.

    pose: gives the joints (22, 3) as they are to be grabbed, or None. ``grabbed`` brings which
    joint, ``dragged`` how far it was dragged since, (3,) m of the world; ``escaped``: Escape was
    pressed on the stage. Elsewhere the drag is the camera's.
    """

    grabbed = Signal(int)
    dragged = Signal(object)
    escaped = Signal()

    def __init__(self, stage: Stage, pose: Callable[[], np.ndarray | None]) -> None:
        super().__init__(stage)
        self._stage, self._pose = stage, pose
        self.enabled = False
        self._start: np.ndarray | None = None
        self._from = np.zeros(3)
        stage.installEventFilter(self)

    def set_enabled(self, enabled: bool) -> None:
        """Whether joints can be grabbed."""
        self.enabled, self._start = enabled, None
        self._stage.setMouseTracking(True)
        if not enabled:
            self._stage.unsetCursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self.enabled:
            return False
        if isinstance(event, QMouseEvent):
            return self._heed_mouse(event)
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._start = None
            self.escaped.emit()
            event.accept()
            return True
        return False

    def _heed_mouse(self, event: QMouseEvent) -> bool:
        left = event.button() == Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.MouseButtonPress and left:
            return self._press(event.position())
        if event.type() == QEvent.Type.MouseMove:
            if self._start is not None:
                self.dragged.emit(self._at(event.position(), self._start) - self._from)
                return True
            if not event.buttons():
                over = self._joint_at(event.position()) is not None
                hand = Qt.CursorShape.OpenHandCursor
                self._stage.setCursor(hand) if over else self._stage.unsetCursor()
        if event.type() == QEvent.Type.MouseButtonRelease and left and self._start is not None:
            self._start = None
            return True
        return False

    def _press(self, at: QPointF) -> bool:
        joint, pose = self._joint_at(at), self._pose()
        if joint is None or pose is None:
            return False
        self._start = np.asarray(pose[joint], float)
        self._from = self._at(at, self._start)
        self._stage.setCursor(Qt.CursorShape.ClosedHandCursor)
        self.grabbed.emit(joint)
        return True

    def _joint_at(self, at: QPointF) -> int | None:
        pose = self._pose()
        if pose is None:
            return None
        size = self._stage.pixel_size
        x, y = pixel_at(self._stage, at)
        return self._stage.camera.pick(pose, x, y, size, _GRIP_POINTS)

    def _at(self, at: QPointF, through: np.ndarray) -> np.ndarray:
        """The point (3,) under the pointer, in the plane of the picture through a point."""
        camera = self._stage.camera
        origin, direction = camera.ray(*pixel_at(self._stage, at), self._stage.pixel_size)
        depth = (through - origin) @ camera.forward / (direction @ camera.forward)
        found: np.ndarray = origin + depth * direction
        return found
