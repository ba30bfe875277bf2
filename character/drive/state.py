"""What a driven character tells of itself at one frame. No MuJoCo."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from character.steering import Steering


class Kind(StrEnum):
    """What a skill is for.

    STAND and GAIT are held until something else is wanted, and a GAIT is steered. A MOVE ends, and
    what was asked before goes on. GET_UP begins on the ground and ends on the feet.
    """

    STAND = "stand"
    GAIT = "gait"
    MOVE = "move"
    GET_UP = "get up"


@dataclass(frozen=True)
class Moment:
    """A moment of a clip at which a skill takes over.

    time: seconds into the clip. phase: share of it, in [0, 1). value: what the skill's critic
    expects there, as a share of what it expects in its own clip; NaN without critic.
    """

    time: float
    phase: float
    value: float


@dataclass(frozen=True)
class SkillName:
    """A skill as it is offered.

    name: by which it is wanted. title: what a person reads. speed: of a gait at its own pace, m/s.
    duration: of its clip, s. judged: whether a critic of its own says when to change to it.
    """

    name: str
    title: str
    kind: Kind
    speed: float
    duration: float
    judged: bool

    def moment(self, time: float, value: float) -> Moment:
        """The moment at ``time`` s of its clip."""
        return Moment(time, time / self.duration % 1.0, value if self.judged else math.nan)

    @property
    def steered(self) -> bool:
        """Whether heading and speed can be asked of it."""
        return self.kind is Kind.GAIT


@dataclass(frozen=True)
class Goal:
    """A point on the ground to walk to: x and z, path left in metres, seconds that it will take.

    reached: it stands there, that far from it.
    """

    x: float
    z: float
    path: float
    seconds: float
    reached: bool = False


@dataclass(frozen=True)
class DriveState:
    """Who performs, what is asked and how it goes.

    skill: that is performed; "" for a policy that is none of ``skills``. wanted: the skill that a
    change is pending to, or None; waits: one short sentence why it has not come yet, or "". values:
    of each of ``skills`` now, as in Moment: what it would expect if it took over, and of the one
    that performs what it expects. chosen: the best moment of the pending change so far. changed:
    the moment at which the clip was taken up, where a skill took over at this frame. steering: how
    the world is turned for a gait. heading: asked for, radians rising to the left, or None; speed:
    asked for, m/s, or None. goal: that is walked to. gets_up: whether it gets up by itself. fallen:
    from the fall until it stands again. falls, changes, recoveries: since the last cut.
    """

    skills: tuple[SkillName, ...]
    skill: str
    wanted: str | None
    waits: str
    values: tuple[float, ...]
    chosen: Moment | None
    changed: Moment | None
    steering: Steering
    heading: float | None
    speed: float | None
    goal: Goal | None
    gets_up: bool
    fallen: bool
    falls: int
    changes: int
    recoveries: int
