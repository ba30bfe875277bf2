"""How far two poses are apart, root on root and turned to face alike."""

from __future__ import annotations

import numpy as np

from motion.canonical import JOINTS
from motion.features import turn
from tests.motion.synthetic import walk
from viewer.model.pose_difference import (
    MOST_CM,
    joint_distances,
    joint_shares,
    laid_over,
    pairs,
)


def test_a_pose_elsewhere_that_faces_elsewhere_is_no_different() -> None:
    poses = walk(90, 1 / 30)
    moved = turn(poses, np.full((90, 22), 1.2)) + np.array([3.0, 0.5, -2.0])
    found = pairs(JOINTS, JOINTS)
    assert found.names == JOINTS and not found.alone
    assert joint_distances(poses, moved, found).max() < 1e-5


def test_one_joint_that_is_elsewhere_is_told_in_metres() -> None:
    pose = walk(2, 1 / 30)[0].astype(float)
    other = pose.copy()
    hand = JOINTS.index("LeftHand")
    other[hand, 1] += 0.2
    apart = joint_distances(pose, other, pairs(JOINTS, JOINTS))
    assert abs(apart[hand] - 0.2) < 1e-6 and np.delete(apart, hand).max() < 1e-6


def test_joints_are_matched_by_name_in_any_order() -> None:
    pose = walk(2, 1 / 30)[0]
    names = ("Hips", "Tail", *JOINTS[:0:-1])
    other = np.concatenate([pose[:1], np.zeros((1, 3)), pose[:0:-1]])
    found = pairs(JOINTS, names)
    assert found.alone == ("Tail",) and set(found.names) == set(JOINTS)
    assert joint_distances(pose, other, found).max() < 1e-6
    shares = joint_shares(np.full(22, MOST_CM / 200), found)
    assert np.isnan(shares[1]) and np.allclose(np.delete(shares, 1), 0.5)


def test_nothing_in_common_is_no_pair() -> None:
    assert pairs(JOINTS, ("Tail", "Jaw")).names == ()


def test_laid_over_it_stands_on_its_own_height() -> None:
    pose = walk(40, 1 / 30)[20].astype(float)
    other = turn(pose, np.full(22, -2.0)) + np.array([5.0, 0.0, 5.0])
    laid = laid_over(pose, other + np.array([0.0, 0.3, 0.0]), pairs(JOINTS, JOINTS))
    assert np.abs(laid - pose - np.array([0.0, 0.3, 0.0])).max() < 1e-5
