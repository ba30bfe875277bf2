"""Steering: a turned world, and the helm's way to a wish."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import BALL_POSE, HINGE_POSE, POSE_SIZE, RATE_SIZE, ROOT_ROTATION
from character.body import Body
from character.state import state_vector
from character.steering import (
    LEAD,
    MAX_PACE,
    MAX_TURN,
    MIN_PACE,
    PACE_CHANGE,
    TURN_CHANGE,
    Steering,
    next_steering,
    steered,
)
from motion import quat

STEP = 1 / 30


def moving(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    pose, rates = np.zeros(POSE_SIZE), rng.normal(size=RATE_SIZE)
    pose[1] = 0.9
    pose[ROOT_ROTATION] = quat.normalize(rng.normal(size=4))
    pose[BALL_POSE] = quat.normalize(rng.normal(size=(8, 4)))
    pose[HINGE_POSE] = rng.normal(size=4)
    return pose, rates


@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0, 3.1])
def test_a_turned_body_in_a_world_turned_alike_looks_as_before(angle: float) -> None:
    body, (pose, rates) = Body(), moving(np.random.default_rng(2))
    before = state_vector(body.at(pose, rates), 0.3)
    about_y = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), np.array(angle))
    pose[ROOT_ROTATION] = quat.mul(about_y, pose[ROOT_ROTATION])
    for part in (slice(0, 3), slice(3, 6)):
        rates[part] = quat.rotate(about_y, rates[part])
    turned = state_vector(body.at(pose, rates), 0.3)
    seen = steered(turned, angle)
    np.testing.assert_allclose(seen, before, atol=2e-5)
    assert seen.dtype == np.float32 and seen[5] >= 0
    assert angle == 0 or np.abs(turned - before).max() > 0.1


def test_a_world_that_turns_on_and_stretches_is_shown_ahead_and_slows_the_root() -> None:
    state = state_vector(Body().at(*moving(np.random.default_rng(3))), 0.3)
    seen = steered(state, 0.1, turn=0.5, pace=0.8)
    expected = steered(state, 0.1 + 0.5 * LEAD)
    expected[[107, 109]] /= 0.8
    expected[111] -= 0.5
    np.testing.assert_allclose(seen, expected, atol=1e-6)


def test_many_states_are_steered_each_its_own_way() -> None:
    rng = np.random.default_rng(4)
    states = np.array([state_vector(Body().at(*moving(rng)), 0.1) for _ in range(3)])
    ways = rng.normal(size=(3, 2)), rng.uniform(0.7, 1.3, 3)
    together = steered(states, ways[0][:, 0], ways[0][:, 1], ways[1])
    for state, (heading, turn), pace, seen in zip(states, *ways, together, strict=True):
        np.testing.assert_allclose(steered(state, heading, turn, pace), seen, atol=1e-6)


def test_the_helm_reaches_a_heading_and_stays() -> None:
    helm, rates = Steering(), []
    for _ in range(120):
        before = helm
        helm = next_steering(helm, 2.0, 0.0, 1.0, STEP)
        rates.append(helm.turn)
        assert abs(helm.turn - before.turn) <= TURN_CHANGE * STEP + 1e-9
    assert helm.heading == pytest.approx(2.0, abs=0.01) and abs(helm.turn) < 0.01
    assert max(rates) == pytest.approx(MAX_TURN)


def test_the_helm_takes_the_shorter_way_round() -> None:
    helm = Steering(heading=3.0)
    for _ in range(120):
        helm = next_steering(helm, -3.0, 0.0, 1.0, STEP)
    assert helm.heading == pytest.approx(2 * math.pi - 3.0, abs=0.01)


def test_a_heading_that_turns_steadily_is_followed_without_lag() -> None:
    helm, wanted = Steering(), 0.0
    for _ in range(150):
        wanted += STEP
        helm = next_steering(helm, wanted, 1.0, 1.0, STEP)
    assert helm.heading == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize(("wish", "reached"), [(5.0, MAX_PACE), (0.0, MIN_PACE), (1.1, 1.1)])
def test_the_pace_changes_gently_and_stays_in_reach(wish: float, reached: float) -> None:
    helm = Steering()
    for _ in range(60):
        before, helm = helm, next_steering(helm, 0.0, 0.0, wish, STEP)
        assert abs(helm.pace - before.pace) <= PACE_CHANGE * STEP + 1e-9
    assert helm.pace == pytest.approx(reached)
    assert helm.cadence == pytest.approx(helm.pace**0.75)
