"""Steering: the world is turned instead of the policy.

A state holds the root's rotation and velocities in the world's frame and everything else in the
heading's, so a policy that sees itself turned away from its clip turns back. Handed the state as
seen from a world that is turned, turns on, and in which way is longer or shorter, it goes where
that world faces and as fast as that world asks; its inputs and outputs stay what they are.
Angles are radians about +Y, so rising to the left; a state's layout is that of ``state``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from motion import quat

from .anatomy import ROOT_ROTATION

MAX_TURN = math.radians(90.0)
"""rad/s: faster than this no helm turns."""
MIN_PACE, MAX_PACE = 0.7, 1.3
LEAD = 0.5
"""Seconds that a body takes to follow a turn; the world is shown to it that far ahead."""
_OF_CADENCE = 0.75
_GAIN = 4.0  # 1/s: turn rate per angle still to go
TURN_CHANGE, PACE_CHANGE = math.radians(360.0), 1.0
"""rad/s2 and 1/s: the most that turn and pace change."""
_ROTATION, _LINEAR, _ANGULAR = slice(5, 9), slice(107, 110), slice(110, 113)


@dataclass(frozen=True)
class Steering:
    """How the world is turned now. heading: radians. turn: rad/s. pace: 1 is the clip's speed."""

    heading: float = 0.0
    turn: float = 0.0
    pace: float = 1.0

    @property
    def cadence(self) -> float:
        """Seconds of the clip that pass in one second; the strides have the rest of the pace."""
        return float(cadence_of(self.pace))


STRAIGHT = Steering()
"""The world as it is."""


def cadence_of(pace: np.ndarray | float) -> np.ndarray:
    """The cadence (...) at ``pace`` (...), both as shares of the clip's."""
    return np.asarray(pace) ** _OF_CADENCE


def steered(
    state: np.ndarray,
    heading: np.ndarray | float,
    turn: np.ndarray | float = 0.0,
    pace: np.ndarray | float = 1.0,
) -> np.ndarray:
    """States (..., 197) as seen from the world that ``heading``, ``turn`` and ``pace`` (...) make.

    The root's rotation and velocities are turned back by the heading that is ``LEAD`` ahead, its
    level velocity divided by pace, its angular velocity about +Y lessened by turn; w >= 0 still.
    """
    half = -(np.asarray(heading) + LEAD * np.asarray(turn)) / 2
    nothing = np.zeros_like(half)
    back = np.stack([np.cos(half), nothing, np.sin(half), nothing], axis=-1)
    seen = state.copy()
    rotation = quat.mul(back, state[..., _ROTATION])
    seen[..., _ROTATION] = np.where(rotation[..., :1] < 0, -rotation, rotation)
    velocity = quat.rotate(back, state[..., _LINEAR])
    velocity[..., [0, 2]] /= np.asarray(pace)[..., None]
    seen[..., _LINEAR] = velocity
    seen[..., _ANGULAR] = quat.rotate(back, state[..., _ANGULAR])
    seen[..., _ANGULAR.start + 1] -= turn
    return seen


def turned(
    pose: np.ndarray, rates: np.ndarray, steering: Steering
) -> tuple[np.ndarray, np.ndarray]:
    """A clip's pose (43,) and rates (34,) as they are asked for in the world that is steered.

    The pose turns about the origin; everything moves faster by the cadence, the way by the pace.
    """
    half = steering.heading / 2
    about_y = np.array([math.cos(half), 0.0, math.sin(half), 0.0])
    pose, rates = pose.copy(), rates * steering.cadence
    rates[[0, 2]] *= steering.pace / steering.cadence
    pose[:3] = quat.rotate(about_y, pose[:3])
    pose[ROOT_ROTATION] = quat.mul(about_y, pose[ROOT_ROTATION])
    rates[:3], rates[3:6] = quat.rotate(about_y, rates[:3]), quat.rotate(about_y, rates[3:6])
    rates[4] += steering.turn
    return pose, rates


def next_steering(
    now: Steering,
    heading: float,
    turn: float,
    pace: float,
    seconds: float,
    fastest: float = MAX_TURN,
) -> Steering:
    """Where the helm stands ``seconds`` after ``now`` on its way to a wish.

    heading: wanted by then, radians; the shorter way round is taken. turn: rate at which that wish
    itself turns, rad/s. pace: wanted. Turn rate, up to ``fastest`` in rad/s, and pace change no
    faster than a body can follow.
    """
    off = math.remainder(heading - turn * seconds - now.heading, 2 * math.pi)
    wanted = min(max(turn + _GAIN * off, -fastest), fastest)
    rate = _towards(now.turn, wanted, TURN_CHANGE * seconds)
    speed = _towards(now.pace, min(max(pace, MIN_PACE), MAX_PACE), PACE_CHANGE * seconds)
    return Steering(now.heading + rate * seconds, rate, speed)


def _towards(now: float, wanted: float, change: float) -> float:
    """``now`` moved to ``wanted`` by at most ``change``."""
    return now + min(max(wanted - now, -change), change)
