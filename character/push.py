"""Pushes: forces on a body for a while, given relative to where the character faces."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .anatomy import NAMES

DIRECTIONS: dict[str, float] = {"forward": 0.0, "left": 90.0, "back": 180.0, "right": -90.0}
"""Degrees from the heading, to the left."""
_MAX_FORCE = 100_000.0
_LEAST_SECONDS = 1 / 600


@dataclass(frozen=True)
class Push:
    """A level force on the centre of mass of one body.

    time: seconds after the start. force: newtons. direction: radians from the heading that
    the character has when the push begins, to the left. duration: seconds.
    """

    time: float
    force: float
    direction: float
    duration: float
    body: str = NAMES[0]

    def vector(self, heading: float) -> np.ndarray:
        """The force (3,) in the world for a character facing ``heading``, newtons."""
        angle = heading + self.direction
        return self.force * np.array([math.cos(angle), 0.0, -math.sin(angle)])


@dataclass(frozen=True)
class Shove:
    """A force (3,) in newtons and world axes on the centre of mass of one body.

    time: seconds after the start. duration: seconds.
    """

    time: float
    force: tuple[float, float, float]
    duration: float
    body: str

    def vector(self, heading: float) -> np.ndarray:
        """The force (3,) in the world, wherever the character faces."""
        return np.array(self.force)


def parse_push(text: str) -> Push:
    """A push from ``TIME,FORCE,DIRECTION,DURATION``: seconds, newtons, a name or degrees, seconds.

    Raises ValueError with what is expected and what was found.
    """
    parts = [part.strip() for part in text.split(",")]
    expected = (
        "expected TIME,FORCE,DIRECTION,DURATION in seconds, newtons, "
        f"{'|'.join(DIRECTIONS)} or degrees to the left, seconds; found '{text}'"
    )
    try:
        time, force, direction, duration = parts
        degrees = DIRECTIONS[direction] if direction in DIRECTIONS else float(direction)
        numbers = (float(time), float(force), math.radians(degrees), float(duration))
    except ValueError:
        raise ValueError(expected) from None
    if not all(map(math.isfinite, numbers)) or min(numbers[0], numbers[1], numbers[3]) < 0:
        raise ValueError(expected)
    if numbers[1] > _MAX_FORCE:
        raise ValueError(f"a push of more than {_MAX_FORCE:,.0f} N is not simulated")
    if numbers[3] < _LEAST_SECONDS:
        raise ValueError(f"a push lasts at least 1/600 s, found '{text}'")
    return Push(*numbers)
