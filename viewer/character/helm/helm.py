"""What hands ask of the character: each change is a command of its own, which its log keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QObject, Signal

from character.deeds import GoTo, Head, Steer
from character.drive.state import DriveState, Kind, SkillName
from viewer.model.live_figure import from_stage

from ..driver import CharacterDriver
from ..state import CharacterState

TURN, TURN_FAST = math.radians(60.0), math.radians(45.0)
"""rad/s: how fast a held key turns, at a walk and at speeds above ``FAST``."""
FAST = 2.0
HASTE = 1.3
"""The fastest that is asked of a gait, as a share of its own speed."""
MUCH_FASTER = 1.5
"""A gait that is faster than another by less is none of its own to keys."""
NUDGE = math.radians(30.0)
_SAME_SPEED, _SAME_TURN = 0.03, math.radians(1.0)


def ladder(skills: Iterable[SkillName]) -> list[SkillName]:
    """Standing and the gaits that keys go through, slow to fast, as their driver has them."""
    found = [skill for skill in skills if skill.kind is Kind.STAND][:1]
    for skill in skills:
        if skill.kind is Kind.GAIT and (not found or skill.speed > MUCH_FASTER * found[-1].speed):
            found.append(skill)
    return found


def turn_rate(speed: float) -> float:
    """rad/s that a held key turns at ``speed``, m/s."""
    return TURN if speed < FAST else TURN_FAST


class Helm(QObject):
    """Turns and speeds as they are held, places and skills; nothing is sent that is no news.

    ``used``: a hand has asked for something; ``steered``: for a way. ``wanted`` brings the name of
    a skill.
    """

    used, steered = Signal(), Signal()
    wanted = Signal(str)

    def __init__(self, state: CharacterState, driver: CharacterDriver, parent: QObject) -> None:
        super().__init__(parent)
        self._state, self._driver = state, driver
        self._way = 0
        self._asked: Steer | None = None

    @property
    def drive(self) -> DriveState | None:
        """How the driving goes, where the newest frame is on display and can be gone on from."""
        frame = self._state.frame
        here = self._state.on_stage and self._state.past is None
        return frame.drive if here and frame is not None and not frame.replaying else None

    @property
    def speed(self) -> float:
        """What is asked for, m/s; of who was asked for nothing, that of the gait performed."""
        drive = self.drive
        if self._asked is not None:
            return self._asked.speed
        if drive is None:
            return 0.0
        if drive.speed is not None:
            return drive.speed
        return next((s.speed for s in drive.skills if s.name == drive.skill), 0.0)

    @property
    def turning(self) -> float:
        """The rate that is held, rad/s to the left."""
        return self._asked.turn if self._asked is not None else 0.0

    @property
    def steers(self) -> bool:
        """Whether hands have turned it or changed its speed, and asked for nothing else since."""
        return self._asked is not None

    def forget(self) -> None:
        """Something else than hands has asked since, or another past is gone on from."""
        self._way, self._asked = 0, None

    def shift(self, way: int) -> None:
        """The next speed of the ``ladder`` above, or below."""
        drive = self.drive
        steps = [skill.speed for skill in ladder(drive.skills)] if drive else []
        if not steps:
            return
        now = self.speed
        above = [speed for speed in steps if speed > now + _SAME_SPEED]
        below = [speed for speed in steps if speed < now - _SAME_SPEED]
        speed = min(above, default=steps[-1]) if way > 0 else max(below, default=steps[0])
        self._steer(self._way * turn_rate(speed), speed)

    def turn(self, way: int) -> None:
        """Turn to the left (1) or the right (-1) from now on, or straight ahead (0)."""
        if way != self._way:
            self._way = way
            self._steer(way * turn_rate(self.speed), self.speed)

    def hold(self, turn: float, speed: float) -> None:
        """Turn by ``turn`` rad/s to the left at ``speed`` m/s from now on."""
        self._steer(turn, speed)

    def release(self) -> None:
        """Nothing is held any more: straight ahead at the speed that was asked for."""
        self._way = 0
        if self._asked is not None and self._asked.turn:
            self._steer(0.0, self._asked.speed)

    def nudge(self, way: int) -> None:
        """Go on a little more to the left (1) or the right (-1)."""
        frame = self._state.frame
        if self.drive is not None and frame is not None:
            heading = self.drive.heading
            facing = frame.step.body.heading if heading is None else heading
            speed = self.speed
            self.forget()
            self._send(Head(math.remainder(facing + way * NUDGE, 2 * math.pi), speed))

    def go_to(self, place: np.ndarray) -> None:
        """Go to a ``place`` (3,) on the ground, metres in stage axes, and stop there."""
        if self.drive is not None:
            x, _, z = from_stage(np.asarray(place, np.float64)).tolist()
            self.forget()
            self._send(GoTo(x, z))

    def want(self, number: int) -> None:
        """Perform the skill of that number, from 0, as soon as that can go well."""
        drive = self.drive
        if drive is not None and number < len(drive.skills):
            self.forget()
            self.used.emit()
            self._go_on()
            self.wanted.emit(drive.skills[number].name)

    def _steer(self, turn: float, speed: float) -> None:
        if self.drive is None:
            return
        before, wish = self._asked, Steer(turn, speed)
        same = (
            before is not None
            and abs(before.turn - turn) < _SAME_TURN
            and abs(before.speed - speed) < _SAME_SPEED
            and (turn != 0.0 or before.turn == 0.0)
        )
        if not same:
            self._asked = wish
            self._send(wish)

    def _send(self, command: object) -> None:
        self.used.emit()
        self.steered.emit()
        self._driver.send(command)
        self._go_on()

    def _go_on(self) -> None:
        """Whoever is asked to go somewhere holds still no longer."""
        frame = self._state.frame
        if frame is not None and not frame.running:
            self._driver.play()
