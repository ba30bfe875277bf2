"""An orbiting camera: pure maths, no OpenGL.

Pixels are physical, with the origin at the top left of the picture; the view
looks down its own -Z. Matrices are (4, 4) float32 acting on column vectors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .scene import PixelSize

MAX_ELEVATION = float(np.radians(89.0))
MIN_DISTANCE, MAX_DISTANCE = 0.2, 200.0
Point = tuple[float, float, float]


@dataclass(frozen=True)
class OrbitCamera:
    """Looks at ``target`` from ``distance`` metres; every move gives a new camera.

    azimuth: radians about +Y; 0 sees the figure's front (the eye on +Z), positive
    goes to its left (+X). elevation: radians above the ground. fov_y: vertical
    field of view in radians, which also sets the scale of the orthographic view.
    """

    target: Point = (0.0, 0.9, 0.0)
    azimuth: float = 0.55
    elevation: float = 0.22
    distance: float = 4.2
    fov_y: float = float(np.radians(36.0))
    orthographic: bool = False

    def orbit(self, d_azimuth: float, d_elevation: float) -> OrbitCamera:
        """Turn about the target by radians; an orthographic view becomes perspective."""
        azimuth = (self.azimuth + d_azimuth + np.pi) % (2 * np.pi) - np.pi
        elevation = np.clip(self.elevation + d_elevation, -MAX_ELEVATION, MAX_ELEVATION)
        return replace(self, azimuth=float(azimuth), elevation=float(elevation), orthographic=False)

    def pan(self, dx: float, dy: float, size: PixelSize) -> OrbitCamera:
        """Shift so that the target's plane follows a drag of ``(dx, dy)`` pixels."""
        right, up, _ = self._axes
        metres = 2 * self.half_height / size.height
        return self._at(np.asarray(self.target) + metres * (dy * up - dx * right))

    def zoom(
        self,
        factor: float,
        size: PixelSize | None = None,
        cursor: tuple[float, float] | None = None,
    ) -> OrbitCamera:
        """Enlarge by ``factor``; with ``size`` and ``cursor`` (x, y) in pixels, toward it."""
        distance = float(np.clip(self.distance / factor, MIN_DISTANCE, MAX_DISTANCE))
        zoomed = replace(self, distance=distance)
        if size is None or cursor is None:
            return zoomed
        dx, dy = cursor[0] - size.width / 2, cursor[1] - size.height / 2
        kept = self.distance / distance - 1
        return zoomed.pan(-dx * kept, -dy * kept, size)

    def frame_all(
        self, points: np.ndarray, aspect: float, padding: float = 0.25, margin: float = 1.08
    ) -> OrbitCamera:
        """Move so that the finite ones of ``points (N, 3)`` fill the picture.

        padding: metres of flesh around the points; margin: share of the picture to spare.
        """
        points = np.asarray(points, np.float64)
        points = points[np.isfinite(points).all(axis=-1)]
        if not len(points):
            return self
        right, up, forward = self._axes
        low, high = points.min(axis=0), points.max(axis=0)
        center = (low + high) / 2
        local = points - center
        tangent = np.tan(self.fov_y / 2)
        half = np.maximum(np.abs(local @ up), np.abs(local @ right) / aspect) + padding
        needed = half * margin / tangent
        nearer = 0.0 if self.orthographic else -(local @ forward)
        distance = np.clip(np.max(needed + nearer), MIN_DISTANCE * 5, MAX_DISTANCE)
        return replace(self._at(center), distance=float(distance))

    def follow(self, point: np.ndarray, dt_s: float, time_constant_s: float = 0.25) -> OrbitCamera:
        """Let the target approach ``point (3,)`` for ``dt_s`` seconds.

        The gap shrinks by e in every time constant, whatever the frame rate.
        """
        share = 1.0 if time_constant_s <= 0 else 1 - np.exp(-max(dt_s, 0.0) / time_constant_s)
        target = np.asarray(self.target)
        return self._at(target + share * (np.asarray(point, np.float64) - target))

    def swing(
        self, azimuth: float, rate: float, dt_s: float, time_constant_s: float = 0.4
    ) -> tuple[OrbitCamera, float]:
        """Let a spring turn the camera towards ``azimuth`` for ``dt_s`` seconds.

        rate: how fast it turns, rad/s; given and returned. Critically damped, so neither angle
        nor rate jumps, whatever the frame rate; the shorter way round. A time constant of 0 is
        there at once, and an orthographic view becomes perspective.
        """
        if time_constant_s <= 0:
            return self.orbit(azimuth - self.azimuth, 0.0), 0.0
        gap = float(np.remainder(self.azimuth - azimuth + np.pi, 2 * np.pi) - np.pi)
        stiffness = 1 / time_constant_s
        drive, decay = rate + stiffness * gap, float(np.exp(-stiffness * dt_s))
        left = (gap + drive * dt_s) * decay
        return self.orbit(left - gap, 0.0), (rate - stiffness * drive * dt_s) * decay

    def front(self) -> OrbitCamera:
        """The orthographic view of the figure's front."""
        return replace(self, azimuth=0.0, elevation=0.0, orthographic=True)

    def side(self) -> OrbitCamera:
        """The orthographic view of the figure's left side."""
        return replace(self, azimuth=np.pi / 2, elevation=0.0, orthographic=True)

    def top(self) -> OrbitCamera:
        """The orthographic view from above, +Z at the bottom."""
        return replace(self, azimuth=0.0, elevation=np.pi / 2, orthographic=True)

    def perspective(self) -> OrbitCamera:
        """The same view in perspective."""
        elevation = np.clip(self.elevation, -MAX_ELEVATION, MAX_ELEVATION)
        return replace(self, elevation=float(elevation), orthographic=False)

    @cached_property
    def eye(self) -> np.ndarray:
        """Where the camera stands, (3,) metres."""
        return np.asarray(self.target) - self.distance * self._axes[2]

    @property
    def forward(self) -> np.ndarray:
        """Where the camera looks, unit (3,)."""
        return self._axes[2]

    @cached_property
    def view(self) -> np.ndarray:
        """World to view, (4, 4) float32."""
        rows = np.stack((*self._axes[:2], -self._axes[2]))
        matrix = np.eye(4, dtype=np.float32)
        matrix[:3, :3] = rows
        matrix[:3, 3] = -rows @ self.eye
        return matrix

    def projection(self, aspect: float) -> np.ndarray:
        """View to clip space of a picture ``aspect`` as wide as high, (4, 4) float32."""
        near, far = self._depth_range()
        matrix = np.zeros((4, 4), np.float32)
        if self.orthographic:
            half = self.half_height
            matrix[0, 0], matrix[1, 1] = 1 / (half * aspect), 1 / half
            matrix[2, 2], matrix[2, 3] = -2 / (far - near), -(far + near) / (far - near)
            matrix[3, 3] = 1
        else:
            scale = 1 / math.tan(self.fov_y / 2)
            matrix[0, 0], matrix[1, 1] = scale / aspect, scale
            matrix[2, 2] = -(far + near) / (far - near)
            matrix[2, 3] = -2 * far * near / (far - near)
            matrix[3, 2] = -1
        return matrix

    def project(self, points: np.ndarray, size: PixelSize) -> np.ndarray:
        """``points (N, 3)`` to (N, 3): x and y in pixels, metres in front of the eye.

        In perspective, a point at or behind the eye has x and y NaN.
        """
        right, up, forward = self._axes
        local = np.asarray(points, np.float64) - self.eye
        depth = local @ forward
        half = self.half_height
        if self.orthographic:
            span = np.full_like(depth, half)
        else:
            span = np.where(depth > 1e-6, depth, np.nan) * (half / self.distance)
        x = (1 + local @ right / (span * size.aspect)) * size.width / 2
        y = (1 - local @ up / span) * size.height / 2
        return np.stack([x, y, depth], axis=-1)

    def ray(self, x: float, y: float, size: PixelSize) -> tuple[np.ndarray, np.ndarray]:
        """Origin (3,) and unit direction (3,) of the sight line through a pixel."""
        right, up, forward = self._axes
        half = self.half_height
        across = (2 * x / size.width - 1) * half * size.aspect
        above = (1 - 2 * y / size.height) * half
        offset = across * right + above * up
        if self.orthographic:
            return self.eye + offset, forward
        direction = self.distance * forward + offset
        return self.eye, direction / np.linalg.norm(direction)

    def pick(
        self, positions: np.ndarray, x: float, y: float, size: PixelSize, radius: float = 14.0
    ) -> int | None:
        """Index of the joint of ``positions (J, 3)`` seen nearest to a pixel.

        None when no joint lies within ``radius`` points.
        """
        pixels = self.project(positions, size)
        gaps = np.hypot(pixels[:, 0] - x, pixels[:, 1] - y)
        gaps = np.where(np.isfinite(gaps), gaps, np.inf)
        if not len(gaps) or gaps.min() > radius * size.ratio:
            return None
        return int(np.argmin(gaps))

    @property
    def half_height(self) -> float:
        """Half the height of the picture in the target's plane, metres."""
        return self.distance * math.tan(self.fov_y / 2)

    def _depth_range(self) -> tuple[float, float]:
        if self.orthographic:
            return self.distance - 100.0, self.distance + 100.0
        return max(0.02, 0.05 * self.distance), self.distance + 120.0

    @cached_property
    def _axes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Right, up and forward of the view, unit (3,) each."""
        ca, sa = math.cos(self.azimuth), math.sin(self.azimuth)
        ce, se = math.cos(self.elevation), math.sin(self.elevation)
        right = np.array([ca, 0.0, -sa])
        up = np.array([-se * sa, ce, -se * ca])
        return right, up, np.array([-ce * sa, -se, -ce * ca])

    def _at(self, target: np.ndarray) -> OrbitCamera:
        x, y, z = (float(v) for v in target)
        return replace(self, target=(x, y, z))
