"""The best pairs of frames to loop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from motion.phase.loops import find_loop, loop_points
from tests.motion.synthetic import walk

from .conftest import Walked


@pytest.mark.parametrize("name", ["walk", "run", "walk_backward"])
def test_a_walk_loops_after_whole_turns(walked: Callable[[str], Walked], name: str) -> None:
    clip = walked(name)
    found = loop_points(clip.positions, 1 / 30, clip.series.xy)
    assert len(found) == 5
    assert [loop.cost for loop in found] == sorted(loop.cost for loop in found)
    for loop in found:
        turned = clip.series.turns[loop.last] - clip.series.turns[loop.first]
        assert round(turned) >= 1 and abs(turned - round(turned)) < 0.08
        assert loop.cost < 0.06
    assert found[0].cost <= find_loop(clip.positions, 1 / 30, clip.series.xy).cost


def test_they_differ(walked: Callable[[str], Walked]) -> None:
    found = loop_points(walked("walk").positions, 1 / 30, most=8)
    ends = np.array([(loop.first, loop.last) for loop in found]) / 30
    apart = np.abs(ends[:, None] - ends[None]).max(axis=-1) + np.eye(len(ends))
    assert apart.min() > 0.2


def test_of_many_frames_the_pair_is_settled_to_the_frame() -> None:
    positions = walk(3000, 1 / 119.88, cadence=0.937)
    best = loop_points(positions, 1 / 119.88)[0]
    cycles = (best.last - best.first) / 119.88 * 0.937
    assert abs(cycles - round(cycles)) < 0.01


def test_of_many_frames_no_pair_is_offered_twice() -> None:
    positions = walk(4000, 1 / 60, cadence=1.0)
    found = loop_points(positions, 1 / 60, most=8)
    assert len({(loop.first, loop.last) for loop in found}) == 8


def test_a_clip_that_is_too_short_has_none() -> None:
    assert loop_points(walk(20, 1 / 30), 1 / 30) == ()
    assert loop_points(walk(2, 1 / 30), 1 / 30) == ()
