"""A phase read at the strikes, and feet that skate."""

from __future__ import annotations

import numpy as np
import pytest

from motion.contacts import contacts
from motion.footfalls import gait
from motion.phase.stride import circular_mean, circular_std, foot_skate, read_stride, stride_offset
from tests.motion.synthetic import walk

from .planting import turning

FRAME_TIME = 1 / 60
POSITIONS = walk(480, FRAME_TIME)
GAIT = gait(POSITIONS, FRAME_TIME)
TIME = np.arange(480) * FRAME_TIME


def test_a_phase_that_turns_with_the_stride() -> None:
    read = read_stride(turning(TIME + 0.2), GAIT)
    assert read.cycle_turns == pytest.approx(np.ones(len(GAIT.cycles)))
    struck = (0.2 + GAIT.left[0] * FRAME_TIME) % 1
    assert read.left == pytest.approx(np.full(len(GAIT.left), struck))
    assert read.bounding == pytest.approx(read.left)
    assert read.right == pytest.approx(np.full(len(GAIT.right), (struck + 0.5) % 1), abs=1e-6)
    assert read.steps == pytest.approx(np.full(479, FRAME_TIME))
    assert read.bends == pytest.approx(np.zeros(478), abs=1e-9)


def test_the_offset_of_the_stride() -> None:
    shift = 0.3 - GAIT.left[0] * FRAME_TIME
    offset = stride_offset(turning(TIME + shift), GAIT)
    first, last = GAIT.cycles[0, 0], GAIT.cycles[-1, 1]
    assert offset[first : last + 1] == pytest.approx(np.full(last + 1 - first, 0.3))
    assert np.isnan(offset[:first]).all() and np.isnan(offset[last + 1 :]).all()


def test_feet_that_stand_do_not_skate() -> None:
    skate = foot_skate(POSITIONS, contacts(POSITIONS, FRAME_TIME), FRAME_TIME)
    assert skate.shape == (480, 2)
    standing = np.isfinite(skate)
    assert 0.4 < standing.mean() < 0.7
    assert np.median(skate[standing]) < 1e-5


def test_feet_that_slide_skate_as_fast_as_they_slide() -> None:
    sliding = np.repeat(POSITIONS[:1], 120, axis=0)
    sliding[..., 0] += 0.1 * np.arange(120)[:, None] * FRAME_TIME
    down = contacts(sliding, FRAME_TIME)
    skate = foot_skate(sliding, down, FRAME_TIME)
    assert skate == pytest.approx(np.full((120, 2), 0.1), abs=1e-3)
    lifted = down.copy()
    lifted[:, 2:] = 0
    assert np.isnan(foot_skate(sliding, lifted, FRAME_TIME)[:, 1]).all()


def test_circular_statistics_wrap() -> None:
    around_zero = np.array([0.97, 0.99, 0.01, 0.03])
    assert circular_std(around_zero) == pytest.approx(0.0224, abs=1e-3)
    assert circular_mean(around_zero + 0.1) == pytest.approx(0.1)
