"""What a live character tells: one message for every step and every command. No MuJoCo."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from character.box import BoxPose
from character.deeds import Entry
from character.drive.state import DriveState
from character.step import Step

from .piece import Piece
from .take import Take


@dataclass(frozen=True, eq=False)
class ActivePush:
    """A push that still lasts: force (3,) in newtons and world axes, remaining seconds."""

    body: str
    force: np.ndarray
    remaining: float


@dataclass(frozen=True)
class Settings:
    """friction; gravity in m/s2; speed in simulated seconds per second."""

    friction: float
    gravity: float
    speed: float


@dataclass(frozen=True)
class MemoryState:
    """What is remembered: frames first to last, ``capacity`` at most, in ``bytes`` for ever.

    entries: what was done to the character in that time, in order.
    """

    first: int
    last: int
    capacity: int
    bytes: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, eq=False)
class CharacterFrame:
    """The character at one frame. World axes of the simulation unless told otherwise.

    frame: decisions and cuts since the take began; time: frame / 30 s. cut: the character was
    put here (the start, a reset), not simulated. step: what the decision led to; that of a cut has
    zeros for action and torques. value: the critic's, of the state before the decision.
    effort (15,): torque of each joint over its limit, 0 to 1. contact_points (N, 3) m and
    contact_forces (N, 3) N on the character, N <= 32. com (3,): centre of mass. positions
    (22, 3) float32: the canonical human doing the same, in canonical axes and size. clip: its name,
    clip_duration in seconds. shown: a remembered frame that was asked for. exact: as far as the
    replay has come it equals what is remembered to the bit. fell_at: frame of the fall since
    the last cut. real_time_factor: simulated seconds per second lately; None when not known.
    compute_s: seconds that the step took. drive: None for a character without skills.
    """

    frame: int
    time: float
    cut: bool
    step: Step
    value: float | None
    effort: np.ndarray
    contact_points: np.ndarray
    contact_forces: np.ndarray
    com: np.ndarray
    positions: np.ndarray
    pushes: tuple[ActivePush, ...]
    box: BoxPose | None
    settings: Settings
    policy: str
    critic: str | None
    clip: str
    clip_duration: float
    running: bool
    shown: bool
    replaying: bool
    exact: bool
    fell_at: int | None
    real_time_factor: float | None
    compute_s: float
    memory: MemoryState
    drive: DriveState | None = None


@dataclass(frozen=True, eq=False)
class CharacterStopped:
    """The character holds still at its last good frame, and one sentence says why.

    Start, Reset, ResumeFrom and SwapPolicy go on.
    """

    frame: CharacterFrame
    sentence: str


@dataclass(frozen=True, eq=False)
class CommandRefused:
    """A command that cannot be obeyed, and one sentence why; nothing has changed."""

    frame: CharacterFrame
    sentence: str


@dataclass(frozen=True, eq=False)
class TakeKept:
    """The take that was asked for."""

    take: Take


@dataclass(frozen=True, eq=False)
class PieceKept:
    """The piece of the take that was asked for."""

    piece: Piece


Message = CharacterFrame | CharacterStopped | CommandRefused | TakeKept | PieceKept
