"""The map in tiles: those in sight, at the fineness that its pixels can show."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from motion.features import phase_amplitude
from motion.phase.distance import tile
from motion.phase.series import PhaseSeries
from render.color_schemes import COLOR_SCHEMES
from render.heat import heat

from .view import MapView

SIDE = 256
"""Rows and columns of a tile."""
MOST_TILES = 128
"""That are kept: 32 MB."""
_LEAST_REACH = 1e-6
T = TypeVar("T")


class Tile(NamedTuple):
    """Which tile: of every 2^level-th frame, ``level`` downwards and to the right, its place."""

    down: int
    across: int
    row: int
    column: int


@dataclass(frozen=True, eq=False)
class Pair:
    """The phases between which distances are shown: of one motion twice, or of two."""

    a: PhaseSeries
    b: PhaseSeries

    @cached_property
    def reach(self) -> float:
        """No distance is greater."""
        sizes = [float(phase_amplitude(each.xy).max()) for each in (self.a, self.b)]
        return max(sum(sizes), _LEAST_REACH)

    @property
    def length_s(self) -> tuple[float, float]:
        """Of the map, downwards and to the right, seconds; a frame lasts until the next."""
        return len(self.a) * self.a.frame_time, len(self.b) * self.b.frame_time

    def frames_at(self, view: MapView, down: float, across: float) -> tuple[int, int] | None:
        """The frames of A and B at a point of the area, pixels; None beside the map."""
        row = int(np.floor(view.time(0, down) / self.a.frame_time))
        column = int(np.floor(view.time(1, across) / self.b.frame_time))
        inside = 0 <= row < len(self.a) and 0 <= column < len(self.b)
        return (row, column) if inside else None

    def distance(self, row: int, column: int) -> float:
        """Between a frame of A and one of B."""
        return float(tile(self.a.xy, self.b.xy, np.array([row]), np.array([column]))[0, 0])

    def distances(self, wanted: Tile) -> np.ndarray:
        """Of a tile, (R, C) float32; those at the ends of the map are smaller."""
        rows = _frames(wanted.row, wanted.down, len(self.a))
        columns = _frames(wanted.column, wanted.across, len(self.b))
        return tile(self.a.xy, self.b.xy, rows, columns)


def _frames(place: int, level: int, count: int) -> slice:
    first = place * SIDE << level
    return slice(first, min((place + 1) * SIDE << level, count), 1 << level)


def levels(pair: Pair, view: MapView, ratio: float = 1.0) -> tuple[int, int]:
    """How coarse the tiles are, so that none of their cells is smaller than a pixel.

    ratio: pixels of the screen to one of the area.
    """
    down, across = (
        int(np.ceil(max(-np.log2(view.scale * ratio * each.frame_time), 0.0) - 1e-9))
        for each in (pair.a, pair.b)
    )
    return down, across


def in_sight(pair: Pair, view: MapView, ratio: float = 1.0) -> Iterator[Tile]:
    """The tiles that are to be seen."""
    found = levels(pair, view, ratio)
    spans = []
    for axis, (series, level) in enumerate(zip((pair.a, pair.b), found, strict=True)):
        wide = (SIDE << level) * series.frame_time
        count = -(-len(series) // (SIDE << level))
        first = max(int(view.time(axis, 0.0) / wide), 0)
        last = min(int(view.time(axis, view.size[axis]) / wide), count - 1)
        spans.append(range(first, last + 1))
    for row in spans[0]:
        for column in spans[1]:
            yield Tile(*found, row, column)


def whole(pair: Pair) -> Tile:
    """The tile that has all of the map, coarsely."""
    down, across = (max(0, int(np.ceil(np.log2(len(s) / SIDE)))) for s in (pair.a, pair.b))
    return Tile(down, across, 0, 0)


def place(pair: Pair, view: MapView, at: Tile) -> tuple[float, float, float, float]:
    """Where a tile lies: left, top, width and height in pixels of the area."""
    rows, columns = (
        _frames(at.row, at.down, len(pair.a)),
        _frames(at.column, at.across, len(pair.b)),
    )
    cells_down, cells_across = (
        -(-(each.stop - each.start) // each.step) * each.step for each in (rows, columns)
    )
    left = view.pixel(1, columns.start * pair.b.frame_time)
    top = view.pixel(0, rows.start * pair.a.frame_time)
    wide = cells_across * pair.b.frame_time * view.scale
    return left, top, wide, cells_down * pair.a.frame_time * view.scale


def palette(theme: str) -> np.ndarray:
    """Colours (256,) uint32 0xffRRGGBB from alike, which stands out, to the farthest apart."""
    colors = heat(np.linspace(1, 0, 256), COLOR_SCHEMES[theme].heat)
    red, green, blue = np.round(255 * colors).astype(np.uint32).T
    found: np.ndarray = 0xFF000000 | red << 16 | green << 8 | blue
    return found.astype(np.uint32)


def colored(distances: np.ndarray, reach: float, colors: np.ndarray) -> np.ndarray:
    """Pixels (R, C) uint32 of distances (R, C) up to ``reach``."""
    found: np.ndarray = colors[np.minimum(distances * (255.99 / reach), 255).astype(np.uint8)]
    return found


class Kept(Generic[T]):
    """What was made of tiles; the one that was not asked for longest goes first."""

    def __init__(self, most: int = MOST_TILES) -> None:
        self._most = most
        self._held: OrderedDict[Tile, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def get(self, at: Tile) -> T | None:
        """What is kept of a tile."""
        if at in self._held:
            self._held.move_to_end(at)
        return self._held.get(at)

    def put(self, at: Tile, made: T) -> None:
        """Keep what was made of a tile."""
        self._held[at] = made
        self._held.move_to_end(at)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
