"""Tiles hold what the whole matrix would, and there are few of them however long the motion."""

from __future__ import annotations

import numpy as np
import pytest

from motion.phase.series import PhaseSeries
from viewer.distance.tiles import (
    MOST_TILES,
    SIDE,
    Kept,
    Pair,
    Tile,
    colored,
    in_sight,
    levels,
    palette,
    place,
    whole,
)
from viewer.distance.view import MapView


def spiral(frames: int, frame_time: float = 1 / 30) -> PhaseSeries:
    angle = 2 * np.pi * np.arange(frames) * frame_time
    size = 1 + np.arange(frames) / frames
    return PhaseSeries(
        np.stack([np.cos(angle), np.sin(angle)], axis=-1) * size[:, None], frame_time
    )


def seen(pair: Pair, size: tuple[float, float] = (300.0, 300.0)) -> MapView:
    return MapView(pair.length_s, frame_s=pair.a.frame_time).resized(size)


def test_tiles_join_to_the_whole_matrix() -> None:
    pair = Pair(spiral(700), spiral(300, 1 / 60))
    expected = np.linalg.norm(pair.a.xy[:, None] - pair.b.xy[None], axis=-1)
    for down, across in ((0, 0), (1, 0), (2, 3)):
        found = np.full(expected[:: 1 << down, :: 1 << across].shape, np.nan)
        for row in range(3):
            for column in range(2):
                part = pair.distances(Tile(down, across, row, column))
                high, wide = part.shape
                found[row * SIDE : row * SIDE + high, column * SIDE : column * SIDE + wide] = part
        np.testing.assert_allclose(found, expected[:: 1 << down, :: 1 << across], atol=1e-5)


@pytest.mark.parametrize("frames", [2, 60, 10_000, 200_000])
def test_few_tiles_are_in_sight_and_they_cover_the_map(frames: int) -> None:
    pair = Pair(spiral(frames), spiral(frames))
    for view in (
        seen(pair),
        seen(pair).zoom(30.0, (150.0, 150.0)),
        seen(pair).zoom(1e6, (9.0, 9.0)),
    ):
        tiles = list(in_sight(pair, view))
        assert 1 <= len(tiles) <= 9 and len(set(tiles)) == len(tiles)
        boxes = np.array([place(pair, view, at) for at in tiles])
        left, top = boxes[:, :2].min(axis=0)
        right, bottom = (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
        ends = [view.pixel(axis, pair.length_s[axis]) for axis in (0, 1)]
        assert left <= 1e-6 and top <= 1e-6
        assert right >= min(ends[1], 300.0) - 1e-6 and bottom >= min(ends[0], 300.0) - 1e-6
        assert all(max(pair.distances(at).shape) <= SIDE for at in tiles)


def test_cells_are_no_finer_than_pixels() -> None:
    pair = Pair(spiral(10_000), spiral(10_000))
    view = seen(pair)
    (down, across), per_frame = levels(pair, view), view.scale / 30
    assert down == across and 1 <= per_frame * (1 << down) < 2
    assert levels(pair, view, 2.0) == (down - 1, across - 1)
    assert levels(pair, view.zoom(1e6, (0.0, 0.0))) == (0, 0)


def test_one_tile_has_all_of_it() -> None:
    for frames in (2, 256, 257, 200_000):
        pair = Pair(spiral(frames), spiral(frames))
        at = whole(pair)
        shape = pair.distances(at).shape
        assert max(shape) <= SIDE and (SIDE << at.down) >= frames
        assert at.down == 0 or (SIDE << (at.down - 1)) < frames


def test_a_point_is_of_two_frames() -> None:
    pair = Pair(spiral(90), spiral(60))
    view = seen(pair)
    for row, column in ((0, 0), (45, 20), (89, 59)):
        down = view.pixel(0, (row + 0.5) / 30)
        across = view.pixel(1, (column + 0.5) / 30)
        assert pair.frames_at(view, down, across) == (row, column)
        expected = np.linalg.norm(pair.a.xy[row] - pair.b.xy[column])
        assert pair.distance(row, column) == pytest.approx(expected, abs=1e-6)
    assert pair.frames_at(view, 150.0, view.pixel(1, 2.1)) is None


def test_what_is_alike_stands_out() -> None:
    for theme, brighter in (("dark", True), ("light", False)):
        colors = palette(theme)
        near, far = colored(np.array([[0.0, 2.0]], np.float32), 2.0, colors)[0]
        light = [sum((int(each) >> shift) & 255 for shift in (0, 8, 16)) for each in (near, far)]
        assert (light[0] > light[1]) == brighter
        assert near == colors[0] and far == colors[255] and int(near) >> 24 == 255


def test_what_is_kept_is_bounded() -> None:
    kept: Kept[int] = Kept()
    tiles = [Tile(0, 0, 0, n) for n in range(MOST_TILES + 10)]
    for number, at in enumerate(tiles):
        kept.put(at, number)
        kept.get(tiles[0])
    assert len(kept) == MOST_TILES
    assert kept.get(tiles[0]) == 0 and kept.get(tiles[1]) is None
