"""Clips that go on beyond their end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion import quat
from motion.bvh import read_bvh
from motion.clip import Clip
from motion.phase.loops import Loop, find_loop
from motion.pose import to_clip
from motion.restyling.looping import looped, looped_clip
from motion.retarget import retarget
from tests.motion.synthetic import walk
from viewer.model.demo import demo_clips

DEMOS = {clip.path.stem: clip.path for clip in demo_clips()}


def accelerations(positions: np.ndarray) -> np.ndarray:
    return np.linalg.norm(np.diff(positions, 2, axis=0), axis=-1).max(axis=1)


def test_a_walk_is_looped_after_whole_cycles() -> None:
    loop = find_loop(walk(240, 1 / 60), 1 / 60)
    cycles = (loop.last - loop.first) / 60
    assert cycles == pytest.approx(round(cycles), abs=0.02) and cycles >= 2
    assert loop.cost < 0.01


def test_the_path_of_a_walk_goes_on() -> None:
    positions = to_clip(walk(240, 1 / 60), 1 / 60, "walk").positions
    longer = looped(positions, 900, 1 / 60)
    assert longer.shape == (900, 22, 3)
    assert longer[:200] == pytest.approx(positions[:200], abs=0.02)
    assert longer[:, 0, 2] == pytest.approx(np.arange(900) / 60, abs=0.05)
    assert np.abs(longer[:, 0, 0]).max() < 0.01


@pytest.mark.parametrize("name", ["walk", "run", "angry_walk", "salsa", "walk_backward"])
def test_no_jump_where_a_demo_clip_begins_again(name: str) -> None:
    clip = read_bvh(DEMOS[name]).resampled(1 / 30)
    longer = looped(clip.positions, 3 * clip.frame_count, 1 / 30)
    assert len(longer) == 3 * clip.frame_count
    own = accelerations(clip.positions)
    assert accelerations(longer).max() < 1.3 * own.max()
    steps = np.linalg.norm(np.diff(longer[:, 0], axis=0), axis=-1)
    assert steps.max() < 1.3 * np.linalg.norm(np.diff(clip.positions[:, 0], axis=0), axis=-1).max()


def test_a_clip_that_turns_turns_on() -> None:
    straight = to_clip(walk(240, 1 / 60), 1 / 60, "walk")
    angle = np.arange(240) / 240 * np.pi
    spin = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), angle)
    rotations, translations = straight.rotations.copy(), straight.translations.copy()
    rotations[:, 0] = quat.mul(spin, rotations[:, 0])
    radius = 240 / 60 / np.pi
    translations[:, 0] = np.stack(
        [radius * (1 - np.cos(angle)), translations[:, 0, 1], radius * np.sin(angle)], axis=-1
    )
    circle = replace(straight, rotations=rotations, translations=translations)
    longer = looped(circle.positions, 600, 1 / 60)
    away = np.linalg.norm((longer[:, 0] - [radius, 0, 0])[:, ::2], axis=-1)
    assert away == pytest.approx(np.full(600, radius), abs=0.12)


def test_the_phase_has_its_say() -> None:
    """Of two poses that look alike the one of the same phase is taken."""
    still = np.repeat(walk(1, 1 / 30), 90, axis=0)
    angle = np.linspace(0, 2 * np.pi, 90)
    phase = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    loop = find_loop(still, 1 / 30, phase)
    turns = (angle[loop.last] - angle[loop.first]) / (2 * np.pi)
    assert abs(turns - round(turns)) < 0.2


def test_a_rig_of_its_own_goes_on_as_its_canonical_motion_does(mocap: Path) -> None:
    clip = read_bvh(mocap / "accad" / "Male1_B3_Walk.bvh")
    positions = retarget(clip)
    loop = find_loop(positions, clip.frame_time)
    longer = looped_clip(clip, loop, 2 * clip.frame_count)
    assert longer.frame_count == 2 * clip.frame_count
    assert longer.skeleton is clip.skeleton
    begun = loop.last - round(0.3 / clip.frame_time) - 1
    assert longer.positions[:begun] == pytest.approx(clip.positions[:begun], abs=1e-5)
    assert accelerations(retarget(longer)).max() < 1.3 * accelerations(positions).max()


def test_less_than_the_clip_is_its_beginning() -> None:
    clip: Clip = to_clip(walk(120, 1 / 60), 1 / 60, "walk")
    shorter = looped_clip(clip, Loop(20, 80, 0.0), 50)
    assert shorter.positions == pytest.approx(clip.positions[:50])
    assert looped(clip.positions, 50, 1 / 60) == pytest.approx(clip.positions[:50])


def test_a_short_clip_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.0 s is too short"):
        looped(walk(60, 1 / 60), 200, 1 / 60)
