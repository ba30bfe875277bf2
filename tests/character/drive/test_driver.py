"""The composite controller on the real simulation with the skills that ship."""

from __future__ import annotations

import math

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.deeds import GoTo, Head, Steer, Want
from character.drive.changes import ALIKE, ENOUGH, GOOD, look
from character.drive.path import NEAR
from character.drive.ride import Ride
from character.drive.state import DriveState, Kind
from character.drive.wishes import NoSuchSkill
from character.push import Push
from tests.character.driving import named, run, skills


def ride(first: str = "walk", *pushes: Push) -> Ride:
    names = [skill.name.name for skill in skills()]
    return Ride(skills(), run, names.index(first), pushes=pushes)


def go(driven: Ride, steps: int) -> list[DriveState]:
    told = []
    for _ in range(steps):
        driven.step()
        told.append(driven.state)
    return told


def test_who_is_asked_nothing_walks_straight_on() -> None:
    driven = ride()
    states = go(driven, 45)
    assert {state.skill for state in states} == {"walk"} and not driven.mind.falls
    assert driven.simulation.instant.pose[0] > 1 and abs(driven.simulation.instant.pose[2]) < 0.3
    assert all(state.wanted is None and state.waits == "" for state in states)


def test_a_heading_is_walked_to_and_a_turn_goes_on() -> None:
    driven = ride()
    driven.wish(Head(math.radians(30), 1.0))
    go(driven, 75)
    assert math.degrees(driven.simulation.instant.heading) == pytest.approx(30, abs=15)
    driven.wish(Steer(math.radians(-20), 1.0))
    before = driven.simulation.steering.heading
    go(driven, 45)
    turned = math.degrees(driven.simulation.steering.heading - before)
    assert turned == pytest.approx(-30, abs=10) and not driven.mind.falls


def test_it_looks_for_a_moment_and_keeps_its_heading_when_it_changes() -> None:
    driven = ride()
    go(driven, 10)
    driven.wish(Want("run"))
    pending = go(driven, 1)[0]
    assert pending.wanted == "run" and pending.chosen is not None and pending.waits
    assert 0 <= pending.chosen.phase < 1 and pending.chosen.value < 1
    for _ in range(120):
        facing = driven.simulation.instant.heading
        driven.step()
        if driven.decided is not None and driven.decided.change is not None:
            break
    change = driven.decided.change if driven.decided else None
    assert change is not None and driven.state.skill == "run"
    assert driven.state.changed is not None
    clip = named("run").clip
    faced = driven.simulation.body.at(*clip.at(change.time)).heading
    assert math.remainder(change.heading + faced - facing, 2 * math.pi) == pytest.approx(0)


def test_it_walks_on_at_its_own_pace_until_the_run_takes_over_and_then_runs() -> None:
    driven = ride()
    driven.wish(Want("run"))
    while driven.state.skill != "run":
        driven.step()
        assert driven.mind.steps < 240
        if driven.state.wanted == "run":
            assert driven.simulation.steering.pace == 1.0
    go(driven, 90)
    assert not driven.mind.falls and driven.simulation.instant.rates[0] > 2


def test_a_walk_that_has_just_begun_is_not_left_for_a_poor_value() -> None:
    driven = ride("run")
    driven.wish(Want("stand"))
    told = go(driven, 150)
    skills_of = [state.skill for state in told]
    assert skills_of[-1] == "stand" and not driven.mind.falls
    walked = skills_of.index("stand") - skills_of.index("walk")
    assert walked >= 60 or told[skills_of.index("stand")].values[0] >= GOOD


def test_it_walks_to_a_point_and_stands_there() -> None:
    driven = ride("stand")
    point, near = np.array([4.0, 0.5]), []
    driven.wish(GoTo(*point))
    while not (driven.state.skill == "stand" and driven.mind.steps > 30 and near[-1]):
        driven.step()
        near.append(np.hypot(*(driven.simulation.instant.pose[[0, 2]] - point)) < NEAR)
        assert len(near) < 900 and not driven.mind.falls
    goal = driven.state.goal
    assert goal is not None and goal.reached and goal.path < NEAR
    assert {state.skill for state in go(driven, 90)} == {"stand"}


def test_who_has_fallen_gets_up_within_a_second_whatever_the_critics_say() -> None:
    driven = ride("walk", Push(0.3, 800.0, 0.0, 0.2))
    while not driven.mind.fallen:
        driven.step()
    told = go(driven, 30)
    assert any("getup" in state.skill for state in told)


def test_the_critic_likes_its_own_clip_best_where_it_is() -> None:
    walk = named("walk")
    driven = ride()
    go(driven, 20)
    simulation = driven.simulation
    seen = look(walk, simulation.instant, simulation.body.weights, run, True, ALIKE)
    assert seen.value > 0.9
    off = abs(walk.time_of(seen.row) - simulation.clip_time % walk.clip.duration)
    assert min(off, walk.clip.duration - off) < 0.2
    run_seen = look(named("run"), simulation.instant, simulation.body.weights, run, True, ALIKE)
    assert run_seen.value < seen.value


def test_a_move_ends_and_what_was_asked_before_goes_on() -> None:
    driven = ride("spinkick")
    driven.wish(Head(0.0, 1.0))
    told = go(driven, 90)
    kick = named("spinkick").clip.duration
    performed = sum(state.skill == "spinkick" for state in told) / 30
    assert 0.7 * kick < performed < 1.3 * kick
    assert named(told[-1].skill).kind is Kind.GAIT


def test_a_fall_is_told_once_and_lies_where_no_skill_gets_up() -> None:
    driven = ride("walk", Push(0.5, 900.0, math.pi / 2, 0.2))
    gets_up = any(skill.kind is Kind.GET_UP for skill in skills())
    told = go(driven, 75)
    fallen = next(state for state in told if state.fallen)
    assert fallen.falls == 1 and fallen.waits.startswith("It has fallen")
    assert gets_up or (told[-1].fallen and told[-1].falls == 1)


def test_a_goal_far_away_is_walked_to_and_says_how_long_it_takes() -> None:
    driven = ride()
    driven.wish(GoTo(1e6, 0.0))
    goal = go(driven, 30)[-1].goal
    assert goal is not None and goal.path == pytest.approx(1e6, rel=0.01)
    assert goal.seconds == pytest.approx(goal.path / named("walk").name.speed, rel=0.01)


def test_what_is_not_there_or_cannot_be_is_said() -> None:
    with pytest.raises(NoSuchSkill, match="no skill 'fly'; there are"):
        ride().wish(Want("fly"))


def test_the_same_ride_is_the_same_to_the_bit() -> None:
    poses = []
    for _ in range(2):
        driven = ride()
        driven.wish(Want("run"))
        go(driven, 50)
        poses.append(driven.simulation.instant.pose)
    assert np.array_equal(poses[0], poses[1]) and 0 < ENOUGH < 1
