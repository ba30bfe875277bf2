"""The library that the bench encodes, and what it calls late."""

from __future__ import annotations

from pathlib import Path

import pytest

from motion.bvh import read_bvh
from viewer.bench.library_session import (
    PERIOD_S,
    Picture,
    busiest_ms,
    late_among,
    write_library,
)


def test_the_library_is_real_motion_of_five_to_ten_seconds(tmp_path: Path) -> None:
    write_library(tmp_path, 20)
    files = sorted(tmp_path.rglob("*.bvh"))
    assert len(files) == 20
    assert {path.parent.name for path in files} == {f"day {n}" for n in range(1, 6)}
    clips = [read_bvh(path) for path in files[::4]]
    assert all(4.9 <= clip.duration <= 10 and not clip.warnings for clip in clips)


def test_a_picture_is_late_after_two_periods() -> None:
    times = [0.0, PERIOD_S, 2.9 * PERIOD_S, 5.1 * PERIOD_S, 6 * PERIOD_S]
    assert late_among([Picture(time, 0.0) for time in times]) == 1


def test_the_busiest_pictures_are_told_and_not_how_long_they_waited() -> None:
    pictures, spent = [Picture(0.0, 0.0)], [0.004] * 95 + [0.020] * 5
    for cpu_s in spent:
        pictures.append(Picture(pictures[-1].at_s + 1, pictures[-1].cpu_s + cpu_s))
    assert busiest_ms(pictures) == pytest.approx(20)
