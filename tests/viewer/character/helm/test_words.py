"""What the driving reads like."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from character.drive.state import DriveState, Goal, Kind, Moment, SkillName
from character.steering import STRAIGHT
from viewer.character.helm.helm import ladder
from viewer.character.helm.words import change_text, drive_text, duration, skill_tip

WALK = SkillName("walk", "Walk", Kind.GAIT, 1.0, 1.2, True)
SNEAK = SkillName("sneak", "Sneak", Kind.GAIT, 0.8, 1.2, True)
RUN = SkillName("run", "Run", Kind.GAIT, 3.4, 0.8, True)
STAND = SkillName("stand", "Stand", Kind.STAND, 0.0, 1.0, True)
KICK = SkillName("kick", "Kick", Kind.MOVE, 0.0, 1.0, False)
STATE = DriveState(
    skills=(WALK, SNEAK, RUN, STAND, KICK), skill="walk", wanted=None, waits="",
    values=(1.0, 0.5, 0.4, 0.9, math.nan), chosen=None, changed=None, steering=STRAIGHT,
    heading=None, speed=None, goal=None, gets_up=True, fallen=False, falls=0, changes=0,
    recoveries=0,
)  # fmt: skip


def test_keys_go_through_standing_and_the_gaits_that_are_much_faster() -> None:
    assert ladder(STATE.skills) == [STAND, WALK, RUN]
    assert ladder((KICK,)) == []


def test_it_says_what_it_does() -> None:
    assert drive_text(STATE) == "Walk"
    assert drive_text(replace(STATE, speed=1.2)) == "Walk · 1.2 m/s"
    assert drive_text(replace(STATE, skill="stand", speed=0.0)) == "Stand"
    going = replace(STATE, goal=Goal(1.0, 2.0, 3.24, 4.2))
    assert drive_text(going) == "Walk · to the click: 3.2 m, 4 s"
    there = replace(STATE, skill="stand", goal=Goal(1.0, 2.0, 0.24, 0.2, True))
    assert drive_text(there) == "Stand · at the click, 0.2 m off"
    assert "Backspace" in drive_text(replace(STATE, fallen=True, gets_up=False))


def test_a_change_that_waits_says_why_and_what_was_best_so_far() -> None:
    waits = "Run comes at a good moment."
    pending = replace(STATE, wanted="run", waits=waits, chosen=Moment(0.3, 0.41, 0.93))
    assert drive_text(pending) == "Run comes at a good moment: 0.93 so far"
    assert drive_text(replace(pending, chosen=None)) == "Run comes at a good moment"


def test_a_skill_tells_its_key_its_speed_and_what_its_critic_expects() -> None:
    tip = skill_tip(RUN, 2, 0.4)
    assert tip.startswith("Run (3): ") and "3.4 m/s" in tip and "0.40 of what it knows" in tip
    assert "has no critic" in skill_tip(KICK, 4, math.nan)
    assert "(10)" not in skill_tip(KICK, 9, math.nan)


def test_a_change_is_explained() -> None:
    assert change_text("run", "in", 0.23, 0.41, 0.93) == (
        "Change to run in 0.23 s at phase 0.41: its critic expects 0.93 of what it knows"
    )
    assert "no critic" in change_text("kick", "after", 1.0, 0.1, math.nan)


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.2, "4 s"), (600, "10 min"), (36_000, "10 h"), (math.inf, "no end")]
)
def test_times_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds).startswith(text)
