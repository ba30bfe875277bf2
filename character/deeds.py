"""What can be done to a character, as frozen data: pushes, boxes, the world, cuts, swaps, wishes.

A deed is whatever changes what comes, other than the decisions of policies and of who chooses
among them. Commands ask for deeds, a log and a take keep them. No MuJoCo.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .anatomy import NAMES, POLICY_HZ

Vector = tuple[float, float, float]
MAX_FORCE, MAX_PUSH_SECONDS = 10_000.0, 10.0
PUSH_REACH = round(MAX_PUSH_SECONDS * POLICY_HZ)
"""Frames after which no push acts any more."""
FRICTION, GRAVITY = (0.0, 3.0), (0.0, 30.0)
"""The least and the most; of gravity in m/s2."""
_MAX_SIDE, _MAX_MASS = 1.0, 200.0
MAX_SPEED = 10.0
"""m/s: more is asked of nobody."""
_FARTHEST = 1e8


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
class Box:
    """A cube: its side in metres, its mass in kilograms."""

    side: float
    mass: float

    @property
    def possible(self) -> bool:
        """Whether it can be simulated: up to 1 m and 200 kg."""
        return 0 < self.side <= _MAX_SIDE and 0 < self.mass <= _MAX_MASS


@dataclass(frozen=True)
class BoxPut:
    """``box`` was put at ``position``, m, with ``velocity``, m/s; None: it was taken away."""

    box: Box | None
    position: Vector = (0.0, 0.0, 0.0)
    velocity: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class SetFriction:
    """Sliding friction of everything with everything, 0 to 3."""

    friction: float


@dataclass(frozen=True)
class SetGravity:
    """Gravity in m/s2 downwards, 0 to 30."""

    gravity: float


@dataclass(frozen=True)
class StartAt:
    """Stand at ``clip_time`` seconds of the clip, without the box; a cut in the take."""

    clip_time: float


@dataclass(frozen=True)
class Swapped:
    """The role of that number took over at ``clip_time`` seconds of its clip.

    heading: by which the world was turned for it, radians, at ``pace``; None: it stayed as it was.
    """

    policy: str
    role: int
    clip_time: float
    heading: float | None = None
    pace: float = 1.0


@dataclass(frozen=True)
class Chosen(Swapped):
    """As Swapped, but chosen by who drives the character, and not by hand."""


@dataclass(frozen=True)
class Steer:
    """The helm as it is held from now on: ``turn`` in rad/s to the left, wanted ``speed`` in m/s.

    A speed of 0 stands; who is to turn without a speed walks slowly, for turning takes steps.
    """

    turn: float
    speed: float


@dataclass(frozen=True)
class Head:
    """Go that way from now on: ``heading`` in the world, radians from +X to the left; m/s."""

    heading: float
    speed: float


@dataclass(frozen=True)
class GoTo:
    """Go to the point ``x``, ``z`` on the ground, metres, at up to ``speed`` m/s, and stop there.

    None: at the speed of a walk.
    """

    x: float
    z: float
    speed: float | None = None


@dataclass(frozen=True)
class Want:
    """Perform the skill of that name. When it ends, what was asked before goes on."""

    skill: str


@dataclass(frozen=True)
class GetUp:
    """Whether it gets up by itself when it has fallen."""

    itself: bool


Wish = Steer | Head | GoTo | Want | GetUp
Deed = PushNow | BoxPut | SetFriction | SetGravity | StartAt | Swapped | Chosen | Wish


@dataclass(frozen=True)
class Entry:
    """``deed`` was done at ``frame``, before the decision that led to the next one.

    A push in it is in world axes; a StartAt made the next frame, a cut.
    """

    frame: int
    deed: Deed


def doubt(deed: object) -> str:
    """One sentence on a number that a deed may not hold; empty when all are fine."""
    match deed:
        case StartAt(clip_time):
            return outside("the start", clip_time, 0, 1e5, "s")
        case SetFriction(friction):
            return outside("friction", friction, *FRICTION)
        case SetGravity(gravity):
            return outside("gravity", gravity, *GRAVITY, "m/s²")
        case PushNow(force, duration, body):
            if body not in NAMES:
                return f"There is no body '{body}'; choose from {', '.join(NAMES)}."
            if len(force) != 3:
                return f"A push has {len(force)} numbers, expected x, y and z in newtons."
            return outside("the push", math.hypot(*force), 0, MAX_FORCE, "N") or outside(
                "the push's duration", duration, 1 / 600, MAX_PUSH_SECONDS, "s"
            )
        case BoxPut(box, position, velocity):
            if box and not box.possible:
                return f"It throws a box of {box.side:g} m and {box.mass:g} kg."
            flight = [*position, *velocity]
            if len(flight) != 6 or not all(map(math.isfinite, flight)):
                return "It throws a box from nowhere."
        case Swapped(_, role, clip_time, heading, pace) if (
            role < 0 or not 0 <= clip_time < 1e5 or not abs(heading or 0) < 1e6 or not 0 < pace < 9
        ):
            return "A swap names a policy or a time that is not there."
        case Steer(turn, speed):
            return outside("the turn", turn, -100, 100, "rad/s") or _speed(speed)
        case Head(heading, speed):
            return outside("the heading", heading, -1e3, 1e3, "rad") or _speed(speed)
        case GoTo(x, z, speed):
            return (
                outside("x", x, -_FARTHEST, _FARTHEST, "m")
                or outside("z", z, -_FARTHEST, _FARTHEST, "m")
                or ("" if speed is None else _speed(speed))
            )
    return ""


def _speed(speed: float) -> str:
    return outside("the speed", speed, 0, MAX_SPEED, "m/s")


def outside(what: str, value: float, lowest: float, highest: float, unit: str = "") -> str:
    """One sentence where ``value`` is not between ``lowest`` and ``highest``; else empty."""
    if lowest <= value <= highest:
        return ""
    span = f"{lowest:g} to {highest:g} {unit}".rstrip()
    return f"{what[0].upper()}{what[1:]} is {value:g}, expected {span}."
