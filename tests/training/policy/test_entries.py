"""Moments of other skills at which episodes begin."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import RATE_SIZE, ROOT_ROTATION
from motion import quat
from training.policy.crowd import VIEWER, heading_of
from training.policy.entries import SHARE, Entries
from training.policy.imitation_env import ImitationEnv

from .test_imitation_env import swaying


def turned_moments(count: int) -> Entries:
    """The swaying body at a second, turned and moved, with a velocity ahead of it."""
    clip = swaying()
    pose, _ = clip.at(1.0)
    poses, rates = np.tile(pose, (count, 1)), np.zeros((count, RATE_SIZE))
    turn = quat.exp(np.array([0.0, 2.0, 0.0]))
    poses[:, ROOT_ROTATION] = quat.mul(turn, pose[ROOT_ROTATION])
    poses[:, 0] += 5
    ahead = heading_of(poses)
    rates[:, 0], rates[:, 2] = np.cos(ahead), -np.sin(ahead)
    return Entries(poses, rates, np.full(count, 1.0))


def test_a_moment_faces_and_moves_as_the_reference() -> None:
    like = np.tile(swaying().at(0.3)[0], (3, 1))
    poses, rates = turned_moments(4).facing(np.array([0, 2, 3]), like)
    np.testing.assert_allclose(heading_of(poses), heading_of(like), atol=1e-9)
    np.testing.assert_allclose(poses[:, [0, 2]], like[:, [0, 2]])
    heading = heading_of(like)
    expected = np.stack([np.cos(heading), 0 * heading, -np.sin(heading)], axis=1)
    np.testing.assert_allclose(rates[:, :3], expected, atol=1e-9)


def test_half_of_the_episodes_begin_at_such_a_moment() -> None:
    env = ImitationEnv(swaying(), VIEWER, 200, seed=3, entries=turned_moments(5))
    moving = np.hypot(*env.crowd.read().rates[:, [0, 2]].T) > 0.9
    assert moving.mean() == pytest.approx(SHARE, abs=0.12)
    np.testing.assert_array_equal(env.times[moving], 1.0)
    assert len(set(env.times[~moving])) > 50
    reference = env.table.at(env.times).pose
    here = env.crowd.read().pose
    np.testing.assert_allclose(heading_of(here), heading_of(reference), atol=1e-5)


def test_asked_for_times_are_the_clips_own() -> None:
    env = ImitationEnv(swaying(), VIEWER, 8, seed=3, entries=turned_moments(5))
    env.reset(np.arange(8), np.full(8, 0.25))
    np.testing.assert_array_equal(env.times, 0.25)
    assert np.abs(env.crowd.read().rates[:, [0, 2]]).max() < 0.5
