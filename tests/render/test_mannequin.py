"""Figures from joint positions."""

from __future__ import annotations

import numpy as np
import pytest

from motion import quat
from motion.canonical import CANONICAL, INDEX
from motion.skeleton import Skeleton
from render.color_schemes import DARK, LIGHT
from render.mannequin import mannequin, mannequins, stick_figure

LEFT = DARK.figure.left
RIGHT = DARK.figure.right


def ends(batch_data: np.ndarray) -> np.ndarray:
    return batch_data[:, :8].reshape(-1, 2, 4)


def test_mannequin_is_symmetric_and_stands_on_the_ground(t_pose: np.ndarray) -> None:
    figure = mannequin(t_pose)
    low, high = figure.bounds()
    assert low[1] == pytest.approx(0, abs=0.02)
    assert 1.70 < high[1] < 1.82
    assert low[0] == pytest.approx(-high[0], abs=1e-5)
    lefts = figure.data[(figure.data[:, 12:15] == np.float32(LEFT)).all(axis=1)]
    rights = figure.data[(figure.data[:, 12:15] == np.float32(RIGHT)).all(axis=1)]
    assert len(lefts) == len(rights) > 8
    np.testing.assert_allclose(ends(lefts) * [-1, 1, 1, 1], ends(rights), atol=1e-5)
    assert (ends(lefts)[..., 0] > 0).all()


def test_mannequin_turns_with_the_body(t_pose: np.ndarray) -> None:
    turn = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), np.array(2.1))
    shift = np.array([3.0, 0.0, -4.0])
    moved = mannequin((quat.rotate(turn, t_pose.astype(float)) + shift).astype(np.float32))
    still = ends(mannequin(t_pose).data)[..., :3].astype(float)
    np.testing.assert_allclose(
        ends(moved.data)[..., :3], quat.rotate(turn, still) + shift, atol=1e-4
    )


def test_every_part_stays_near_its_joints(t_pose: np.ndarray) -> None:
    rng = np.random.default_rng(7)
    for _ in range(50):
        rotations = quat.normalize(rng.normal(size=(22, 4)) * 0.4 + [1, 0, 0, 0])
        pose = t_pose.copy()
        for joint in range(1, 22):
            parent = CANONICAL.parents[joint]
            pose[joint] = pose[parent] + quat.rotate(rotations[joint], CANONICAL.offsets[joint])
        figure = mannequin(pose)
        assert np.isfinite(figure.data).all()
        gaps = np.linalg.norm(ends(figure.data)[..., None, :3] - pose, axis=-1).min(axis=-1)
        assert gaps.max() < 0.2


def test_joints_on_top_of_each_other_give_finite_figures() -> None:
    assert np.isfinite(mannequin(np.zeros((22, 3), np.float32)).data).all()


def test_toes_bend_at_the_ground(t_pose: np.ndarray) -> None:
    tiptoe = t_pose.copy()
    ankle, toe = INDEX["LeftFoot"], INDEX["LeftToeBase"]
    tiptoe[ankle] = tiptoe[toe] + [0, 0.15, -0.04]
    low, _ = mannequin(tiptoe).bounds()
    assert low[1] > -0.015


def test_palette_colours_the_figure(t_pose: np.ndarray) -> None:
    assert not np.array_equal(mannequin(t_pose).data, mannequin(t_pose, LIGHT.figure).data)


def test_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(22, 3\), not \(21, 3\)"):
        mannequin(np.zeros((21, 3), np.float32))


def test_stick_figure_joins_every_bone_of_any_rig() -> None:
    rig = Skeleton(
        ("root", "L_wing", "R_wing", "tail"),
        np.array([-1, 0, 0, 0], np.int32),
        np.zeros((4, 3), np.float32),
        {},
    )
    positions = np.array([[0, 1, 0], [1, 1, 0], [-1, 1, 0], [0, 1, -0.5]], np.float32)
    figure = stick_figure(rig, positions)
    assert len(figure) == 3 + 4
    np.testing.assert_array_equal(ends(figure.data)[:3, 1, :3], positions[1:])
    np.testing.assert_allclose(figure.data[:3, 12:15], [LEFT, RIGHT, DARK.figure.body], atol=1e-6)


def test_stick_figure_of_a_single_joint() -> None:
    rig = Skeleton(("root",), np.array([-1], np.int32), np.zeros((1, 3), np.float32), {})
    assert len(stick_figure(rig, np.zeros((1, 3), np.float32))) == 1


def test_many_are_what_each_is_alone(t_pose: np.ndarray) -> None:
    shifts = np.array([[0, 0, 0], [1, 0, -2], [0.3, -0.05, 0]], np.float32)
    poses = t_pose + shifts[:, None]
    for found, pose in zip(mannequins(poses), poses, strict=True):
        np.testing.assert_allclose(found.data, mannequin(pose).data, atol=1e-6)
