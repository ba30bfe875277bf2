"""The scene: frozen NumPy data that says what to draw, without a GPU handle.

Positions are metres, Y up; colours RGBA, sRGB in 0..1; sizes on screen are
points (device-independent pixels). Every batch is one packed float32 array,
which goes to the GPU as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple, TypeVar

import numpy as np

from .color_schemes import DARK, ColorScheme, Rgb

Color = Sequence[float] | np.ndarray
Batch = TypeVar("Batch", bound="_Batch")


class PixelSize(NamedTuple):
    """Size of a picture in physical pixels; ``ratio`` pixels make one point."""

    width: int
    height: int
    ratio: float = 1.0

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.width / self.height


@dataclass(frozen=True, eq=False)
class _Batch:
    """``data (N, WIDTH)`` float32, one row per item."""

    data: np.ndarray
    WIDTH = 8

    def __post_init__(self) -> None:
        if self.data.dtype != np.float32 or self.data.shape[1:] != (self.WIDTH,):
            raise ValueError(
                f"{type(self).__name__} needs float32 data of shape (N, {self.WIDTH}), "
                f"not {self.data.dtype} {self.data.shape}"
            )

    def __len__(self) -> int:
        return len(self.data)

    @classmethod
    @cache
    def empty(cls: type[Batch]) -> Batch:
        """The one without items, which is always the same object."""
        return cls(np.empty((0, cls.WIDTH), np.float32))

    @classmethod
    def join(cls: type[Batch], batches: Sequence[Batch]) -> Batch:
        """All items of ``batches`` in one, in order."""
        return cls(np.concatenate([cls.empty().data, *(batch.data for batch in batches)]))


@dataclass(frozen=True, eq=False)
class CapsuleBatch(_Batch):
    """Rounded cones: spheres at two ends and the surface that wraps both.

    Each row is: centre a, radius a, centre b, radius b, stretch (3), unused,
    RGBA. A stretch vector v widens the solid along v by the factor 1 + |v|
    about its axis.
    """

    WIDTH = 16

    @cached_property
    def spheres(self) -> np.ndarray:
        """Centres and radii, (2N, 4) metres, of spheres that hold both ends of the solids."""
        data = self.data
        found = np.concatenate([data[:, 0:4], data[:, 4:8]])
        stretch = np.sqrt(np.einsum("ni,ni->n", data[:, 8:11], data[:, 8:11]))
        found[:, 3] *= np.tile(1 + stretch, 2)
        return found

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest corner (3,) of all solids, metres; not for empty batches."""
        centers, radii = self.spheres[:, :3], self.spheres[:, 3:]
        return (centers - radii).min(axis=0), (centers + radii).max(axis=0)

    def colored(self, color: Rgb, alpha: float = 1.0) -> CapsuleBatch:
        """The same shapes in one colour; ghosts have ``alpha`` below 1."""
        data = self.data.copy()
        data[:, 12:15], data[:, 15] = color, alpha
        return CapsuleBatch(data)

    def faded(self, alpha: float) -> CapsuleBatch:
        """The same shapes in their own colours, translucent."""
        data = self.data.copy()
        data[:, 15] = alpha
        return CapsuleBatch(data)

    def painted(self, colors: np.ndarray) -> CapsuleBatch:
        """The same shapes, each in its own of ``colors (N, 3)``, opaque."""
        data = self.data.copy()
        data[:, 12:15], data[:, 15] = colors, 1
        return CapsuleBatch(data)

    def moved(self, shift: np.ndarray) -> CapsuleBatch:
        """The same shapes shifted by ``shift (3,)`` metres."""
        data = self.data.copy()
        data[:, 0:3] += shift
        data[:, 4:7] += shift
        return CapsuleBatch(data)


@dataclass(frozen=True, eq=False)
class LineBatch(_Batch):
    """Polylines in one stream of vertices: position, width in points, RGBA.

    Every polyline starts and ends with a vertex of width 0, which is not drawn.
    """

    @cached_property
    def spheres(self) -> np.ndarray:
        """The vertices, (N, 4) metres, as spheres of radius 0."""
        return self.data[:, :4] * np.array([1, 1, 1, 0], np.float32)


@dataclass(frozen=True, eq=False)
class PointBatch(_Batch):
    """Round dots drawn over everything: position, diameter in points, RGBA."""


@dataclass(frozen=True, eq=False)
class DiscBatch(_Batch):
    """Marks lying on the ground: centre, radius in metres, RGBA."""


_NO_CAPSULES, _NO_LINES = CapsuleBatch.empty(), LineBatch.empty()
_NO_POINTS, _NO_DISCS = PointBatch.empty(), DiscBatch.empty()


@dataclass(frozen=True, eq=False)
class Scene:
    """All that one picture shows. Ghosts are translucent and cast no shadow.

    A batch that is the same object as in the picture before is not sent again.
    """

    capsules: CapsuleBatch = _NO_CAPSULES
    ghosts: CapsuleBatch = _NO_CAPSULES
    lines: LineBatch = _NO_LINES
    points: PointBatch = _NO_POINTS
    discs: DiscBatch = _NO_DISCS
    scheme: ColorScheme = DARK


def _rows(positions: np.ndarray, size: float, color: Color) -> np.ndarray:
    data = np.empty((len(positions), 8), np.float32)
    data[:, 0:3], data[:, 3], data[:, 4:8] = positions, size, color
    return data


def _with_breaks(vertices: np.ndarray) -> np.ndarray:
    """Vertices (..., K, 8) with a copy of width 0 before and behind each row of K."""
    padded = np.concatenate([vertices[..., :1, :], vertices, vertices[..., -1:, :]], axis=-2)
    padded[..., [0, -1], 3] = 0
    return padded.reshape(-1, 8)


def polyline(points: np.ndarray, color: Color, width: float = 2.0) -> LineBatch:
    """A connected line through ``points (K, 3)``; fewer than two draw nothing."""
    if len(points) < 2:
        return LineBatch.empty()
    return LineBatch(_with_breaks(_rows(points, width, color)))


def segments(starts: np.ndarray, ends: np.ndarray, color: Color, width: float = 2.0) -> LineBatch:
    """Separate lines from ``starts (N, 3)`` to ``ends (N, 3)``."""
    points = np.stack([starts, ends], axis=1).reshape(-1, 3)
    return LineBatch(_with_breaks(_rows(points, width, color).reshape(-1, 2, 8)))


def trail(points: np.ndarray, color: Color, width: float = 3.0) -> LineBatch:
    """The path ``points (K, 3)`` of a joint, oldest first, fading into the past."""
    if len(points) < 2:
        return LineBatch.empty()
    age = np.linspace(0, 1, len(points), dtype=np.float32)
    vertices = _rows(points, width, color)
    vertices[:, 3] *= 0.35 + 0.65 * age
    vertices[:, 7] *= age**1.5
    return LineBatch(_with_breaks(vertices))


def dots(positions: np.ndarray, color: Color, diameter: float = 9.0) -> PointBatch:
    """Dots at ``positions (N, 3)``, such as the picked joint."""
    return PointBatch(_rows(positions, diameter, color))


def contact_marks(feet: np.ndarray, contacts: np.ndarray, scheme: ColorScheme) -> DiscBatch:
    """Marks under foot joints ``feet (N, 3)``, as opaque as ``contacts (N,)`` in 0..1."""
    data = _rows(feet, 0.065, (*scheme.accent, 0.9))
    data[:, 1] = 0
    data[:, 7] *= contacts
    return DiscBatch(data[np.asarray(contacts) > 0.01])
