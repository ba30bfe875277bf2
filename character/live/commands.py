"""What a live character can be told. Every command is obeyed between two decisions.

Those that are deeds themselves stand in ``character.deeds``. No MuJoCo.
"""

from __future__ import annotations

from dataclasses import dataclass

from character import deeds
from character.deeds import PushNow, SetFriction, SetGravity, StartAt, Wish, outside
from character.reference import ReferenceClip

from .piece import Mark
from .take import Take


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
class SetSpeed:
    """Simulated seconds per second, 0.1 to 4."""

    speed: float


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


@dataclass(frozen=True)
class KeepPiece:
    """Give what is remembered beyond ``since``, or beyond nothing, as a Piece."""

    since: Mark | None = None


@dataclass(frozen=True, eq=False)
class RestoreTake:
    """Remember ``take`` in place of what is remembered; hold still at its last frame."""

    take: Take


Command = (
    Start | Pause | StepOnce | Reset | StartAt | SetSpeed | SetFriction | SetGravity | PushNow
    | ThrowBox | RemoveBox | SwapPolicy | Rewind | ResumeFrom | Replay | Forget | KeepTake
    | KeepPiece | RestoreTake | Wish
)  # fmt: skip


def doubt(command: object) -> str:
    """One sentence on a number that a command may not hold; empty when all are fine."""
    match command:
        case SetSpeed(speed):
            return outside("the speed", speed, 0.1, 4, "x")
        case ThrowBox(mass, side, direction, speed, distance):
            return (
                outside("the box's mass", mass, 0.1, 200, "kg")
                or outside("the box's side", side, 0.05, 1, "m")
                or outside("the direction", direction, -1e3, 1e3, "rad")
                or outside("the box's speed", speed, 0.5, 30, "m/s")
                or outside("the distance", distance, 0.5 + side, 10, "m")
            )
    return deeds.doubt(command)
