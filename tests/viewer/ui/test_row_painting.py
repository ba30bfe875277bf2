"""Spans become columns of pixels: each is seen, and those that touch are one."""

from __future__ import annotations

import numpy as np

from viewer.ui.row_painting import span_columns


def columns(spans: list[tuple[int, int]], zero: float, step: float) -> list[tuple[int, int]]:
    first, last = np.array(spans, int).reshape(-1, 2).T
    return span_columns(first, last, zero, step, 100)


def test_a_span_covers_its_frames() -> None:
    assert columns([(2, 4), (10, 10)], 0.0, 5.0) == [(10, 25), (50, 55)]
    assert columns([(2, 4)], -10.0, 5.0) == [(0, 15)]


def test_a_short_one_is_seen_all_the_same() -> None:
    assert columns([(5000, 5000)], 0.0, 0.01) == [(50, 52)]


def test_what_touches_or_lies_on_another_is_one() -> None:
    assert columns([(0, 3), (2, 5), (6, 7)], 0.0, 5.0) == [(0, 40)]
    assert len(columns([(n, n) for n in range(0, 100_000, 50)], 0.0, 0.001)) == 1


def test_what_is_out_of_sight_is_left_out() -> None:
    assert columns([(0, 3), (60, 70)], -50.0, 5.0) == []
    assert columns([], 0.0, 5.0) == []
