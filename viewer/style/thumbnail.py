"""A pose as a small figure, seen from the side and a little from the front."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from motion.canonical import INDEX
from viewer.ui.pixels import blank, pixel_size
from viewer.ui.theme import Theme

SIDE_DEG, FRONT_DEG = 28.0, 65.0
"""Turned from the side to the front by that much: shows strides, and widths."""
WIDTH, HEIGHT = 28, 40
TALLEST_M = 1.9
"""What fits above the ground; a pose that reaches further is drawn smaller."""
TRUNK_M, LEG_M, ARM_M, HEAD_M = 0.20, 0.135, 0.105, 0.145
"""How thick parts are drawn: stouter than life, to be read at 40 pixels."""
SHADES = {"far": 0.42, "trunk": 0.8, "near": 1.0}
"""How much of the ink, the rest of the ground, the parts have."""
LEGS = {
    side: tuple(INDEX[f"{side}{part}"] for part in ("UpLeg", "Leg", "Foot", "ToeBase"))
    for side in ("Left", "Right")
}
ARMS = {
    side: tuple(INDEX[f"{side}{part}"] for part in ("Arm", "ForeArm", "Hand"))
    for side in ("Left", "Right")
}
TRUNK = tuple(INDEX[name] for name in ("Hips", "Spine", "Spine1", "Spine2", "Neck"))
LEAST_ACROSS_M = 1e-4
FLOOR_PX = 2.0


def flat_pose(pose: np.ndarray, view_deg: float = SIDE_DEG) -> np.ndarray:
    """A pose (22, 3), metres, y up, as it is seen: (22, 3) right, up, towards the viewer.

    It faces right whichever way it faced, its hips in the middle, its ground at 0.
    view_deg: 0 from its right side, 90 from the front.
    """
    hips = pose[INDEX["Hips"]]
    across = (
        pose[INDEX["LeftUpLeg"]] - pose[INDEX["RightUpLeg"]]
        + pose[INDEX["LeftArm"]] - pose[INDEX["RightArm"]]
    )  # fmt: skip
    across = across * [1, 0, 1]
    length = float(np.linalg.norm(across))
    left = across / length if length > LEAST_ACROSS_M else np.array([1.0, 0.0, 0.0])
    ahead = np.cross(left, [0.0, 1.0, 0.0])
    turn, front = np.cos(np.radians(view_deg)), np.sin(np.radians(view_deg))
    right, towards = turn * ahead + front * left, front * ahead - turn * left
    centred = pose - hips * [1, 0, 1] - [0, min(float(pose[:, 1].min()), 0.0), 0]
    return np.stack([centred @ right, centred[:, 1], centred @ towards], axis=-1)


def pose_picture(
    pose: np.ndarray,
    size: QSize,
    ratio: float,
    theme: Theme,
    accent: str = "",
    view_deg: float = SIDE_DEG,
) -> QPixmap:
    """The figure of a pose (22, 3), metres, over nothing, on its ground line.

    size: logical pixels. accent: "#rrggbb" of the figure instead of the text's colour.
    view_deg: as in ``flat_pose``.
    """
    flat = flat_pose(np.asarray(pose, np.float64), view_deg)
    figure = _Figure(flat, size, QColor(accent or theme.text), QColor(theme.panel))
    picture = blank(size, ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_ground(painter, size, QColor(theme.faint))
    figure.paint(painter)
    painter.end()
    return picture


class PoseView(QWidget):
    """A pose in a place of its own; empty ground until it is known."""

    def __init__(self, name: str, theme: Theme, view_deg: float = SIDE_DEG) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedSize(WIDTH, HEIGHT)
        self._theme, self._view_deg = theme, view_deg
        self._pose: np.ndarray | None = None
        self._picture: QPixmap | None = None

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._redraw()

    def set_pose(self, pose: np.ndarray | None) -> None:
        """Show a pose (22, 3), metres; None: nothing yet."""
        if pose is not self._pose:
            self._pose = pose
            self._redraw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._picture is None or self._picture.size() != pixel_size(self):
            self._picture = self._paint()
        QPainter(self).drawPixmap(0, 0, self._picture)

    def _paint(self) -> QPixmap:
        ratio, theme = self.devicePixelRatioF(), self._theme
        if self._pose is None:
            picture = blank(self.size(), ratio)
            painter = QPainter(picture)
            _paint_ground(painter, self.size(), QColor(theme.line))
            painter.end()
            return picture
        accent = "" if self.isEnabled() else theme.faint
        return pose_picture(self._pose, self.size(), ratio, theme, accent, self._view_deg)

    def _redraw(self) -> None:
        self._picture = None
        self.update()


def _paint_ground(painter: QPainter, size: QSize, color: QColor) -> None:
    painter.setPen(QPen(color, 1))
    y = size.height() - FLOOR_PX + 0.5
    painter.drawLine(QPointF(2, y), QPointF(size.width() - 2, y))


class _Figure:
    """Where the joints lie in a picture, and how the parts are drawn."""

    def __init__(self, flat: np.ndarray, size: QSize, ink: QColor, ground: QColor) -> None:
        self._flat, self._ink, self._ground = flat, ink, ground
        self._floor = size.height() - FLOOR_PX
        widest = float(np.abs(flat[:, 0]).max()) + ARM_M
        tallest = max(float(flat[:, 1].max()) + 2 * HEAD_M, TALLEST_M)
        self._scale = min((self._floor - 1) / tallest, (size.width() / 2 - 1) / widest)
        self._middle = size.width() / 2

    def paint(self, painter: QPainter) -> None:
        far, near = sorted(("Left", "Right"), key=lambda side: self._flat[LEGS[side][0], 2])
        self._limb(painter, ARMS[far], ARM_M, "far")
        self._limb(painter, LEGS[far], LEG_M, "far")
        self._limb(painter, TRUNK, TRUNK_M, "trunk")
        self._head(painter)
        self._limb(painter, LEGS[near], LEG_M, "near")
        self._limb(painter, ARMS[near], ARM_M, "near")

    def _limb(self, painter: QPainter, joints: tuple[int, ...], thick_m: float, shade: str) -> None:
        """A chain of joints as one stroke, set off from what it crosses by a gap."""
        spots, width = QPolygonF([self._spot(joint) for joint in joints]), thick_m * self._scale
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        if shade == "near":
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.setPen(
                QPen(Qt.GlobalColor.black, width + 1.2, Qt.PenStyle.SolidLine, cap, join)
            )
            painter.drawPolyline(spots)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.setPen(QPen(self._shade(shade), width, Qt.PenStyle.SolidLine, cap, join))
        painter.drawPolyline(spots)

    def _head(self, painter: QPainter) -> None:
        neck, head = self._spot(INDEX["Neck"]), self._spot(INDEX["Head"])
        up = head - neck
        length = max(float(np.hypot(up.x(), up.y())), 1e-6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._shade("near"))
        radius = HEAD_M * self._scale
        painter.drawEllipse(head + up * (0.5 * radius / length), radius, radius)

    def _spot(self, joint: int) -> QPointF:
        right, up, _ = self._flat[joint].tolist()
        return QPointF(self._middle + right * self._scale, self._floor - up * self._scale)

    def _shade(self, part: str) -> QColor:
        share = SHADES[part]
        ink, ground = self._ink, self._ground
        return QColor.fromRgbF(
            ink.redF() * share + ground.redF() * (1 - share),
            ink.greenF() * share + ground.greenF() * (1 - share),
            ink.blueF() * share + ground.blueF() * (1 - share),
        )
