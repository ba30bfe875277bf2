"""A clip in one small picture: a strip of stick figures."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from viewer.model.strip import Strip

from .pixels import blank
from .theme import Theme

POSE_WIDTH = 20


def paint_strip(strip: Strip, size: QSize, ratio: float, theme: Theme) -> QPixmap:
    """The strip at ``size`` logical pixels, later poses stronger, as many as fit."""
    count = min(len(strip.points), max(size.width() // POSE_WIDTH, 1))
    poses = strip.points[np.linspace(0, len(strip.points) - 1, count).round().astype(int)]
    pixmap = blank(size, ratio)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    low, high = poses[..., 1].min(), poses[..., 1].max()
    scale = (size.height() - 6) / max(float(high - low), 0.3)
    widest = float(np.abs(poses[..., 0]).max())
    side = min(widest * scale, size.width() / 4) + 2
    scale = min(scale, (side - 2) / max(widest, 1e-6))
    centres = np.linspace(side, size.width() - side, len(poses))
    shade = QColor(theme.text)
    for age, (centre, pose) in enumerate(zip(centres, poses, strict=True), start=1):
        shade.setAlphaF(0.25 + 0.7 * age / len(poses))
        painter.setPen(QPen(shade, 1.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        spots = [
            QPointF(centre + x * scale, size.height() - 3 - (y - low) * scale) for x, y in pose
        ]
        for joint, parent in enumerate(strip.parents):
            if parent >= 0:
                painter.drawLine(spots[parent], spots[joint])
    painter.end()
    return pixmap
