"""What a mind, its skills and a body tell of themselves. No MuJoCo."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from character.instant import Instant
from character.steering import Steering

from .mind import NONE, Asked, Mind
from .path import way
from .state import DriveState, Goal, Kind, SkillName

_TURN = 1.0  # rad/s: of the way that is told, roughly


def told(
    skills: Sequence[SkillName], mind: Mind, values: np.ndarray, steering: Steering, here: Instant
) -> DriveState:
    """The state of the drive at a frame. values (S,): of the skills."""
    heading, speed = _asked(mind, skills)
    chosen = None
    if mind.wanted != NONE and mind.waiting:
        chosen = skills[mind.wanted].moment(mind.best_time, mind.best)
    changed = None
    if mind.skill != NONE and not math.isnan(mind.taken):
        changed = skills[mind.skill].moment(mind.taken, mind.taken_value)
    return DriveState(
        skills=tuple(skills),
        skill="" if mind.skill == NONE else skills[mind.skill].name,
        wanted=None if mind.wanted == NONE else skills[mind.wanted].name,
        waits=waiting(mind, skills),
        values=tuple(values.tolist()),
        chosen=chosen,
        changed=changed,
        steering=steering,
        heading=heading,
        speed=speed,
        goal=_goal(mind, skills, steering, here),
        gets_up=mind.gets_up,
        fallen=mind.fallen,
        falls=mind.falls,
        changes=mind.changes,
        recoveries=mind.recoveries,
    )


def waiting(mind: Mind, skills: Sequence[SkillName]) -> str:
    """One short sentence why what is wanted has not come yet; "" when nothing waits."""
    now = None if mind.skill == NONE else skills[mind.skill]
    if mind.fallen and (now is None or now.kind is not Kind.GET_UP):
        if not any(skill.kind is Kind.GET_UP for skill in skills):
            return "It has fallen, and no skill gets up."
        return "" if not mind.gets_up else "It has fallen and looks for a way to get up."
    if mind.move != NONE and mind.wanted == NONE and now is not None:
        return f"{skills[mind.move].title} comes when {now.title.lower()} has ended."
    if mind.wanted == NONE:
        return ""
    title = skills[mind.wanted].title
    if mind.via != NONE:
        return f"{title} comes first: from here the critic expects too little of what is wanted."
    if not skills[mind.wanted].judged:
        return f"{title} comes at the pose most like its own; it has no critic."
    return f"{title} comes at the moment of the stride at which its critic expects most."


def _asked(mind: Mind, skills: Sequence[SkillName]) -> tuple[float | None, float | None]:
    """The heading and the speed that are asked for."""
    if mind.held != NONE:
        return None, skills[mind.held].speed
    if mind.asked == Asked.NOTHING:
        return None, None
    return (None if mind.asked == Asked.GO else mind.heading), mind.speed


def _goal(
    mind: Mind, skills: Sequence[SkillName], steering: Steering, here: Instant
) -> Goal | None:
    if mind.asked != Asked.GO:
        return None
    speed = max(mind.speed, 0.1)
    there = way(here, steering.heading, mind.x, mind.z, speed, _TURN)
    path = there.left if mind.stopping else there.path
    stands = mind.skill != NONE and skills[mind.skill].kind is Kind.STAND
    return Goal(mind.x, mind.z, path, path / speed, mind.stopping and stands)
