"""How a drive went: what was asked against what was done. No MuJoCo.

heading: rms of the angle between where the pelvis faces and where it should, in degrees, while a
gait performs; of ``go`` the heading asked is approached at the gait's own turn rate, of ``steer``
it turns as asked. speed: the way made along that heading over the way asked, less one, in percent,
from a second after the wish on.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from character.anatomy import POLICY_HZ
from character.deeds import GoTo, Head, Steer
from character.instant import Instant
from character.steering import MAX_PACE, MIN_PACE

from .path import NEAR
from .state import DriveState, Kind, SkillName

SURVIVED_S = 3.0
_AFTER = 1.0
_RATE = math.radians(60.0)
_STANDS_S = 1.0


@dataclass
class _Tracking:
    """How the helm was followed: angles off, radians; metres made and asked."""

    off: list[float] = field(default_factory=list)
    made: float = 0.0
    asked: float = 0.0

    def add(self, off: float, made: float, asked: float) -> None:
        """One step; asked: 0 where the way does not count."""
        self.off.append(off)
        if asked:
            self.made += made
            self.asked += asked

    def told(self) -> dict[str, float | None]:
        rms = math.degrees(math.sqrt(np.mean(np.square(self.off)))) if self.off else None
        speed = 100 * (self.made / self.asked - 1) if self.asked else None
        return {
            "heading_rms_deg": None if rms is None else round(rms, 2),
            "speed_error_percent": None if speed is None else round(speed, 2),
        }


@dataclass
class _Section:
    """A wish of the helm and what came of it."""

    at: float
    wish: Steer | Head
    faced: float
    tracking: _Tracking = field(default_factory=_Tracking)

    def told(self, until: float) -> dict[str, Any]:
        kind = "steer" if isinstance(self.wish, Steer) else "go"
        return {
            "at": round(self.at, 3),
            "until": round(until, 3),
            "asked": kind,
            "speed": self.wish.speed,
            **self.tracking.told(),
        }


@dataclass
class _Target:
    """A point that is walked to."""

    at: float
    wish: GoTo
    started: float
    seconds: float | None = None
    distance: float = math.nan
    standing: int = 0
    expected: float = 0.0


@dataclass
class _Performed:
    """What came of one skill; falls: while it performed, recoveries: from those."""

    steps: int = 0
    reward: float = 0.0
    taken_up: int = 0
    falls: int = 0
    recoveries: int = 0
    tracking: _Tracking = field(default_factory=_Tracking)

    def told(self) -> dict[str, Any]:
        return {
            "seconds": round(self.steps / POLICY_HZ, 2),
            "taken_up": self.taken_up,
            "falls": self.falls,
            "recoveries": self.recoveries,
            "reward": round(self.reward / self.steps, 4),
            **self.tracking.told(),
        }


class DriveReport:
    """Sums up a drive step by step."""

    def __init__(self) -> None:
        self._time = 0.0
        self._sections: list[tuple[_Section, float]] = []
        self._section: _Section | None = None
        self._targets: list[_Target] = []
        self._target: _Target | None = None
        self._changes: list[tuple[float, str, str]] = []
        self._falls: list[tuple[float, str]] = []
        self._recoveries: list[float] = []
        self._skills: dict[str, _Performed] = {}
        self._before: tuple[Instant, DriveState] | None = None

    def asked(self, act: object, here: Instant) -> None:
        """``act`` of a script is asked of a body that is ``here``."""
        if not isinstance(act, Steer | Head | GoTo):
            return
        self._close()
        if isinstance(act, GoTo):
            left = float(np.hypot(act.x - here.pose[0], act.z - here.pose[2]))
            self._target = _Target(self._time, act, left, distance=left)
            self._targets.append(self._target)
        elif act.speed > 0 or (isinstance(act, Steer) and act.turn):
            self._section = _Section(self._time, act, here.heading)

    def _close(self) -> None:
        if self._section is not None:
            self._sections.append((self._section, self._time))
        self._section = self._target = None

    def stepped(self, here: Instant, state: DriveState, reward: float) -> None:
        """A step led to ``here``; state: what the drive tells then."""
        self._time += 1 / POLICY_HZ
        performed = self._of(state.skill)
        performed.steps += 1
        performed.reward += reward
        if self._before is not None:
            self._compare(self._before[0], self._before[1], here, state)
        self._before = here, state

    def _of(self, skill: str) -> _Performed:
        return self._skills.setdefault(skill, _Performed())

    def _compare(self, there: Instant, was: DriveState, here: Instant, now: DriveState) -> None:
        if now.changes > was.changes:
            self._changes.append((self._time, was.skill, now.skill))
            self._of(now.skill).taken_up += 1
        if now.falls > was.falls:
            self._falls.append((self._time, was.skill))
            self._of(was.skill).falls += 1
        if now.recoveries > was.recoveries:
            fell, skill = self._falls[-1]
            self._recoveries.append(self._time - fell)
            self._of(skill).recoveries += 1
        kinds = {skill.name: skill for skill in now.skills}
        steered = now.skill in kinds and kinds[now.skill].steered and not now.fallen
        if self._section is not None and steered:
            self._follow(self._section, there, here, kinds[now.skill])
        if self._target is not None:
            stands = now.skill in kinds and kinds[now.skill].kind is Kind.STAND
            self._arrive(self._target, here, now, stands)

    def _follow(self, section: _Section, there: Instant, here: Instant, skill: SkillName) -> None:
        match section.wish:
            case Steer(turn):
                section.faced += turn / POLICY_HZ
            case Head(heading):
                off = math.remainder(heading - section.faced, 2 * math.pi)
                most = _RATE / POLICY_HZ
                section.faced += min(max(off, -most), most)
        off = math.remainder(here.heading - section.faced, 2 * math.pi)
        way, speed = here.pose[[0, 2]] - there.pose[[0, 2]], section.wish.speed
        made = float(way @ [math.cos(section.faced), -math.sin(section.faced)])
        goes = self._time - section.at > _AFTER and speed > 0
        within = MIN_PACE * skill.speed <= speed <= MAX_PACE * skill.speed
        section.tracking.add(off, made, speed / POLICY_HZ if goes else 0.0)
        self._of(skill.name).tracking.add(off, made, speed / POLICY_HZ if goes and within else 0.0)

    def _arrive(self, target: _Target, here: Instant, now: DriveState, stands: bool) -> None:
        gap = np.array([target.wish.x, target.wish.z]) - here.pose[[0, 2]]
        target.distance = float(np.hypot(*gap))
        target.expected = 0.0 if now.goal is None else now.goal.seconds
        target.standing = target.standing + 1 if stands and target.distance <= NEAR else 0
        if target.standing >= _STANDS_S * POLICY_HZ and target.seconds is None:
            target.seconds = self._time - target.at - _STANDS_S

    def targets(self) -> list[dict[str, Any]]:
        """What came of the points that were walked to."""
        return [_told(target) for target in self._targets]

    def told(self) -> dict[str, Any]:
        """The whole, as JSON has it."""
        self._close()
        falls = [time for time, _ in self._falls]
        known = [time for time, *_ in self._changes if time + SURVIVED_S <= self._time]
        survived = [t for t in known if not any(t < fall <= t + SURVIVED_S for fall in falls)]
        pairs = Counter(f"{before} > {after}" for _, before, after in self._changes)
        return {
            "seconds": round(self._time, 3),
            "sections": [section.told(until) for section, until in self._sections],
            "targets": self.targets(),
            "changes": {
                "count": len(self._changes),
                "watched_3s": len(known),
                "survived_3s": len(survived),
                "by_pair": dict(sorted(pairs.items())),
            },
            "falls": len(falls),
            "recoveries": {
                "count": len(self._recoveries),
                "seconds": [round(seconds, 2) for seconds in self._recoveries],
            },
            "skills": {name: each.told() for name, each in sorted(self._skills.items())},
        }


def _told(target: _Target) -> dict[str, Any]:
    return {
        "at": round(target.at, 3),
        "x": target.wish.x,
        "z": target.wish.z,
        "started_m": round(target.started, 3),
        "reached": target.seconds is not None,
        "seconds": None if target.seconds is None else round(target.seconds, 2),
        "left_m": round(target.distance, 3),
        "still_s": 0.0 if target.seconds is not None else round(target.expected, 1),
    }
