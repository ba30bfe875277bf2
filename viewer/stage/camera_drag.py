"""What mouse and wheel do to a camera."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from render.camera import OrbitCamera
from render.scene import PixelSize

_ORBIT_PER_POINT = np.radians(0.35)
_ZOOM_PER_STEP = 1.0012


def dragged(camera: OrbitCamera, event: QMouseEvent, by: QPointF, size: PixelSize) -> OrbitCamera:
    """``camera`` after a drag ``by`` points: left orbits, middle or Shift+left pans."""
    buttons = event.buttons()
    shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
    if buttons & Qt.MouseButton.MiddleButton or (buttons & Qt.MouseButton.LeftButton and shift):
        return camera.pan(by.x() * size.ratio, by.y() * size.ratio, size)
    if buttons & Qt.MouseButton.LeftButton:
        return camera.orbit(-by.x() * _ORBIT_PER_POINT, by.y() * _ORBIT_PER_POINT)
    return camera


def zoomed(
    camera: OrbitCamera, event: QWheelEvent, size: PixelSize, to_cursor: bool
) -> OrbitCamera:
    """``camera`` after the wheel turned; to_cursor: towards what is under it."""
    at = event.position() * size.ratio
    cursor = (at.x(), at.y()) if to_cursor else None
    return camera.zoom(_ZOOM_PER_STEP ** event.angleDelta().y(), size, cursor)
