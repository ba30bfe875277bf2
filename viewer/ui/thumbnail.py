"""A clip in one small picture: a strip of stick figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from .pixels import blank
from .theme import Theme

POSES = 5
POSE_WIDTH = 20
VIEW_RAD = np.radians(50)
DEPTH_RAD = np.radians(8)


@dataclass(frozen=True, eq=False)
class Strip:
    """Poses flattened for drawing: points (P, J, 2), y up, and parents (J,)."""

    points: np.ndarray
    parents: np.ndarray


def strip_of(positions: np.ndarray, parents: np.ndarray) -> Strip:
    """The strip of joint positions (T, J, 3), metres, seen from front and side.

    Takes ``POSES`` frames spread over the clip, each centred on its root; the
    picture turns with the clip's first pose, so that walkers read from the side.
    """
    frames = np.linspace(0, len(positions) - 1, POSES + 2).round().astype(int)[1:-1]
    poses = positions[frames].astype(np.float64)
    poses = poses - poses[:, :1] * [1, 0, 1]
    right = np.array([np.cos(VIEW_RAD), 0.0, np.sin(VIEW_RAD)])
    up = np.array([0.0, np.cos(DEPTH_RAD), np.sin(DEPTH_RAD)])
    flat = np.stack([poses @ right, poses @ up], axis=-1)
    return Strip(flat.astype(np.float32), parents)


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
