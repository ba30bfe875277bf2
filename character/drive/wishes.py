"""What is asked of a driver, as what it is to perform, where to face and how fast."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from character.deeds import GetUp, GoTo, Head, Steer, Want, Wish
from character.instant import Instant
from character.steering import MAX_PACE, MIN_PACE

from .mind import NONE, Asked, Mind
from .path import NEAR, STOP_WINDOW, Way, way
from .skills import Skill
from .state import Kind

_STANDS = 0.15  # m/s: who is to go slower stands
_MUCH_FASTER = 1.5
_BACK = 0.85  # of the speed above which a faster gait is taken: below it the slower one again
_TRIES = 4
_LONGEST_SLIDE = 1.0  # m: a longer one was more than stopping
_SETTLED = 45  # steps of standing after which it sees whether it has arrived


class NoSuchSkill(ValueError):
    """A skill that cannot be wanted: one sentence with what there is."""


@dataclass(frozen=True)
class Asking:
    """What is wanted now: the skill by number, NONE for what is performed, and the speed in m/s.

    way: to the point that it goes to, or None.
    """

    skill: int
    speed: float
    way: Way | None = None


class Repertoire:
    """Skills by number, and which of them are for what."""

    def __init__(self, skills: Sequence[Skill]) -> None:
        self.skills = tuple(skills)
        self.stand = next((n for n, s in enumerate(skills) if s.kind is Kind.STAND), NONE)
        self.getups = [n for n, s in enumerate(skills) if s.kind is Kind.GET_UP]
        self.ladder: list[int] = []
        """Gaits by rising speed, the first to walk."""
        for number, skill in enumerate(skills):
            if skill.kind is Kind.GAIT and (
                not self.ladder
                or skill.name.speed > _MUCH_FASTER * skills[self.ladder[-1]].name.speed
            ):
                self.ladder.append(number)

    @property
    def lasting(self) -> list[int]:
        """What is performed until something else is wanted: standing, walking, running."""
        return ([] if self.stand == NONE else [self.stand]) + self.ladder

    @property
    def rest(self) -> int:
        """What is performed when nothing is asked: standing, or walking where nothing stands."""
        return self.stand if self.stand != NONE or not self.ladder else self.ladder[0]

    @property
    def risen(self) -> int:
        """What who comes to their feet performs: a walk, where there is one.

        Its steps keep a balance that standing has not.
        """
        return self.ladder[0] if self.ladder else self.rest

    @property
    def slow(self) -> float:
        """The slowest speed of a gait, m/s."""
        return MIN_PACE * self.skills[self.ladder[0]].name.speed if self.ladder else 0.0

    @property
    def walk(self) -> float:
        """The speed of a walk, m/s."""
        return self.skills[self.ladder[0]].name.speed if self.ladder else 0.0

    def number(self, name: str) -> int:
        """The number of the skill ``name``. Raises NoSuchSkill."""
        for number, skill in enumerate(self.skills):
            if skill.name.name == name:
                return number
        known = ", ".join(skill.name.name for skill in self.skills)
        raise NoSuchSkill(f"There is no skill '{name}'; there are {known}.")

    def at_speed(self, speed: float, now: int) -> int:
        """Who goes at ``speed``, m/s, while ``now`` is performed; a gait is kept for a while."""
        if speed < _STANDS or not self.ladder:
            return self.rest
        chosen = self.ladder[0]
        for slower, faster in zip(self.ladder, self.ladder[1:], strict=False):
            limit = MAX_PACE * self.skills[slower].name.speed
            if speed > (limit * _BACK if now == faster else limit):
                chosen = faster
        return chosen

    def towards(self, now: int, wanted: int) -> int:
        """The next skill on the way from ``now`` to ``wanted`` by speed; NONE: there is none.

        A move begins and ends where it stands.
        """
        order = self.lasting
        if len(order) < 2 or now == NONE:
            return NONE
        here = order.index(now) if now in order else 0
        if now not in order and (wanted not in order or order.index(wanted) > 1):
            return order[0]
        there = order.index(wanted) if wanted in order else 0
        step = (there > here) - (there < here)
        found = order[here + step]
        return NONE if found in (now, wanted) else found


def heeded(mind: Mind, wish: Wish, repertoire: Repertoire, facing: float) -> Mind:
    """``mind`` after ``wish``. facing: radians that it is steered to. Raises NoSuchSkill."""
    match wish:
        case Steer(turn, speed):
            kept = mind.heading if mind.asked == Asked.STEER else facing
            mind = replace(mind, asked=Asked.STEER, turn=turn, speed=speed, heading=kept)
            return replace(mind, held=_own(mind, speed or abs(turn), repertoire), move=NONE)
        case Head(heading, speed):
            mind = replace(mind, asked=Asked.HEAD, turn=0.0, speed=speed, heading=heading)
            return replace(mind, held=_own(mind, speed, repertoire), move=NONE)
        case GoTo(x, z, speed):
            speed = repertoire.walk if speed is None else speed
            mind = replace(mind, asked=Asked.GO, turn=0.0, speed=speed, x=x, z=z)
            held = _own(mind, speed, repertoire)
            return replace(mind, held=held, move=NONE, leaving=False, stopping=False, tries=0)
        case GetUp(itself):
            return replace(mind, gets_up=itself)
        case Want(name):
            return _wanted(mind, repertoire.number(name), repertoire, facing)


def _own(mind: Mind, speed: float, repertoire: Repertoire) -> int:
    """The gait that was wanted by name goes on under a helm that moves; else none does."""
    held = mind.held
    special = held != NONE and repertoire.skills[held].kind is Kind.GAIT
    return held if special and held not in repertoire.ladder and speed >= _STANDS else NONE


def _wanted(mind: Mind, number: int, repertoire: Repertoire, facing: float) -> Mind:
    skill = repertoire.skills[number]
    if skill.kind is Kind.GET_UP and not mind.fallen:
        raise NoSuchSkill(f"'{skill.name.name}' begins on the ground, and it has not fallen.")
    if skill.kind in (Kind.MOVE, Kind.GET_UP):
        holds_nothing = mind.asked == Asked.NOTHING and mind.held == NONE
        held = after(mind, repertoire) if holds_nothing else mind.held
        return replace(mind, move=number, held=held)
    if mind.asked in (Asked.NOTHING, Asked.GO):
        mind = replace(mind, asked=Asked.NOTHING, turn=0.0, heading=facing)
    return replace(mind, held=number, move=NONE)


def after(mind: Mind, repertoire: Repertoire) -> int:
    """What is held when a move or a fall ends that came while nothing was asked."""
    now = mind.skill
    lasting = now != NONE and repertoire.skills[now].kind in (Kind.STAND, Kind.GAIT)
    return now if lasting else repertoire.rest


def asking(mind: Mind, repertoire: Repertoire, instant: Instant, facing: float) -> Asking:
    """What ``mind`` wants of a body on its feet that is steered to ``facing``, radians."""
    if mind.asked == Asked.GO:
        return _going(mind, repertoire, instant, facing)
    if mind.held != NONE:
        return Asking(mind.held, repertoire.skills[mind.held].name.speed)
    if mind.asked == Asked.NOTHING:
        return Asking(NONE, 0.0)
    speed = mind.speed
    if mind.asked == Asked.STEER and mind.turn and speed < repertoire.slow:
        speed = repertoire.slow
    return Asking(repertoire.at_speed(speed, mind.skill), speed)


def _going(mind: Mind, repertoire: Repertoire, instant: Instant, facing: float) -> Asking:
    now = repertoire.skills[mind.skill] if mind.skill != NONE else None
    gait = now if now is not None and now.kind is Kind.GAIT else None
    fastest = gait.fastest if gait else 1.0
    slow = max(repertoire.slow, 0.1)
    there = way(instant, facing, mind.x, mind.z, slow, fastest, mind.leaving)
    if mind.stopping:
        return Asking(repertoire.rest, 0.0, there)
    speed = there.pace_limit(repertoire.slow, repertoire.walk, max(mind.speed, repertoire.slow))
    number = repertoire.at_speed(speed, mind.skill) if mind.held == NONE else mind.held
    return Asking(number, speed, there)


def arriving(mind: Mind, now: Asking, repertoire: Repertoire, instant: Instant) -> Mind:
    """``mind`` on its way: whether it stops; standing apart from the point, it tries again.

    Who has arrived stays, also where standing carries it off a little. How far it went on when it
    stopped is known the next time.
    """
    if now.way is None or mind.fallen:
        return mind
    mind = replace(mind, leaving=now.way.leaves)
    if repertoire.stand == NONE:
        return mind
    stands = mind.skill == repertoire.stand
    if not mind.stopping:
        there = now.way.left < NEAR if stands else now.way.stops(mind.slide)
        return replace(mind, stopping=there)
    if stands and mind.steps == _SETTLED:
        x, z = instant.pose[[0, 2]].tolist()
        slide = math.hypot(x - mind.stop_x, z - mind.stop_z)
        tries = mind.tries if now.way.left > NEAR else _TRIES
        mind = replace(mind, slide=min(max(slide, STOP_WINDOW), _LONGEST_SLIDE), tries=tries)
    if stands and mind.steps >= _SETTLED and now.way.left > NEAR and mind.tries < _TRIES:
        return replace(mind, stopping=False, tries=mind.tries + 1)
    return mind
