"""Joints in numbers: what is told of a moment is what the curves have there."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import FOOT_JOINTS, INDEX, JOINTS
from motion.contacts import contacts
from motion.skeleton import Skeleton
from tests.motion.synthetic import walk
from viewer.model.figure import Figure
from viewer.model.joints import (
    curves,
    joint_names,
    number_of,
    reading,
    recent_poses,
    remembered_curves,
)

STEP = 1 / 60
POSITIONS = walk(120, STEP)
WALK = Figure(POSITIONS, STEP, None, contacts(POSITIONS, STEP))
ROD = Skeleton(("Tail", "Tip"), np.array([-1, 0], np.int32), np.zeros((2, 3), np.float32), {})


def test_names_are_those_of_the_rig() -> None:
    assert joint_names(WALK) == JOINTS
    rod = Figure(np.zeros((3, 2, 3), np.float32), 0.1, ROD)
    assert joint_names(rod) == ("Tail", "Tip")
    assert number_of(rod, "Tip") == 1 and number_of(rod, "Head") is None
    assert reading(rod, 0, "Head") is None and curves(rod, "Head") is None


@pytest.mark.parametrize("frame", [0, 1, 57, 119])
@pytest.mark.parametrize("name", ["Head", "LeftToeBase", "RightHand"])
def test_a_moment_says_what_the_curves_have_there(name: str, frame: int) -> None:
    found, whole = reading(WALK, frame, name), curves(WALK, name)
    assert found is not None and whole is not None
    np.testing.assert_array_equal(found.position, POSITIONS[frame, INDEX[name]])
    assert found.speed == pytest.approx(float(whole.speeds[frame]), abs=1e-5)
    if whole.contacts is None:
        assert found.contact is None
    else:
        assert found.contact == whole.contacts[frame]


def test_speed_is_metres_a_second_whatever_the_rate() -> None:
    for step in (1 / 30, 1 / 120):
        way = np.zeros((40, 22, 3), np.float32)
        way[..., 2] = 1.5 * step * np.arange(40)[:, None]
        figure = Figure(way, step)
        assert curves(figure, "Head").speeds == pytest.approx(np.full(40, 1.5), abs=1e-3)
        assert reading(figure, 20, "Head").speed == pytest.approx(1.5, abs=1e-3)
        assert reading(figure, 20, "Head").contact is None


def test_only_feet_are_in_contact() -> None:
    touching = [curves(WALK, name).contacts is not None for name in JOINTS]
    assert [n for n, on in enumerate(touching) if on] == list(FOOT_JOINTS)
    told = [reading(WALK, frame, "LeftFoot").lines()[-1] for frame in range(120)]
    assert set(told) == {"in contact", "in the air"}


def test_a_single_frame_stands_still() -> None:
    still = Figure(POSITIONS[:1], STEP)
    assert reading(still, 0, "Head").speed == 0.0
    assert curves(still, "Head").speeds.tolist() == [0.0]


def test_what_is_not_known_is_not_told() -> None:
    gap = POSITIONS.copy()
    gap[10, INDEX["Head"]] = np.nan
    figure = Figure(gap, STEP)
    assert reading(figure, 10, "Head") is None
    assert reading(figure, 10, "Hips") is not None


def test_the_distance_of_two_joints() -> None:
    head, hips = curves(WALK, "Head"), curves(WALK, "Hips")
    wanted = np.linalg.norm(POSITIONS[:, INDEX["Head"]] - POSITIONS[:, 0], axis=-1)
    np.testing.assert_allclose(head.apart(hips), wanted)
    assert np.array_equal(hips.apart(head), head.apart(hips))


def test_recent_poses_end_with_the_frame() -> None:
    np.testing.assert_array_equal(recent_poses(WALK, 30, 5), POSITIONS[26:31])
    np.testing.assert_array_equal(recent_poses(WALK, 2, 50), POSITIONS[:3])


def test_what_is_remembered_has_no_speed_across_a_cut() -> None:
    shift = np.array([1.0, 0.0, -2.0], np.float32)
    far = POSITIONS[60:] + np.array([50, 0, 0], np.float32)
    found = remembered_curves([POSITIONS[:60], far], shift, "LeftFoot")
    assert found is not None and found.contacts is not None
    assert len(found.speeds) == len(found.positions) == len(found.contacts) == 120
    assert found.speeds.max() < 10
    np.testing.assert_allclose(found.positions[0], POSITIONS[0, INDEX["LeftFoot"]] + shift)
    assert remembered_curves([], shift, "Head") is None
    assert remembered_curves([POSITIONS], shift, "Tail") is None
