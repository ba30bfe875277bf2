"""What a frame's shaders share, computed from scene and camera and packed for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .camera import OrbitCamera
from .scene import CapsuleBatch, PixelSize
from .themes import Theme

LAMP = np.array([0.42, 1.0, 0.50]) / np.linalg.norm([0.42, 1.0, 0.50])
"""Unit vector toward the key light, world."""
LAMP_TANGENT = 0.055
"""Tangent of the lamp's half angle: how fast shadows soften with height."""

LAMP_MAP_SIDE = 768
SHADE_SIDE = 512
_LAYOUT = np.dtype([("matrices", np.float32, (2, 4, 4)), ("vectors", np.float32, (13, 4))])


@dataclass(frozen=True, eq=False)
class Lighting:
    """Where shadows go, for one batch of capsules.

    lamp_projection: (4, 4) world to shadow map, 0..1. texel: one texel of the
    map, 0..1. corner: (x, z) of the square of ground that shadows can reach, metres;
    side: its size.
    """

    lamp_projection: np.ndarray
    texel: float
    corner: tuple[float, float]
    side: float


def lighting(capsules: CapsuleBatch) -> Lighting:
    """Fit the shadow map and the ground texture around all capsules."""
    if len(capsules):
        centers = capsules.data.reshape(-1, 4, 4)[:, :2, :3].reshape(-1, 3)
        low, high = centers.min(axis=0) - 0.25, centers.max(axis=0) + 0.25
    else:
        low, high = np.full(3, -1.0), np.full(3, 1.0)
    center, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    side_axis = np.cross([0.0, 0.0, 1.0], LAMP)
    side_axis /= np.linalg.norm(side_axis)
    axes = np.stack([side_axis, np.cross(LAMP, side_axis), -LAMP]) / (2 * radius)
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = axes
    matrix[:3, 3] = 0.5 - axes @ center
    slide = LAMP[[0, 2]] / LAMP[1] * max(float(high[1]), 0.0)
    low_xz, high_xz = low[[0, 2]], high[[0, 2]]
    first, last = np.minimum(low_xz, low_xz - slide) - 0.2, np.maximum(high_xz, high_xz - slide) + 0.2
    side = float(np.ceil(2 * max(np.max(last - first), 2.0)) / 2)
    corner = (first + last) / 2 - side / 2
    return Lighting(matrix, 1 / LAMP_MAP_SIDE, (float(corner[0]), float(corner[1])), side)


def floor_radius(camera: OrbitCamera) -> float:
    """Distance from the target at which the floor has faded away, metres."""
    return float(np.clip(2.4 * camera.distance, 6.0, 60.0))


def pack_frame(
    theme: Theme, camera: OrbitCamera, size: PixelSize, light: Lighting
) -> np.ndarray:
    """The uniform block of frame.glsl as one structured value (std140)."""
    frame = np.empty((), _LAYOUT)
    view = camera.view()
    frame["matrices"][0] = (camera.projection(size.aspect) @ view).T
    frame["matrices"][1] = light.lamp_projection.T
    frame["vectors"] = (
        (*camera.eye, 0.0 if camera.orthographic else 1.0),
        (*-view[2, :3], size.ratio),
        (size.width, size.height, 1 / size.width, 1 / size.height),
        (*LAMP, LAMP_TANGENT),
        (*theme.key, light.texel),
        (*theme.sky, 0),
        (*theme.bounce, 0),
        (*theme.background_top, 1),
        (*theme.background_bottom, 1),
        (*theme.floor, 1),
        (*theme.grid, theme.grid_strength),
        (*light.corner, 1 / light.side, theme.shadow),
        (*camera.target, floor_radius(camera)),
    )
    return frame
