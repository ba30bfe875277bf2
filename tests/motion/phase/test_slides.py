"""Where feet slide: found, joined, the farthest first."""

from __future__ import annotations

import numpy as np
import pytest

from motion.phase.slides import SLIDING, slides

STEP = 0.02


def skate(**parts: tuple[int, int, float]) -> np.ndarray:
    """Speeds (200, 2): feet stand still but for ``foot_n=(first, last, m/s)``."""
    speed = np.full((200, 2), 0.05)
    for name, (first, last, metres) in parts.items():
        speed[first:last, 0 if name.startswith("left") else 1] = metres
    return speed


def test_a_slide_has_its_foot_its_frames_and_how_far_it_goes() -> None:
    speed = skate(left=(50, 60, 0.5))
    speed[55, 0] = 0.9
    (slide,) = slides(speed, STEP)
    assert (slide.foot, slide.first, slide.last, slide.worst) == ("left", 50, 59, 55)
    assert slide.time_s == pytest.approx(1.1) and slide.speed == 0.9
    assert slide.slid_m == pytest.approx((9 * 0.5 + 0.9) * STEP)
    assert str(slide) == "1.10 s: left foot, 0.90 m/s, 10.8 cm in 10 frames"


def test_the_farthest_comes_first() -> None:
    found = slides(skate(left_a=(10, 14, 0.9), right=(60, 90, 0.4), left_b=(120, 126, 0.4)), STEP)
    assert [(s.foot, s.first) for s in found] == [("right", 60), ("left", 10), ("left", 120)]
    assert slides(skate(left=(10, 14, 0.9), right=(60, 90, 0.4)), STEP, most=1)[0].foot == "right"


def test_a_short_gap_does_not_part_a_slide() -> None:
    assert len(slides(skate(left_a=(10, 20, 0.5), left_b=(22, 30, 0.5)), STEP)) == 1
    assert len(slides(skate(left_a=(10, 20, 0.5), left_b=(26, 30, 0.5)), STEP)) == 2
    assert len(slides(skate(left=(10, 20, 0.5), right=(20, 30, 0.5)), STEP)) == 2


def test_in_the_air_nothing_slides() -> None:
    assert slides(np.full((50, 2), np.nan), STEP) == ()
    speed = skate(right=(10, 20, SLIDING - 1e-6))
    assert slides(speed, STEP) == () and len(slides(speed, STEP, least=0.2)) == 1
    ends = slides(skate(left=(0, 200, 0.5)), STEP)
    assert [(s.first, s.last) for s in ends] == [(0, 199)]
