"""Wandering headings and varying speeds."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from character.anatomy import POLICY_HZ
from character.steering import MAX_PACE, MIN_PACE, PACE_CHANGE, TURN_CHANGE
from training.policy.course import Course


def test_without_turns_everyone_goes_straight_on() -> None:
    course = Course(4, 0.0)
    for _ in range(100):
        course.advance(np.random.default_rng(0))
    assert not course.heading.any() and (course.pace == 1).all()


def test_headings_wander_and_paces_vary_as_far_and_as_fast_as_a_helm_may() -> None:
    course, chance = Course(50, 1.5), np.random.default_rng(0)
    turns, paces = [course.turn.copy()], [course.pace.copy()]
    for _ in range(600):
        before = course.heading.copy()
        course.advance(chance)
        np.testing.assert_allclose((course.heading - before) * POLICY_HZ, course.turn, atol=1e-9)
        turns.append(course.turn.copy())
        paces.append(course.pace.copy())
    assert 1.3 < np.abs(turns).max() <= 1.5
    assert np.abs(np.diff(turns, axis=0)).max() <= TURN_CHANGE / POLICY_HZ + 1e-9
    assert MIN_PACE <= np.min(paces) < 0.75 and 1.25 < np.max(paces) <= MAX_PACE
    assert np.abs(np.diff(paces, axis=0)).max() <= PACE_CHANGE / POLICY_HZ + 1e-9
    assert 0.1 < np.mean(np.array(turns) == 0) < 0.4
    course.reset(np.array([7]))
    assert (course.heading[7], course.turn[7], course.pace[7]) == (0, 0, 1)
    assert course.heading[8] != 0


def test_a_course_goes_on_from_its_state() -> None:
    one, other = Course(5, 1.0), Course(5, 1.0)
    for _ in range(40):
        one.advance(np.random.default_rng(1))
    other.load_state_dict(one.state_dict())
    for course in (one, other):
        chance = np.random.default_rng(2)
        for _ in range(40):
            course.advance(chance)
    np.testing.assert_array_equal(one.heading, other.heading)
