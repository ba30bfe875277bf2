"""What a frame's shaders share, computed from scene and camera and packed for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .camera import OrbitCamera
from .color_schemes import ColorScheme
from .scene import PixelSize

LAMP = np.array([0.62, 1.0, 0.42]) / np.linalg.norm([0.62, 1.0, 0.42])
"""Unit vector toward the key light, world."""
_LAMP_SIDE = np.cross([0.0, 0.0, 1.0], LAMP) / np.hypot(LAMP[0], LAMP[1])
_LAMP_AXES = np.stack([_LAMP_SIDE, np.cross(LAMP, _LAMP_SIDE), -LAMP])
LAMP_TANGENT = 0.055
"""Tangent of the lamp's half angle: how fast shadows soften with height."""

LAMP_MAP_SIDE = 512
SHADE_SIDE = 384
_LAYOUT = np.dtype([("matrices", np.float32, (2, 4, 4)), ("vectors", np.float32, (16, 4))])


Bounds = tuple[np.ndarray, np.ndarray]
"""Lowest and highest corner of a box in the world, (3,) each, metres."""


@dataclass(frozen=True, eq=False)
class Lighting:
    """Where the shadows of some solids can fall.

    lamp_projection: (4, 4) world to shadow map, 0..1; lamp_scale: texels of the map
    per metre. corner: (x, z) of the square of ground that shadows can reach, metres;
    side: its size.
    """

    lamp_projection: np.ndarray
    lamp_scale: float
    corner: tuple[float, float]
    side: float


def lighting(bounds: Bounds) -> Lighting:
    """Fit the shadow map and the ground texture to what lies in ``bounds``."""
    low, high = bounds
    center, radius = (low + high) / 2, float(np.linalg.norm(high - low)) / 2
    axes = _LAMP_AXES / (2 * radius)
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = axes
    matrix[:3, 3] = 0.5 - axes @ center
    slide = LAMP[[0, 2]] / LAMP[1] * max(float(high[1]), 0.0)
    first = np.minimum(low[[0, 2]], low[[0, 2]] - slide) - 0.3
    last = np.maximum(high[[0, 2]], high[[0, 2]] - slide) + 0.3
    side = float(np.ceil(2 * max(np.max(last - first), 2.0)) / 2)
    corner = (first + last) / 2 - side / 2
    scale = LAMP_MAP_SIDE / (2 * radius)
    return Lighting(matrix, scale, (float(corner[0]), float(corner[1])), side)


def screen_box(
    spheres: np.ndarray, camera: OrbitCamera, size: PixelSize
) -> tuple[int, int, int, int]:
    """Pixels that ``spheres (N, 4)``, centres and radii, can cover.

    Gives x and y of the lower left, width and height.
    """
    if not len(spheres):
        return 0, 0, 0, 0
    view, projection = camera.view, camera.projection(size.aspect)
    centers, radii = spheres[:, :3] @ view[:3, :3].T + view[:3, 3], spheres[:, 3:]
    near, far = np.ones_like(radii), np.ones_like(radii)
    if not camera.orthographic:
        near, far = -centers[:, 2:] - radii, -centers[:, 2:] + radii
        if near.min() < 0.1:
            return 0, 0, size.width, size.height
    extent = np.array([projection[0, 0], projection[1, 1]])
    low, high = (extent * (centers[:, :2] + side * radii) for side in (-1, 1))
    low, high = np.minimum(low / near, low / far), np.maximum(high / near, high / far)
    limit = np.array([size.width, size.height])
    margin = 8 * size.ratio
    first = np.floor((1 + low.min(axis=0)) / 2 * limit - margin)
    last = np.ceil((1 + high.max(axis=0)) / 2 * limit + margin)
    first, last = (np.clip(edge, 0, limit).astype(int) for edge in (first, last))
    width, height = last - first
    return int(first[0]), int(first[1]), int(width), int(height)


def sky_rows(camera: OrbitCamera, size: PixelSize) -> int:
    """Rows at the top of the picture in which no ground shows, seen from above it."""
    ahead = np.array([-np.sin(camera.azimuth), 0.0, -np.cos(camera.azimuth)])
    farthest = np.array(camera.target) * [1, 0, 1] + floor_radius(camera) * ahead
    row = camera.project(farthest[None], size)[0, 1]
    return int(np.clip(row, 0, size.height)) if np.isfinite(row) else 0


def floor_radius(camera: OrbitCamera) -> float:
    """Distance from the target at which the floor has faded away, metres."""
    return float(np.clip(2.4 * camera.distance, 6.0, 60.0))


def pack_frame(
    scheme: ColorScheme, camera: OrbitCamera, size: PixelSize, light: Lighting
) -> np.ndarray:
    """The uniform block of frame.glsl as one structured value (std140)."""
    frame = np.empty((), _LAYOUT)
    view = camera.view
    frame["matrices"][0] = (camera.projection(size.aspect) @ view).T
    frame["matrices"][1] = light.lamp_projection.T
    half = camera.half_height / (1.0 if camera.orthographic else camera.distance)
    frame["vectors"] = (
        (*camera.eye, 0.0 if camera.orthographic else 1.0),
        (*-view[2, :3], size.ratio * scheme.stroke),
        (*view[0, :3] * half * size.aspect, 0),
        (*view[1, :3] * half, 0),
        (size.width, size.height, 1 / size.width, 1 / size.height),
        (*LAMP, LAMP_TANGENT),
        (*scheme.key, 1 / LAMP_MAP_SIDE),
        (*scheme.kicker, 0),
        (*scheme.sky, 0),
        (*scheme.bounce, 0),
        (*scheme.background_top, 1),
        (*scheme.background_bottom, 1),
        (*scheme.floor, 1),
        (*scheme.grid, scheme.grid_strength),
        (*light.corner, 1 / light.side, scheme.shadow),
        (*camera.target, floor_radius(camera)),
    )
    return frame
