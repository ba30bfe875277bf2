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

from .path import NEAR
from .state import DriveState, Kind

SURVIVED_S = 3.0
_AFTER = 1.0
_RATE = math.radians(60.0)
_STANDS_S = 1.0


@dataclass
class _Section:
    """A wish of the helm and what came of it."""

    at: float
    wish: Steer | Head
    faced: float
    errors: list[float] = field(default_factory=list)
    made: float = 0.0
    asked: float = 0.0

    def told(self, until: float) -> dict[str, Any]:
        errors = np.array(self.errors)
        rms = math.degrees(math.sqrt(np.mean(errors**2))) if len(errors) else None
        off = 100 * (self.made / self.asked - 1) if self.asked else None
        kind = "steer" if isinstance(self.wish, Steer) else "go"
        return {
            "at": round(self.at, 3),
            "until": round(until, 3),
            "asked": kind,
            "speed": self.wish.speed,
            "heading_rms_deg": None if rms is None else round(rms, 2),
            "speed_error_percent": None if off is None else round(off, 2),
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
        self._seconds: Counter[str] = Counter()
        self._rewards: Counter[str] = Counter()
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
        self._seconds[state.skill] += 1 / POLICY_HZ  # type: ignore[assignment]
        self._rewards[state.skill] += reward  # type: ignore[assignment]
        if self._before is not None:
            self._compare(self._before[0], self._before[1], here, state)
        self._before = here, state

    def _compare(self, there: Instant, was: DriveState, here: Instant, now: DriveState) -> None:
        if now.changes > was.changes:
            self._changes.append((self._time, was.skill, now.skill))
        if now.falls > was.falls:
            self._falls.append((self._time, was.skill))
        if now.recoveries > was.recoveries:
            self._recoveries.append(self._time - self._falls[-1][0])
        kinds = {skill.name: skill for skill in now.skills}
        steered = now.skill in kinds and kinds[now.skill].steered and not now.fallen
        if self._section is not None and steered:
            self._follow(self._section, there, here)
        if self._target is not None:
            stands = now.skill in kinds and kinds[now.skill].kind is Kind.STAND
            self._arrive(self._target, here, now, stands)

    def _follow(self, section: _Section, there: Instant, here: Instant) -> None:
        match section.wish:
            case Steer(turn):
                section.faced += turn / POLICY_HZ
            case Head(heading):
                off = math.remainder(heading - section.faced, 2 * math.pi)
                most = _RATE / POLICY_HZ
                section.faced += min(max(off, -most), most)
        section.errors.append(math.remainder(here.heading - section.faced, 2 * math.pi))
        if self._time - section.at > _AFTER and section.wish.speed > 0:
            way = here.pose[[0, 2]] - there.pose[[0, 2]]
            ahead = [math.cos(section.faced), -math.sin(section.faced)]
            section.made += float(way @ ahead)
            section.asked += section.wish.speed / POLICY_HZ

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
        fallen = Counter(skill for _, skill in self._falls)
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
            "skills": {
                name: {
                    "seconds": round(seconds, 2),
                    "taken_up": sum(after == name for *_, after in self._changes),
                    "falls": fallen[name],
                    "reward": round(self._rewards[name] / (seconds * POLICY_HZ), 4),
                }
                for name, seconds in sorted(self._seconds.items())
            },
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
