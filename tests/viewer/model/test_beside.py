"""A second figure beside the first."""

from __future__ import annotations

import numpy as np
import pytest

from motion.canonical import INDEX
from motion.features import motion_features, turn
from tests.motion.synthetic import walk as walking
from viewer.model.beside import SIDE_M, beside, standing_poses, window_poses

FRAME_TIME = 1 / 60


@pytest.fixture(scope="module")
def shown() -> np.ndarray:
    """A walk of 3 s at 60 fps."""
    return walking(180, FRAME_TIME)


def test_poses_of_features_are_those_of_the_motion() -> None:
    positions = walking(60, 1 / 30)
    a = window_poses(motion_features(positions))
    b = standing_poses(positions, 1 / 30)
    assert a.shape == (60, 22, 3)
    assert np.allclose(a, b, atol=1e-5)
    assert np.allclose(a[:, 0, [0, 2]], 0, atol=1e-6)


def test_it_goes_along_at_the_left_side(shown: np.ndarray) -> None:
    poses = standing_poses(shown, FRAME_TIME)
    made = beside(shown, FRAME_TIME, poses, FRAME_TIME)
    assert made.shape == shown.shape
    away = made - shown
    assert np.allclose(np.linalg.norm(away, axis=-1), SIDE_M, atol=1e-4)
    left = shown[:, INDEX["LeftArm"]] - shown[:, INDEX["RightArm"]]
    assert (np.sum(away[:, 0] * left, axis=-1) > 0).all()


def test_it_turns_as_the_figure_does(shown: np.ndarray) -> None:
    poses = standing_poses(shown, FRAME_TIME)
    turned = turn(shown, np.full(shown.shape[:2], 0.7))
    made = beside(turned, FRAME_TIME, poses, FRAME_TIME)
    straight = beside(shown, FRAME_TIME, poses, FRAME_TIME)
    assert np.allclose(made, turn(straight, np.full(shown.shape[:2], 0.7)), atol=1e-4)


def test_a_window_is_played_over_and_over_at_its_own_rate(shown: np.ndarray) -> None:
    poses = np.zeros((30, 22, 3), np.float32)
    poses[:, :, 1] = np.arange(30)[:, None]
    heights = beside(shown, FRAME_TIME, poses, 1 / 30)[:, 0, 1]
    assert heights[:4].tolist() == [0, 0, 1, 1]
    assert heights[58:62].tolist() == [29, 29, 0, 0]
