"""What a driver remembers from one decision to the next, as numbers. No MuJoCo."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from .path import STOPPING

NONE = -1
"""In place of the number of a skill."""
MOST_SKILLS = 12


class Asked(IntEnum):
    """What is asked of a driver, beside single skills."""

    NOTHING = 0
    STEER = 1
    HEAD = 2
    GO = 3


@dataclass(frozen=True)
class Mind:
    """Everything that a driver goes on from, to the bit. Skills are told by number.

    asked, turn, speed, x, z: the wish, rad/s, m/s and metres; heading: that is to be faced now,
    radians. held: a skill that is wanted in place of the speed's. move: one that is wanted once.
    leaving: the point, to come back; stopping, tries: of who arrives; slide: metres that it went on
    when it stopped last, from stop_x, stop_z. gets_up: by itself. skill: that performs, since
    ``begun`` s of its clip and for ``steps``. wanted: the change that is pending for ``waiting``
    steps, best and best_time: the highest value seen at which second of the clip; via: the skill it
    goes through.
    taken, taken_value: a clip was taken up there at this frame, NaN: none was. fallen, for ``down``
    steps; low: steps for which the root has been low. falls, changes, recoveries: counted.
    """

    asked: int = Asked.NOTHING
    turn: float = 0.0
    heading: float = 0.0
    speed: float = 0.0
    x: float = 0.0
    z: float = 0.0
    held: int = NONE
    move: int = NONE
    leaving: bool = False
    stopping: bool = False
    tries: int = 0
    slide: float = STOPPING
    stop_x: float = 0.0
    stop_z: float = 0.0
    gets_up: bool = True
    skill: int = NONE
    begun: float = 0.0
    steps: int = 0
    wanted: int = NONE
    waiting: int = 0
    best: float = -1.0
    best_time: float = 0.0
    via: int = NONE
    taken: float = math.nan
    taken_value: float = math.nan
    fallen: bool = False
    down: int = 0
    low: int = 0
    falls: int = 0
    changes: int = 0
    recoveries: int = 0

    def numbers(self) -> np.ndarray:
        """It as an array (SIZE,)."""
        return np.array([getattr(self, name) for name in _NAMES], np.float64)

    @staticmethod
    def of(numbers: np.ndarray) -> Mind:
        """The mind that ``numbers`` gave."""
        whole = zip(_NAMES, _TYPES, numbers.tolist(), strict=True)
        return Mind(**{name: kind(number) for name, kind, number in whole})


_NAMES = tuple(field.name for field in fields(Mind))
_TYPES = tuple(type(getattr(Mind(), name)) for name in _NAMES)
_TYPES = tuple(int if kind is Asked else kind for kind in _TYPES)
_SKILLS = ("held", "move", "skill", "wanted", "via")
SIZE = len(_NAMES)
_NUMBERED = [_NAMES.index(name) for name in _SKILLS]


def swapped(mind: Mind, skill: int, heading: float) -> Mind:
    """``mind`` when ``skill`` was put there by hand, the world turned by ``heading``.

    It performs until something else is asked.
    """
    kept = ("gets_up", "slide", "fallen", "down", "falls", "changes", "recoveries")
    return Mind(skill=skill, heading=heading, **{name: getattr(mind, name) for name in kept})


def possible(numbers: np.ndarray, skills: int) -> bool:
    """Whether minds (N, SIZE) are of so many skills and of numbers that can be."""
    told = numbers[:, _NUMBERED]
    free = [_NAMES.index(name) for name in ("taken", "taken_value")]
    finite = np.isfinite(np.delete(numbers, free, axis=1)).all()
    asked = numbers[:, _NAMES.index("asked")]
    return bool(
        finite and ((told >= NONE) & (told < skills)).all() and np.isin(asked, list(Asked)).all()
    )


def renumbered(numbers: np.ndarray, skills: Mapping[int, int]) -> np.ndarray:
    """Minds (N, SIZE) of other skills: the new number by the old; what is missing is forgotten."""
    found = numbers.copy()
    table = np.array([*(skills.get(old, NONE) for old in range(MOST_SKILLS)), NONE])
    found[:, _NUMBERED] = table[found[:, _NUMBERED].astype(int)]
    return found
