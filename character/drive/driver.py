"""The composite controller: which skill performs, where its clip is taken up, how it is steered.

A driver decides at 30 Hz from the body, from its ``Mind`` and from what the critics say, and holds
nothing itself: with the same mind and the same body it decides the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from character.anatomy import POLICY_HZ, ROOT_ROTATION
from character.deeds import Wish
from character.instant import Instant
from character.reference import ReferenceClip
from character.simulation import Simulation
from character.steering import Steering, next_steering
from motion import quat

from .changes import (
    ALIKE,
    DIRECT,
    ENOUGH,
    GOOD,
    LONGEST_STRIDE,
    Look,
    look,
    ripe,
    settled,
    too_far,
    waited,
)
from .mind import NONE, Asked, Mind
from .skills import Run, Skill
from .state import Kind
from .wishes import Asking, Repertoire, after, arriving, asking, heeded

_STEP = 1 / POLICY_HZ
_LOW, _LOW_STEPS = 0.25, 15  # m below the lowest root of the clip; for how long that is a fall
_LIES, _LAIN, _CAUGHT = 15, 25, 60
"""Steps after a fall: it lies; it gets up however little that promises; it has caught itself."""
_HIGH, _TILT = 0.72, math.cos(math.radians(35.0))  # m and cosine: of who stands
_DONE, _OVER = 0.85, 1.05  # shares of a move: from here on it is looked for what comes next; ends
_UP, _STRAIGHT = 0.6, math.cos(math.radians(20.0))
"""Share of getting up from which it may be on its feet, and cosine of who is."""
_AGAIN = 1.3  # of the clip: who is not up then begins anew
_STOPS = 0.85  # share from which on it stops near a point
_SETTLED = 2  # strides after which a gait that took over may be left for less than a good value
_WHILE, _WHILE_FALLEN = 0.5, 0.3  # seconds
_SUNK, _SUNK_STEPS = 0.35, 20  # m below its clip; for how long, and it begins anew to get up
_TURN_BEFORE = math.radians(20.0)  # rad/s: the most while a change is pending
_MOST_AHEAD = math.radians(60.0)
"""How far a held turn runs ahead of what the body can follow."""


@dataclass(frozen=True)
class Change:
    """A skill, by number, takes over at ``time`` s of its clip; the world is turned by heading."""

    skill: int
    time: float
    heading: float
    pace: float


@dataclass(frozen=True, eq=False)
class Decision:
    """What comes next. mind: to go on from. values (S,): of every skill, as shares; NaN unknown.

    rises: who had fallen is up again.
    """

    mind: Mind
    change: Change | None
    steering: Steering
    values: np.ndarray
    rises: bool


class Driver:
    """Chooses among ``skills`` for a body whose joints have ``weights`` (15,) in the reward."""

    def __init__(self, skills: Sequence[Skill], weights: np.ndarray) -> None:
        self.skills, self._weights = tuple(skills), weights
        self._repertoire = Repertoire(skills)

    @property
    def repertoire(self) -> Repertoire:
        """The skills by what they are for."""
        return self._repertoire

    def number(self, policy: str, clip: ReferenceClip) -> int:
        """The number of the skill of ``policy`` in ``clip``; NONE: it is none."""
        for number, skill in enumerate(self.skills):
            if skill.policy == policy and skill.clip.same(clip):
                return number
        return NONE

    def upright(self, mind: Mind) -> int:
        """Who begins anew in place of who gets up: what is held, else standing; NONE: no other."""
        if not self._is(mind.skill, Kind.GET_UP):
            return NONE
        return self._repertoire.rest if mind.held == NONE else mind.held

    def heeded(self, mind: Mind, wish: Wish, simulation: Simulation) -> Mind:
        """``mind`` after ``wish``. Raises NoSuchSkill."""
        return heeded(mind, wish, self._repertoire, self._facing(mind, simulation))

    def _facing(self, mind: Mind, simulation: Simulation) -> float:
        skill = self.skills[mind.skill] if mind.skill != NONE else None
        steered = skill is not None and skill.kind is Kind.GAIT and not mind.fallen
        return simulation.steering.heading if steered else simulation.instant.heading

    def decide(self, mind: Mind, simulation: Simulation, value: float, run: Run) -> Decision:
        """What comes next. value: what the present critic expects, NaN without one."""
        here, was_fallen = simulation.instant, mind.fallen
        mind = replace(mind, taken=math.nan, taken_value=math.nan, steps=mind.steps + 1)
        mind = self._felt(mind, simulation)
        facing = self._facing(mind, simulation)
        asked = asking(mind, self._repertoire, here, facing)
        mind = arriving(mind, asked, self._repertoire, here)
        wanted = self._wanted(mind, asked, simulation)
        seen = self._seen(mind, here, value, simulation.clip_time, wanted, run)
        values = np.array([each.told for each in seen])
        if wanted in self._repertoire.getups:  # whichever side is up; another one after a failure
            others = [number for number in self._repertoire.getups if number != mind.skill]
            wanted = max(others or [wanted], key=lambda number: seen[number].value)
        mind, change = self._changed(mind, asked, wanted, seen, simulation)
        rises = was_fallen and not mind.fallen
        steering = self._steered(mind, asked, change, simulation)
        mind = self._turned(mind, asked, steering, here)
        return Decision(mind, change, steering, values, rises)

    def _felt(self, mind: Mind, simulation: Simulation) -> Mind:
        """Whether it has fallen, or has caught itself."""
        here = simulation.instant
        if mind.fallen:
            if self._is(mind.skill, Kind.GET_UP):
                there = simulation.clip.at(simulation.clip_time)[0][1]
                sunk = here.pose[1] < there - _SUNK
                return replace(mind, down=mind.down + 1, low=mind.low + 1 if sunk else 0)
            mind = replace(mind, down=mind.down + 1)
            return self._risen(mind) if mind.down >= _CAUGHT and _upright(here) else mind
        lowest = _HIGH - _LOW if mind.skill == NONE else self.skills[mind.skill].poses[:, 1].min()
        low = mind.low + 1 if here.pose[1] < lowest - _LOW else 0
        mind = replace(mind, low=low)
        if not simulation.fallen and low < _LOW_STEPS:
            return mind
        holds_nothing = mind.asked == Asked.NOTHING and mind.held == NONE
        held = after(mind, self._repertoire) if holds_nothing else mind.held
        mind = replace(mind, held=held, move=NONE, via=NONE, stopping=False)
        return settled(replace(mind, fallen=True, down=0, falls=mind.falls + 1))

    def _risen(self, mind: Mind) -> Mind:
        return replace(mind, fallen=False, down=0, low=0, recoveries=mind.recoveries + 1)

    def _lies(self, mind: Mind) -> bool:
        """Whether it has fallen and does not get up yet."""
        return mind.fallen and not self._is(mind.skill, Kind.GET_UP)

    def _is(self, number: int, kind: Kind) -> bool:
        return number != NONE and self.skills[number].kind is kind

    def _wanted(self, mind: Mind, asked: Asking, simulation: Simulation) -> int:
        """The skill that should take over, NONE where the present one goes on."""
        if mind.fallen and self._lies(mind):
            itself = mind.gets_up or self._is(mind.move, Kind.GET_UP)
            ready = itself and mind.down >= _LIES and bool(self._repertoire.getups)
            return self._repertoire.getups[0] if ready else NONE
        now = mind.skill
        if now != NONE:
            share = (simulation.clip_time - mind.begun) / self.skills[now].clip.duration
            if self._is(now, Kind.GET_UP):
                return self._up(mind, simulation, share)
            if self._is(now, Kind.MOVE) and share < _DONE:
                return NONE
        wanted = mind.move if mind.move != NONE else asked.skill
        if wanted == NONE and now != NONE and self._is(now, Kind.MOVE):
            wanted = self._repertoire.rest
        if wanted in (now, NONE):
            return NONE
        return wanted if mind.via == NONE else mind.via

    def _up(self, mind: Mind, simulation: Simulation, share: float) -> int:
        """What comes after getting up: steps, or once more from the ground."""
        if _upright(simulation.instant):
            straight = share > _UP and (share > 1 or _upright(simulation.instant, _STRAIGHT))
            return self._repertoire.risen if straight else NONE
        again = mind.low > _SUNK_STEPS or share > _AGAIN
        return self._repertoire.getups[0] if again else NONE

    def _seen(
        self, mind: Mind, here: Instant, value: float, time: float, wanted: int, run: Run
    ) -> list[Look]:
        """What every skill expects now."""
        lies, found = wanted in self._repertoire.getups, []
        alike = 0.0 if mind.fallen and not lies else ALIKE  # to rise is like no phase of a gait
        for number, skill in enumerate(self.skills):
            if number == mind.skill and number != wanted:
                share = skill.expected(value, time)
                found.append(Look(0, share, share))
                continue
            everywhere = number == wanted or (lies and skill.kind is Kind.GET_UP)
            found.append(look(skill, here, self._weights, run, everywhere, alike))
        return found

    def _changed(
        self, mind: Mind, asked: Asking, wanted: int, seen: list[Look], simulation: Simulation
    ) -> tuple[Mind, Change | None]:
        """Whether the wanted skill, or one on the way to it, takes over now."""
        if wanted == NONE:
            return replace(settled(mind), via=NONE), None
        stride, best = self._stride(mind, simulation), seen[wanted]
        mind = waited(mind, wanted, best, self.skills[wanted].time_of(best.row))
        hurries = self._hurries(mind, asked, best, simulation)
        through = NONE if mind.fallen else self._repertoire.towards(mind.skill, wanted)
        if through != NONE and too_far(mind, stride):
            return settled(replace(mind, via=through)), None
        settles = self._settles(mind, stride) and best.value < GOOD
        enough = ENOUGH if through == NONE else DIRECT
        lasts = seen[mind.skill].value if mind.skill != NONE else np.inf
        saves = not (mind.fallen or settles) and ENOUGH <= best.value > lasts
        if not (hurries or saves) and (settles or not ripe(mind, best, stride, enough)):
            return mind, None
        if hurries and not mind.fallen and best.value < ENOUGH:
            lasting = [number for number in self._repertoire.lasting if number != mind.skill]
            wanted = max([wanted, *lasting], key=lambda number: seen[number].value)
        return self._taken(mind, wanted, seen[wanted], simulation)

    def _settles(self, mind: Mind, stride: float) -> bool:
        """Whether the body is still on its way into the gait that took over."""
        walks = self._is(mind.skill, Kind.GAIT) and not mind.stopping
        return walks and mind.steps < _SETTLED * stride * POLICY_HZ

    def _stride(self, mind: Mind, simulation: Simulation) -> float:
        """Seconds after which what is performed comes again; a while for what has no stride."""
        if mind.fallen:
            return _WHILE_FALLEN
        if mind.skill != NONE and not self._is(mind.skill, Kind.GAIT):
            return _WHILE
        return min(simulation.clip.duration, LONGEST_STRIDE)

    def _hurries(self, mind: Mind, asked: Asking, best: Look, simulation: Simulation) -> bool:
        """Whether the change cannot wait: it is on its feet, the move ends, the point is there."""
        if self._lies(mind):
            return mind.down >= _LAIN
        if mind.fallen:
            return mind.wanted in self._repertoire.ladder
        if mind.stopping and asked.way is not None and mind.wanted == self._repertoire.stand:
            return best.value >= _STOPS or asked.way.late(mind.slide)
        if self._is(mind.skill, Kind.MOVE):
            share = (simulation.clip_time - mind.begun) / simulation.clip.duration
            return share > _OVER
        return False

    def _taken(
        self, mind: Mind, wanted: int, best: Look, simulation: Simulation
    ) -> tuple[Mind, Change]:
        skill, here = self.skills[wanted], simulation.instant
        time, duration = skill.time_of(best.row), skill.clip.duration
        heading = here.heading - float(skill.headings[best.row])
        rises = mind.fallen and skill.kind is not Kind.GET_UP
        if rises:
            mind = self._risen(mind)
        done = wanted == mind.move or skill.kind is Kind.GET_UP
        mind = replace(
            settled(mind),
            skill=wanted,
            begun=duration if skill.kind is Kind.MOVE and time > duration / 2 else 0.0,
            steps=0,
            low=0,
            via=NONE,
            heading=heading if mind.asked == Asked.NOTHING else mind.heading,
            stop_x=float(here.pose[0]),
            stop_z=float(here.pose[2]),
            taken=time,
            taken_value=best.told,
            move=NONE if done else mind.move,
            changes=mind.changes + 1,
        )
        speed = float(np.linalg.norm(here.rates[[0, 2]]))
        return mind, Change(wanted, time, heading, 1.0 if rises else skill.pace_at(speed))

    def _steered(
        self, mind: Mind, asked: Asking, change: Change | None, simulation: Simulation
    ) -> Steering:
        """How the world is turned for the decision that comes."""
        now = simulation.steering
        if change is not None:
            return Steering(change.heading, 0.0, change.pace)
        skill = self.skills[mind.skill] if mind.skill != NONE else None
        if skill is None:
            return now
        if skill.kind is not Kind.GAIT or mind.fallen:
            return Steering(now.heading)
        turn = mind.turn if mind.asked == Asked.STEER else 0.0
        heading = asked.way.heading if asked.way else mind.heading
        obeys = asked.skill != NONE and (mind.wanted == NONE or asked.way is not None)
        speed = asked.speed if obeys else skill.name.speed
        fastest = skill.fastest if mind.wanted == NONE else _TURN_BEFORE
        turn = min(max(turn, -fastest), fastest)
        return next_steering(now, heading, turn, skill.pace_at(speed), _STEP, fastest)

    def _turned(self, mind: Mind, asked: Asking, steering: Steering, here: Instant) -> Mind:
        """``mind`` with the heading that is to be faced next."""
        if mind.asked != Asked.STEER:
            return mind
        skill = self.skills[mind.skill] if mind.skill != NONE else None
        if skill is None or skill.kind is not Kind.GAIT or mind.fallen:
            return replace(mind, heading=here.heading)
        turn = min(max(mind.turn, -skill.fastest), skill.fastest)
        heading = mind.heading + turn * _STEP
        off = math.remainder(heading - steering.heading, 2 * math.pi)
        off = min(max(off, -_MOST_AHEAD), _MOST_AHEAD)
        return replace(mind, heading=steering.heading + off)


def _upright(instant: Instant, straight: float = _TILT) -> bool:
    """Whether the pelvis is as high and, by the cosine, as straight as of who stands."""
    up = quat.rotate(instant.pose[ROOT_ROTATION], np.array([0.0, 1.0, 0.0]))[1]
    return bool(instant.pose[1] > _HIGH and up > straight)
