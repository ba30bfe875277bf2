"""A click on the ground of the stage: the character goes there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from viewer.stage.stage import Stage
from viewer.ui.pixels import pixel_at

FARTHEST_M = 1000.0


def ground_at(origin: np.ndarray, direction: np.ndarray) -> np.ndarray | None:
    """Where a sight line from ``origin`` (3,) meets the ground, (3,); None above the horizon.

    One that meets it beyond ``FARTHEST_M`` metres from its origin meets nothing.
    """
    if direction[1] >= 0 or origin[1] <= 0:
        return None
    way = -origin[1] / direction[1] * direction
    return origin + way if np.linalg.norm(way) <= FARTHEST_M else None


class GroundClick(QObject):
    """Tells a click of the left button, where the pointer stays, from a drag of the camera.

    It is to be installed before what takes presses on the body, which come first then.
    """

    def __init__(
        self, stage: Stage, open_: Callable[[], bool], go: Callable[[np.ndarray], None]
    ) -> None:
        """open_: whether somebody can go there; go: takes the place (3,) in stage axes."""
        super().__init__(stage)
        self._stage, self._open, self._go = stage, open_, go
        self._down: QPointF | None = None
        stage.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            left = event.button() == Qt.MouseButton.LeftButton
            plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
            self._down = event.position() if left and plain and self._open() else None
        elif kind == QEvent.Type.MouseMove and self._down is not None:
            away = (event.position() - self._down).manhattanLength()
            if away >= QApplication.startDragDistance():
                self._down = None
        elif kind == QEvent.Type.MouseButtonRelease and self._down is not None:
            self._click(self._down)
            self._down = None
        return False

    def _click(self, at: QPointF) -> None:
        camera, size = self._stage.camera, self._stage.pixel_size
        place = ground_at(*camera.ray(*pixel_at(self._stage, at), size))
        if place is not None:
            self._go(place)
