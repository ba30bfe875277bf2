"""Feet of a motion that still goes on: held where they come down, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from motion import quat
from motion.canonical import ANKLE_HEIGHT, INDEX, LEG_LENGTH, TOE_HEIGHT
from motion.features import FPS, turn
from motion.planting import bend_leg

_DOWN, _UP = 0.6, 0.4
_SETTLE, _SINK, _LEVEL = 0.35, 0.35, 0.08
"""Which part of the way is gone in a frame: of a foot that stands to the floor, of hips that come
down, of the whole body to the level of its feet."""
_SPRING = 16.0
"""A foot in the air comes back like a critically damped spring, so many rad/s."""
_MOST_SHIFT, _MOST_DRIFT, _MOST_DROP = 0.4, 0.5, 0.08
_LEAST_STANCE, _LEAST_RISE = 4, 0.02
_REACH, _BENT = 0.99, 0.02
_SIDES = ("Left", "Right")
_FLAT = np.array([1.0, 0.0, 1.0])


class _Anchor:
    """A point of a foot that stays where it is while it is down."""

    def __init__(self, height: float) -> None:
        self._height = height
        self._hold: np.ndarray | None = None
        self._shift, self._speed = np.zeros(3), np.zeros(3)
        self._start, self._drift = np.zeros(3), np.zeros(3)
        self._frames = 0

    def place(self, point: np.ndarray, down: bool, facing: float) -> np.ndarray:
        """Where ``point`` (3,) is to be.

        In the air it comes back to where it is wanted, but for half of what it slid under the
        body while it stood last: steps get as long as the way that the body goes.
        """
        if down:
            if self._hold is None:
                self._hold, self._start, self._frames = point + self._shift, self._shift, 0
            self._frames += 1
            self._hold[1] += _SETTLE * (self._height - self._hold[1])
            shift = self._hold - point
            shift[::2] = _limited(shift[::2], _MOST_SHIFT)
            self._speed, self._shift = (shift - self._shift) * FPS, shift
            self._hold = point + shift
            return self._hold.copy()
        if self._hold is not None:
            self._hold = None
            if self._frames >= _LEAST_STANCE:
                slid = turn(_FLAT * (self._shift - self._start), np.array(-facing))
                self._drift = (self._drift + slid) / 2
        aim = -0.5 * turn(self._drift, np.array(facing))
        aim[::2] = _limited(aim[::2], _MOST_DRIFT / 2)
        away, pull = self._shift - aim, self._speed + _SPRING * (self._shift - aim)
        fade = np.exp(-_SPRING / FPS)
        self._shift = aim + (away + pull / FPS) * fade
        self._speed = (self._speed - pull * _SPRING / FPS) * fade
        return point + self._shift


@dataclass(frozen=True, eq=False)
class Footed:
    """A body (22, 3), and by side where its ankle and its toe (3,) are to be."""

    body: np.ndarray
    goals: dict[str, tuple[np.ndarray, np.ndarray]]
    facing: float

    def pose(self) -> np.ndarray:
        """The body with its legs bent so that the feet are there, (22, 3) float32."""
        p = self.body.copy()
        ahead = np.array([np.sin(self.facing), 0.0, np.cos(self.facing)])
        for side, (ankle, toe) in self.goals.items():
            _swing(p, side, ankle, ahead)
            bend_leg(p[None], side, ankle[None], toe[None])
        return p.astype(np.float32)


class Footing:
    """Holds the feet of one pose after the other."""

    def __init__(self) -> None:
        self._down = np.zeros(4, bool)
        self._toes = {side: _Anchor(TOE_HEIGHT) for side in _SIDES}
        self._ankles = {side: _Anchor(ANKLE_HEIGHT) for side in _SIDES}
        self._lift = self._drop = 0.0

    @property
    def down(self) -> np.ndarray:
        """Which of FOOT_JOINTS (4,) stand."""
        return self._down

    def step(self, pose: np.ndarray, contacts: np.ndarray, facing: float) -> Footed:
        """``pose`` (22, 3), canonical, world, metres, the one after the last, with its feet held.

        contacts: (4,) in 0..1, as FOOT_JOINTS. facing: the heading, radians.
        """
        p = pose.astype(np.float64)
        self._down = np.where(self._down, contacts > _UP, contacts > _DOWN)
        p[:, 1] += self._level(p)
        goals, need = {}, 0.0
        for number, side in enumerate(_SIDES):
            heel, toe = self._down[2 * number : 2 * number + 2]
            hip, ankle, tip = (p[INDEX[side + part]] for part in ("UpLeg", "Foot", "ToeBase"))
            held = self._toes[side].place(tip, bool(heel or toe), facing)
            raised = self._ankles[side].place(ankle + held - tip, bool(heel), facing)
            raised[1] = max(raised[1], TOE_HEIGHT + _LEAST_RISE)
            held[1] = max(held[1], TOE_HEIGHT)
            goals[side] = raised, held
            flat = float(np.square((hip - raised)[::2]).sum())
            reach = np.sqrt(max((_REACH * LEG_LENGTH) ** 2 - flat, 0.01))
            need = max(need, float(hip[1] - raised[1] - reach))
        self._drop += _SINK * (min(need, _MOST_DROP) - self._drop)
        p[:, 1] -= self._drop
        return Footed(p, goals, facing)

    def _level(self, p: np.ndarray) -> float:
        """How far the body is raised so that what stands is level with the floor."""
        feet = [INDEX[side + part] for side in _SIDES for part in ("Foot", "ToeBase")]
        if self._down.any():
            gap = np.array([ANKLE_HEIGHT, TOE_HEIGHT] * 2) - p[feet, 1]
            self._lift += _LEVEL * (float(gap[self._down].mean()) - self._lift)
        return self._lift


def _swing(p: np.ndarray, side: str, ankle: np.ndarray, ahead: np.ndarray) -> None:
    """Turn a knee of ``p`` in place with the way from hip to ankle; a straight one bends ahead."""
    hip, knee, foot = (INDEX[side + part] for part in ("UpLeg", "Leg", "Foot"))
    turned = quat.between(p[foot] - p[hip], ankle - p[hip])
    p[knee] = p[hip] + quat.rotate(turned, p[knee] - p[hip]) + _BENT * ahead


def _limited(vector: np.ndarray, most: float) -> np.ndarray:
    """``vector`` no longer than ``most``."""
    length = float(np.linalg.norm(vector))
    return vector if length <= most else vector * (most / length)
