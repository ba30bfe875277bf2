"""What a live character can be told. Every command is obeyed between two decisions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from character.body import NAMES
from character.reference import ReferenceClip

if TYPE_CHECKING:
    from .take import Take

Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Start:
    """Go on from the newest frame; a replay that was paused goes on where it was."""


@dataclass(frozen=True)
class Pause:
    """Hold still; nothing is lost."""


@dataclass(frozen=True)
class StepOnce:
    """One decision, then hold still."""


@dataclass(frozen=True)
class Reset:
    """Stand at the start of the clip, without the box; a cut in the take."""


@dataclass(frozen=True)
class StartAt:
    """Stand at ``clip_time`` seconds of the clip, without the box; a cut in the take."""

    clip_time: float


@dataclass(frozen=True)
class SetSpeed:
    """Simulated seconds per second, 0.1 to 4."""

    speed: float


@dataclass(frozen=True)
class SetFriction:
    """Sliding friction of everything with everything, 0 to 3."""

    friction: float


@dataclass(frozen=True)
class SetGravity:
    """Gravity in m/s2 downwards, 0 to 30."""

    gravity: float


@dataclass(frozen=True)
class PushNow:
    """A force (3,) in newtons on the centre of mass of ``body`` for ``duration`` seconds.

    In world axes; or, with heading, ahead, up and to the right of the character as it faces when
    the push begins.
    """

    force: Vector
    duration: float = 0.2
    body: str = NAMES[0]
    heading: bool = False


@dataclass(frozen=True)
class ThrowBox:
    """Throw a cube at the chest; the box of an earlier throw is taken for it.

    mass in kg, side in metres. direction: where it comes from, radians from the heading to the
    left. speed in m/s, distance in metres from the chest.
    """

    mass: float = 5.0
    side: float = 0.3
    direction: float = 0.0
    speed: float = 6.0
    distance: float = 2.0


@dataclass(frozen=True)
class RemoveBox:
    """Take the box away."""


@dataclass(frozen=True, eq=False)
class SwapPolicy:
    """Let the worker's model ``policy`` decide from now on, ``critic`` judge.

    clip: what it imitates; it goes on at the moment most like the present pose. None: the clip
    stays, and so does its phase. sha256: of the policy's file, for the take.
    """

    policy: str
    clip: ReferenceClip | None = None
    critic: str | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Rewind:
    """Hold still and show a remembered frame; nothing is lost."""

    frame: int


@dataclass(frozen=True)
class ResumeFrom:
    """Go on from a remembered frame, to the bit; what came after it is forgotten."""

    frame: int


@dataclass(frozen=True)
class Replay:
    """Simulate again what is remembered, from ``first`` or the oldest frame, to the bit."""

    first: int | None = None


@dataclass(frozen=True)
class Forget:
    """Forget every frame but the newest, and hold still."""


@dataclass(frozen=True)
class KeepTake:
    """Give what is remembered, or frames ``first`` to ``last`` of it, as a Take."""

    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, eq=False)
class RestoreTake:
    """Remember ``take`` in place of what is remembered; hold still at its last frame."""

    take: Take


Command = (
    Start | Pause | StepOnce | Reset | StartAt | SetSpeed | SetFriction | SetGravity | PushNow
    | ThrowBox | RemoveBox | SwapPolicy | Rewind | ResumeFrom | Replay | Forget | KeepTake
    | RestoreTake
)  # fmt: skip

MAX_FORCE, MAX_PUSH_SECONDS = 10_000.0, 10.0


def doubt(command: object) -> str:
    """One sentence on a number that a command may not hold; empty when all are fine."""
    match command:
        case StartAt(clip_time):
            return _outside("the start", clip_time, 0, 1e5, "s")
        case SetSpeed(speed):
            return _outside("the speed", speed, 0.1, 4, "x")
        case SetFriction(friction):
            return _outside("friction", friction, 0, 3, "")
        case SetGravity(gravity):
            return _outside("gravity", gravity, 0, 30, "m/s²")
        case PushNow(force, duration, body):
            if body not in NAMES:
                return f"There is no body '{body}'; choose from {', '.join(NAMES)}."
            if len(force) != 3:
                return f"A push has {len(force)} numbers, expected x, y and z in newtons."
            return _outside("the push", math.hypot(*force), 0, MAX_FORCE, "N") or _outside(
                "the push's duration", duration, 1 / 600, MAX_PUSH_SECONDS, "s"
            )
        case ThrowBox(mass, side, direction, speed, distance):
            return (
                _outside("the box's mass", mass, 0.1, 200, "kg")
                or _outside("the box's side", side, 0.05, 1, "m")
                or _outside("the direction", direction, -1e3, 1e3, "rad")
                or _outside("the box's speed", speed, 0.5, 30, "m/s")
                or _outside("the distance", distance, 0.5 + side, 10, "m")
            )
    return ""


def _outside(what: str, value: float, lowest: float, highest: float, unit: str) -> str:
    if lowest <= value <= highest:
        return ""
    span = f"{lowest:g} to {highest:g} {unit}".rstrip()
    return f"{what[0].upper()}{what[1:]} is {value:g}, expected {span}."
