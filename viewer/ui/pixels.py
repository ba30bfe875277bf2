"""From a widget's logical pixels to the screen's, rounded as Qt rounds them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget


def pixel_size(widget: QWidget) -> QSize:
    """How many pixels of the screen ``widget`` has: the size of its framebuffer."""
    return widget.size() * widget.devicePixelRatioF()


def pixel_at(widget: QWidget, at: QPointF) -> tuple[float, float]:
    """Column and row of the screen's pixels at a point of ``widget``."""
    ratio = widget.devicePixelRatioF()
    return at.x() * ratio, at.y() * ratio


def blank(
    size: QSize, ratio: float, color: QColor | Qt.GlobalColor = Qt.GlobalColor.transparent
) -> QPixmap:
    """A picture of ``size`` logical pixels, sharp at ``ratio``, full of ``color``."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(color)
    return pixmap
