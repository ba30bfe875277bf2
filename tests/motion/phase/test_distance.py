"""Distances in the phase plane, by tiles."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from motion.phase.distance import overview, tile

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(50, 2)), RNG.normal(size=(70, 2))


def test_tiles_join_to_the_whole() -> None:
    whole = tile(A, B, slice(None), slice(None))
    expected = np.linalg.norm(A[:, None] - B[None], axis=-1)
    assert whole.dtype == np.float32 and whole == pytest.approx(expected, abs=1e-6)
    halves = [
        np.hstack([tile(A, B, rows, slice(0, 30)), tile(A, B, rows, slice(30, None))])
        for rows in (slice(0, 20), slice(20, None))
    ]
    assert np.array_equal(np.vstack(halves), whole)
    assert np.array_equal(tile(A, B, slice(0, 50, 7), np.array([3, 5])), whole[::7, [3, 5]])


def test_of_one_clip_it_is_symmetric_and_zero_with_itself() -> None:
    own = tile(A, A, slice(None), slice(None))
    assert np.array_equal(own, own.T) and not own.diagonal().any()


def test_ten_thousand_frames_need_no_whole_matrix() -> None:
    angle = np.arange(10_000) / 9
    long = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    tracemalloc.start()
    part = tile(long, long, slice(4000, 4512), slice(9000, 9512))
    seen, rows, columns = overview(long, long, 500)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert part.shape == (512, 512) and seen.shape == (500, 500)
    assert peak < 10e6
    assert (rows[0], rows[-1]) == (columns[0], columns[-1]) == (0, 9999)
    assert np.array_equal(seen, tile(long, long, rows, columns))


def test_a_short_clip_is_seen_whole() -> None:
    seen, rows, columns = overview(A, B)
    assert seen.shape == (50, 70) and len(rows) == 50 and len(columns) == 70
