"""The batched task beside the character's own simulation, state and reward."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.action import action_of
from character.anatomy import BALL_POSE, HINGE_POSE, POSE_SIZE, ROOT_ROTATION
from character.convert import read_motion
from character.reference import ReferenceClip
from character.simulation import Simulation
from character.steering import LEAD
from motion import quat
from training.policy.crowd import TRAINING, VIEWER
from training.policy.imitation_env import RESIDUAL_SIZE, ImitationEnv
from viewer.model.demo import ASSETS


def swaying(loop: bool = True) -> ReferenceClip:
    """Two seconds of turned, shifting poses close to the ground."""
    rng = np.random.default_rng(5)
    ends = np.zeros((2, POSE_SIZE))
    ends[:, 1] = 0.9
    turns = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), np.array([0.4, 0.7]))
    ends[:, ROOT_ROTATION] = turns
    axes = rng.normal(size=(2, 8, 3))
    axes /= np.linalg.norm(axes, axis=-1, keepdims=True)
    ends[:, BALL_POSE] = quat.from_axis_angle(axes, rng.uniform(0, 0.3, (2, 8)))
    ends[:, HINGE_POSE] = [[-0.2, 0.3, -0.3, 0.2], [-0.3, 0.4, -0.1, 0.6]]
    poses = np.stack([ends[0], ends[1], ends[0]])
    poses[1:, 0] = 0.1, 0.2
    return ReferenceClip("swaying", loop, np.array([0.0, 1.0, 2.0]), poses)


def test_everything_is_as_in_the_viewer() -> None:
    """States, rewards, falls and motion, over the wrap of the clip, from the same start."""
    clip = swaying()
    env = ImitationEnv(clip, VIEWER, 3, seed=1)
    env.reset(np.arange(3), np.array([clip.duration - 0.05, 0.3, 1.2]))
    simulations = []
    for row, time in enumerate(env.times):
        simulations.append(Simulation(clip))
        simulations[row].reset(time)
        moment = simulations[row].snapshot()
        exact = np.concatenate([env.crowd.batch.qpos[row], env.crowd.batch.qvel[row]])
        within = slice(1, 1 + len(exact))  # after the time
        np.testing.assert_allclose(exact, moment.physics[within], atol=1e-5)
        moment.physics[within] = exact
        simulations[row].restore(moment)
    rng = np.random.default_rng(0)
    for _ in range(6):
        targets = env.residual_targets(rng.normal(size=(3, RESIDUAL_SIZE)) * 0.1)
        outcome = env.step(targets)
        steps = [s.step(action_of(t)) for s, t in zip(simulations, targets, strict=True)]
        rewards = [step.reward.total for step in steps]
        np.testing.assert_allclose(outcome.reward, rewards, atol=1e-4)
        assert outcome.fallen.tolist() == [step.fallen for step in steps]
        states = [simulation.state() for simulation in simulations]
        np.testing.assert_allclose(env.states(), states, atol=1e-4)


def test_residuals_turn_the_clip_a_little_ahead() -> None:
    clip = swaying()
    env = ImitationEnv(clip, TRAINING, 2, seed=0)
    ahead = [clip.at(time + 0.117)[0] for time in env.times]
    residuals = np.zeros((2, RESIDUAL_SIZE))
    np.testing.assert_allclose(
        np.abs(env.residual_targets(residuals)[:, 7:]), np.abs(ahead)[:, 7:], atol=1e-4
    )
    residuals[0, 2], residuals[1, -1] = 0.2, -0.3
    turned = env.residual_targets(residuals)
    difference = quat.mul(quat.conjugate(ahead[0][BALL_POSE[0]]), turned[0, BALL_POSE[0]])
    np.testing.assert_allclose(quat.log(difference), [0, 0, 0.2], atol=1e-4)
    assert turned[1, HINGE_POSE[-1]] == pytest.approx(ahead[1][HINGE_POSE[-1]] - 0.3, abs=1e-4)


def test_episodes_end_by_falls_by_time_and_with_the_clip() -> None:
    limp = np.tile(swaying().poses[0], (2, 1))
    limp[:, HINGE_POSE[[0, 2]]] = -2.5
    env = ImitationEnv(swaying(), TRAINING, 2, seed=0)
    outcomes = [env.step(limp) for _ in range(40)]
    fallen = np.array([outcome.fallen for outcome in outcomes])
    assert not fallen[0].any() and fallen[-1].all()
    assert all((outcome.reward[outcome.fallen] == 0).all() for outcome in outcomes)
    env.reset(np.array([1]))
    outcome = env.step(limp)
    assert outcome.fallen.tolist() == [True, False] and outcome.reward[1] > 0.3

    short = ImitationEnv(swaying(), TRAINING, 2, seed=0, seconds=0.1)
    over = [short.step(short.residual_targets(np.zeros((2, 28)))).over.all() for _ in range(3)]
    assert over == [False, False, True]
    once = ImitationEnv(swaying(loop=False), TRAINING, 1, seed=0)
    once.reset(np.array([0]), np.array([1.95]))
    over = [once.step(once.residual_targets(np.zeros((1, 28)))).over[0] for _ in range(2)]
    assert over == [False, True]


def test_who_has_got_up_holds_the_last_pose_for_two_seconds() -> None:
    clip = read_motion(ASSETS / "character" / "getup_faceup.txt")
    env = ImitationEnv(clip, TRAINING, 1, seed=0)
    env.reset(np.array([0]), np.array([clip.duration - 0.05]))
    over = []
    while not (over and over[-1]):
        over.append(bool(env.step(env.residual_targets(np.zeros((1, 28)))).over[0]))
    assert len(over) == pytest.approx(2.05 * 30, abs=1)
    assert env.states()[0, 0] == pytest.approx(clip.phase(clip.duration))
    held = env.table.at(env.times)
    assert not held.rates.any() and env.table.at(np.array([clip.duration - 0.1])).rates.any()
    np.testing.assert_allclose(np.abs(held.pose[0]), np.abs(clip.poses[-1]), atol=0.02)


def test_a_push_moves_the_character() -> None:
    calm, pushed = (ImitationEnv(swaying(), TRAINING, 1, seed=0) for _ in range(2))
    pushed.shoves.force[:] = [0.0, 0.0, 90.0]
    for env in (calm, pushed):
        env.step(env.residual_targets(np.zeros((1, 28))))
    masses = calm.crowd.body.masses
    gained = masses @ (pushed.crowd.read().linear[0] - calm.crowd.read().linear[0])
    assert gained[2] == pytest.approx(90 / 30, rel=0.3)
    assert abs(gained[0]) < 0.5


def steering(seed: int) -> ImitationEnv:
    return ImitationEnv(swaying(), TRAINING, 3, seed, push=100.0, steer=1.5)


def test_residuals_are_those_that_make_the_targets() -> None:
    env = steering(0)
    residuals = np.random.default_rng(0).normal(size=(3, RESIDUAL_SIZE)) * 0.3
    found = env.table.residuals(env.times, env.residual_targets(residuals))
    np.testing.assert_allclose(found, residuals, atol=1e-6)


def test_who_is_on_course_sees_itself_straight_on_and_is_rewarded() -> None:
    """Placed on the reference that a steered env imitates, states and rewards are the clip's."""
    env, straight = steering(1), ImitationEnv(swaying(), TRAINING, 3, seed=1)
    heading, turn, pace = np.array([0.8, -2.0, 0.0]), np.array([0.5, -1.0, 0.0]), np.ones(3)
    reference = env.table.at(env.times)
    there = reference.steered(np.ones((3, 2)), heading, turn, pace)
    env.crowd.place(np.arange(3), there.pose, there.rates)
    env.course.heading[:], env.course.turn[:] = heading - LEAD * turn, turn
    straight.reset(np.arange(3), env.times)
    seen, expected = env.states(), straight.states()
    np.testing.assert_allclose(seen[:, :113], expected[:, :113], atol=1e-4)
    here = env.crowd.read()
    np.testing.assert_allclose(env.crowd.rewards(here, there), 1, atol=0.02)
    np.testing.assert_allclose(env.crowd.steering_rewards(here, there)[0], 1, atol=0.02)
    off = reference.steered(np.ones((3, 2)), heading + 0.5, turn, pace * 1.3)
    rewards, angles = env.crowd.steering_rewards(here, off)
    assert (rewards < 0.75).all()
    np.testing.assert_allclose(angles, 0.5, atol=1e-3)


