"""What a frame's shaders share, computed from scene and camera and packed for them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

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
_ROWS = 24
"""Of four numbers: two matrices and sixteen vectors."""

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
    (x0, y0, z0), (x1, y1, z1) = (edge.tolist() for edge in bounds)
    radius = math.dist((x0, y0, z0), (x1, y1, z1)) / 2
    axes = _LAMP_AXES / (2 * radius)
    matrix = np.eye(4, dtype=np.float32)
    matrix[:3, :3] = axes
    matrix[:3, 3] = 0.5 - axes @ ((x0 + x1) / 2, (y0 + y1) / 2, (z0 + z1) / 2)
    rise = max(y1, 0.0) / LAMP[1]
    spans = []
    for low, high, lean in ((x0, x1, LAMP[0]), (z0, z1, LAMP[2])):
        slide = lean * rise
        spans.append((min(low, low - slide) - 0.3, max(high, high - slide) + 0.3))
    side = float(np.ceil(2 * max(2.0, *(last - first for first, last in spans)))) / 2
    x, z = (float((first + last) / 2 - side / 2) for first, last in spans)
    return Lighting(matrix, LAMP_MAP_SIDE / (2 * radius), (x, z), side)


def screen_box(
    spheres: np.ndarray, camera: OrbitCamera, size: PixelSize
) -> tuple[int, int, int, int]:
    """Pixels that ``spheres (N, 4)``, centres and radii, can cover.

    Gives x and y of the lower left, width and height.
    """
    if not len(spheres):
        return 0, 0, 0, 0
    view, projection = camera.view, camera.projection(size.aspect)
    centers, radii = view[:3, :3] @ spheres[:, :3].T + view[:3, 3:], spheres[:, 3]
    depths = np.ones((1, len(spheres)))
    if not camera.orthographic:
        depths = np.stack([-centers[2] - radii, radii - centers[2]])
        if depths[0].min() < 0.1:
            return 0, 0, size.width, size.height
    low, high = ((centers[:2] + side * radii)[:, None] / depths for side in (-1, 1))
    margin = 8 * size.ratio
    edges = []
    for axis, limit in enumerate(size[:2]):
        extent = float(projection[axis, axis])
        first = (1 + extent * low[axis].min()) / 2 * limit - margin
        last = (1 + extent * high[axis].max()) / 2 * limit + margin
        first, last = (min(max(0.0, edge), limit) for edge in (first, last))  # 0 for NaN
        edges.append((math.floor(first), math.ceil(last)))
    (left, right), (bottom, top) = edges
    return left, bottom, right - left, top - bottom


def sky_rows(camera: OrbitCamera, size: PixelSize) -> int:
    """Rows at the top of the picture in which no ground shows, seen from above it."""
    reach, (x, _, z) = floor_radius(camera), camera.target
    azimuth = camera.azimuth
    farthest = (x - reach * math.sin(azimuth), 0.0, z - reach * math.cos(azimuth))
    row = camera.project(np.array([farthest]), size)[0, 1]
    return int(min(max(row, 0), size.height)) if math.isfinite(row) else 0


def floor_radius(camera: OrbitCamera) -> float:
    """Distance from the target at which the floor has faded away, metres."""
    return min(max(2.4 * camera.distance, 6.0), 60.0)


def pack_frame(
    scheme: ColorScheme, camera: OrbitCamera, size: PixelSize, light: Lighting
) -> np.ndarray:
    """The uniform block of frame.glsl (24, 4) float32 (std140)."""
    frame = _unseen(scheme).copy()
    view = camera.view
    frame[0:4] = (camera.projection(size.aspect) @ view).T
    frame[4:8] = light.lamp_projection.T
    half = camera.half_height / (1.0 if camera.orthographic else camera.distance)
    frame[8:13, :3] = camera.eye, -view[2, :3], view[0, :3], view[1, :3], (0.0, 0.0, 0.0)
    frame[8, 3] = 0.0 if camera.orthographic else 1.0
    frame[9, 3] = size.ratio * scheme.stroke
    frame[10, :3] *= half * size.aspect
    frame[11, :3] *= half
    frame[12] = size.width, size.height, 1 / size.width, 1 / size.height
    frame[22] = *light.corner, 1 / light.side, scheme.shadow
    frame[23] = *camera.target, floor_radius(camera)
    return frame


@lru_cache(16)
def _unseen(scheme: ColorScheme) -> np.ndarray:
    """The block (24, 4) with what is the same wherever it is seen from."""
    frame = np.zeros((_ROWS, 4), np.float32)
    frame[13:22] = (
        (*LAMP, LAMP_TANGENT),
        (*scheme.key, 1 / LAMP_MAP_SIDE),
        (*scheme.kicker, 0),
        (*scheme.sky, 0),
        (*scheme.bounce, 0),
        (*scheme.background_top, 1),
        (*scheme.background_bottom, 1),
        (*scheme.floor, 1),
        (*scheme.grid, scheme.grid_strength),
    )
    return frame
