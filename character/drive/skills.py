"""Skills: an actor with its clip and its critic, and what the critic typically expects of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from character.anatomy import NAMES
from character.body import Body
from character.instant import Instant
from character.moments import unlikeness
from character.reference import ReferenceClip
from character.simulation import may_touch
from character.state import state_vector
from character.steering import MAX_PACE, MIN_PACE, steered

from .state import Kind, SkillName

Run = Callable[[str, Mapping[str, np.ndarray]], dict[str, np.ndarray]]
PHASES = 60
"""Moments of a clip that are told apart."""
_GROUND = [0, 2]
STILL = 0.1
"""m/s: what moves on faster is a gait."""
_FAST = 2.0
_TURN_WALKING, _TURN_RUNNING = math.radians(60.0), math.radians(45.0)
_BEGINNINGS = {
    Kind.STAND: (0.0, 1.0),
    Kind.GAIT: (0.0, 1.0),
    Kind.MOVE: (-0.1, 0.2),
    Kind.GET_UP: (0.0, 0.05),
}


@dataclass(frozen=True, eq=False)
class Skill:
    """What can be performed.

    policy, critic: names of networks; critic None: it is judged by poses alone. touching: what
    ``may_touch`` says of the clip. poses (P, 43), rates (P, 34), headings (P,), typical (P,): of
    the clip at P = PHASES phases; typical: the value that the critic gives to the clip itself, NaN
    without. entries: rows of those at which it may be taken up. sha256: of the policy's file.
    """

    name: SkillName
    clip: ReferenceClip
    policy: str
    critic: str | None
    touching: frozenset[int]
    poses: np.ndarray
    rates: np.ndarray
    headings: np.ndarray
    typical: np.ndarray
    entries: np.ndarray
    sha256: str = ""

    @property
    def kind(self) -> Kind:
        """What it is for."""
        return self.name.kind

    @property
    def fastest(self) -> float:
        """The turn rate in rad/s up to which it is steered."""
        return _TURN_RUNNING if self.name.speed > _FAST else _TURN_WALKING

    def pace_at(self, speed: float) -> float:
        """The pace at which a gait comes nearest to ``speed``, m/s; 1 for any other skill."""
        if self.kind is not Kind.GAIT:
            return 1.0
        return min(max(speed / self.name.speed, MIN_PACE), MAX_PACE)

    def expected(self, value: float, clip_time: float) -> float:
        """``value`` as a share of the typical one at ``clip_time``."""
        row = round(self.clip.phase(clip_time) * PHASES)
        row = row % PHASES if self.clip.loop else min(row, PHASES - 1)
        return float(value / self.typical[row])

    def likeness(self, instant: Instant, weights: np.ndarray) -> np.ndarray:
        """How like ``instant`` its entries (E,) are, 1 for the same. weights (15,): of joints."""
        rows = self.entries
        return np.exp(-unlikeness(self.poses[rows], self.rates[rows], instant, weights) / 4)

    def looked(self, instant: Instant, rows: np.ndarray) -> np.ndarray:
        """States (R, 197) of a body that takes the clip up at ``rows`` (R,) and keeps heading."""
        states = np.repeat(state_vector(instant, 0.0)[None], len(rows), axis=0)
        states[:, 0] = rows / PHASES
        pace = self.pace_at(float(np.linalg.norm(instant.rates[_GROUND])))
        paces = np.full(len(rows), pace)
        return steered(states, instant.heading - self.headings[rows], np.zeros(len(rows)), paces)

    def time_of(self, row: int) -> float:
        """Seconds into the clip at a row of its phases."""
        return row / PHASES * self.clip.duration


def kind_of(clip: ReferenceClip, touching: frozenset[int]) -> Kind:
    """What a clip is for, told from the clip: whether it lies, goes on and gets anywhere."""
    if len(touching) == len(NAMES) and not clip.loop:
        return Kind.GET_UP
    if not clip.loop:
        return Kind.MOVE
    return Kind.GAIT if speed_of(clip) > STILL else Kind.STAND


def speed_of(clip: ReferenceClip) -> float:
    """Metres over the ground a second."""
    way = clip.poses[-1, _GROUND] - clip.poses[0, _GROUND]
    return float(np.linalg.norm(way)) / clip.duration


def skill(
    body: Body,
    clip: ReferenceClip,
    name: str,
    title: str,
    kind: Kind | None,
    policy: str,
    critic: str | None,
    run: Run,
    sha256: str = "",
) -> Skill:
    """A skill whose critic, where it has one, is asked once what it expects of its clip.

    kind: None: told from the clip.
    """
    touching = may_touch(body, clip)
    kind = kind_of(clip, touching) if kind is None else kind
    times = np.arange(PHASES) / PHASES * clip.duration
    instants = [body.at(*clip.at(time)) for time in times]
    states = [state_vector(now, row / PHASES) for row, now in enumerate(instants)]
    typical = np.full(PHASES, np.nan)
    if critic is not None:
        (values,) = run(critic, {"state": np.array(states)}).values()
        typical = np.maximum(values[:, 0].astype(np.float64), 1e-3)
    speed = speed_of(clip) if kind is Kind.GAIT else 0.0
    return Skill(
        name=SkillName(name, title, kind, speed, clip.duration, critic is not None),
        clip=clip,
        policy=policy,
        critic=critic,
        touching=touching,
        poses=np.array([now.pose for now in instants]),
        rates=np.array([now.rates for now in instants]),
        headings=np.array([now.heading for now in instants]),
        typical=typical,
        entries=_entries(kind, clip.loop),
        sha256=sha256,
    )


def _entries(kind: Kind, loop: bool) -> np.ndarray:
    first, last = _BEGINNINGS[kind]
    rows = np.arange(round(first * PHASES), round(last * PHASES))
    if kind in (Kind.STAND, Kind.GAIT):
        return rows[::2]
    return rows % PHASES if loop else rows[rows >= 0]