def test_the_reference_goes_where_the_course_leads() -> None:
    """Straight to the left at 1.2 times the speed, for a second within a cycle."""
    env, rows = steering(2), np.arange(3)
    env.reset(rows, np.full(3, 0.2))
    env.course.heading[:], env.course.pace[:] = np.pi / 2, 1.2
    clip, begin = env.table.clip, env.times.copy()
    place = clip.at(0.2)[0][[0, 2]]
    env.course.turn_wish[:], env.course.pace_wish[:], env.course.left[:] = 0, 1.2, 100
    env.step(env.residual_targets(np.zeros((3, RESIDUAL_SIZE))))
    np.testing.assert_allclose(env.times - begin, 1.2**0.75 / 30)
    moved = clip.at(env.times[0])[0][[0, 2]] - place
    travel = np.array([moved[1], -moved[0]]) * 1.2**0.25
    np.testing.assert_allclose(env.place - place, np.tile(travel, (3, 1)), atol=1e-6)


def test_an_env_goes_on_from_its_state() -> None:
    one, other = steering(3), steering(4)
    still = np.zeros((3, RESIDUAL_SIZE))
    for _ in range(30):
        one.step(one.residual_targets(still))
    other.load_state_dict(one.state_dict())
    for env in (one, other):
        for _ in range(20):
            env.step(env.residual_targets(still))
    np.testing.assert_array_equal(one.states(), other.states())


def test_who_loses_the_heading_has_failed() -> None:
    env = ImitationEnv(swaying(), TRAINING, 3, seed=5, strict=True, steer=1.5)
    env.course.heading[:] = np.radians([0.0, 65.0, -75.0])
    outcome = env.step(env.residual_targets(np.zeros((3, RESIDUAL_SIZE))))
    assert outcome.fallen.tolist() == [False, False, True]


def test_strides_widen_about_the_middle_of_the_clip() -> None:
    table = steering(0).table
    times = np.linspace(0, table.clip.duration, 50, endpoint=False)
    reference, middle = table.at(times), table.middle
    wide = reference.with_strides(np.full(50, 1.2), middle)
    hinges = HINGE_POSE[[0, 2]]
    np.testing.assert_allclose(
        np.ptp(wide.pose[:, hinges], axis=0), 1.2 * np.ptp(reference.pose[:, hinges], axis=0)
    )
    np.testing.assert_allclose(wide.rates[:, 6:], 1.2 * reference.rates[:, 6:])
    np.testing.assert_allclose(np.linalg.norm(wide.pose[:, BALL_POSE], axis=-1), 1)
    np.testing.assert_array_equal(wide.pose[:, :7], reference.pose[:, :7])
    same = reference.with_strides(np.ones(50), middle)
    np.testing.assert_allclose(same.pose, reference.pose, atol=1e-9)
    np.testing.assert_allclose(same.ends, reference.ends, atol=1e-9)
