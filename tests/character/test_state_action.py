"""State and action against independent computations and against the published normalisers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

pytest.importorskip("mujoco")

from character.action import BALL_ACTION, HINGE_ACTION, action_of, target_pose
from character.anatomy import ACTION_SIZE, BALLS, HINGES, NAMES
from character.body import Body
from character.instant import Instant
from character.reference import read_clip
from character.state import state_vector

ACTION_LAYOUT = (
    ("chest", 4),
    ("neck", 4),
    ("right_hip", 4),
    ("right_knee", 1),
    ("right_ankle", 4),
    ("right_shoulder", 4),
    ("right_elbow", 1),
    ("left_hip", 4),
    ("left_knee", 1),
    ("left_ankle", 4),
    ("left_shoulder", 4),
    ("left_elbow", 1),
)
POLICIES = ("backflip", "jump", "run", "spinkick", "walk")


def spelled_out(instant: Instant, phase: float) -> list[float]:
    """The 197 numbers as the specification lists them, one body after the other, by SciPy."""
    root = Rotation.from_quat(instant.rotations[0], scalar_first=True)
    forward = root.apply([1, 0, 0])
    heading = np.arctan2(-forward[2], forward[0])
    level = Rotation.from_euler("y", -heading)
    numbers = [phase, instant.joints[0][1]]
    for i in range(15):
        turn = Rotation.from_quat(instant.rotations[i], scalar_first=True)
        rotation = (turn if i == 0 else level * turn).as_quat(scalar_first=True)
        rotation = rotation if rotation[0] >= 0 else -rotation
        numbers += [*level.apply(instant.centres[i] - instant.joints[0]), *rotation]
    for i in range(15):
        for velocity in (instant.linear[i], instant.angular[i]):
            numbers += [*(velocity if i == 0 else level.apply(velocity))]
    return numbers


def test_state_is_what_the_specification_spells_out(body: Body, instants: list) -> None:
    for number, (pose, rates) in enumerate(instants):
        instant = body.at(pose, rates)
        state = state_vector(instant, number / 10)
        assert state.shape == (197,) and state.dtype == np.float32
        assert np.allclose(state, spelled_out(instant, number / 10), atol=1e-5)


def test_only_the_roots_own_numbers_know_the_world(body: Body, instants: list) -> None:
    pose, rates = instants[0]
    turn = Rotation.from_euler("y", 1.1)
    root = turn * Rotation.from_quat(pose[3:7], scalar_first=True)
    turned, moving = pose.copy(), rates.copy()
    turned[:3] = turn.apply(pose[:3]) + np.array([3, 0, -2])
    turned[3:7] = root.as_quat(scalar_first=True)
    moving[:3], moving[3:6] = turn.apply(rates[:3]), turn.apply(rates[3:6])
    here, there = (state_vector(body.at(*at), 0.5) for at in ((pose, rates), (turned, moving)))
    changed = np.flatnonzero(~np.isclose(here, there, atol=1e-5))
    assert set(changed) <= {*range(5, 9), *range(107, 113)}
    assert len(changed) >= 6


@pytest.mark.parametrize("name", POLICIES)
def test_reference_states_are_those_the_policies_were_trained_on(
    body: Body, deepmimic: Path, name: str
) -> None:
    folder = "motions_2018" if name == "spinkick" else "motions"
    clip = read_clip(deepmimic / folder / f"humanoid3d_{name}.txt")
    policy = np.load(deepmimic / "policies" / f"humanoid3d_{name}.npz")
    states = [state_vector(body.at(*clip.at(t)), clip.phase(t)) for t in clip.times[:-1]]
    off = np.abs(np.array(states) - policy["s_norm_mean"]) / policy["s_norm_std"]
    assert np.mean(off < 3) > 0.975
    mirrored = np.array(states).copy()
    right = [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]
    swapped = [9, 10, 11, 12, 13, 14, 3, 4, 5, 6, 7, 8]
    poses, other = mirrored[:, 2:107].reshape(-1, 15, 7), np.array(states)[:, 2:107]
    poses[:, right] = other.reshape(-1, 15, 7)[:, swapped]
    wrong = np.abs(mirrored - policy["s_norm_mean"]) / policy["s_norm_std"]
    assert np.mean(wrong < 3) < np.mean(off < 3)


def test_action_is_what_the_specification_spells_out() -> None:
    rng = np.random.default_rng(1)
    action = rng.normal(size=36)
    pose = target_pose(action)
    assert np.array_equal(pose[:7], [0, 0, 0, 1, 0, 0, 0])
    at, place = 0, 7
    for name, width in ACTION_LAYOUT:
        numbers, target = action[at : at + width], pose[place : place + width]
        if width == 1:
            assert target[0] == numbers[0], name
        else:
            axis = numbers[1:] / np.linalg.norm(numbers[1:])
            expected = Rotation.from_rotvec(numbers[0] * axis)
            found = Rotation.from_quat(target, scalar_first=True)
            assert (found.inv() * expected).magnitude() < 1e-9, name
        at, place = at + width, place + width
    assert (at, place) == (36, 43)


def test_an_axis_of_length_zero_is_z() -> None:
    action = np.zeros(36)
    action[0] = np.pi / 2
    assert np.allclose(target_pose(action)[7:11], [np.sqrt(0.5), 0, 0, np.sqrt(0.5)])


def test_poses_and_actions_are_inverse(instants: list) -> None:
    poses = np.array([pose for pose, _ in instants])
    again = target_pose(action_of(poses))
    for columns in (slice(7, 11), slice(38, 42)):
        dots = np.sum(again[:, columns] * poses[:, columns], axis=1)
        assert np.allclose(np.abs(dots), 1)
    assert np.allclose(again[:, [19, 28, 33, 42]], poses[:, [19, 28, 33, 42]])


def limits(body: Body, joint: int) -> np.ndarray:
    """Lower and upper limits (3, 2) about x, y, z."""
    found: np.ndarray = body.model.jnt_user[body.model.joint(NAMES[joint]).id, 3:].reshape(3, 2)
    return found


def action_scale(body: Body) -> tuple[np.ndarray, np.ndarray]:
    """Mean (36,) and deviation (36,) of actions by the joint limits, as DeepMimic fixes them.

    A ball joint's angle varies by twice the widest range of its three axes about 0, its axis by
    1 about (0, 0, 0.2); a hinge by twice its range about the middle of it.
    """
    mean, deviation = np.zeros(ACTION_SIZE), np.ones(ACTION_SIZE)
    for joint, columns in zip(BALLS, BALL_ACTION, strict=True):
        lower, upper = limits(body, joint).T
        mean[columns[3]] = 0.2
        deviation[columns[0]] = 2 * (upper.max() - lower.min())
    for joint, column in zip(HINGES, HINGE_ACTION, strict=True):
        lower, upper = limits(body, joint)[2]
        mean[column] = (lower + upper) / 2
        deviation[column] = 2 * (upper - lower)
    return mean, deviation


def test_action_scale_is_the_published_one(body: Body, deepmimic: Path) -> None:
    mean, deviation = action_scale(body)
    for name in POLICIES:
        policy = np.load(deepmimic / "policies" / f"humanoid3d_{name}.npz")
        assert np.allclose(mean, policy["a_norm_mean"], atol=1e-6)
        assert np.allclose(deviation, policy["a_norm_std"], atol=1e-6)


def test_names_are_in_the_order_of_the_specification() -> None:
    assert NAMES[3:9] == tuple(name.replace("left", "right") for name in NAMES[9:])
