"""Where the characters of training are asked to go: headings that wander, speeds that vary."""

from __future__ import annotations

from typing import Any

import numpy as np

from character.anatomy import POLICY_HZ
from character.steering import MAX_PACE, MIN_PACE, PACE_CHANGE, TURN_CHANGE, cadence_of
from training.run import as_tensors

_EVERY = (20, 91)  # steps of 1/30 s between two wishes
_STRAIGHT, _STEADY = 0.25, 0.25
"""Shares of the wishes that ask for no turn, and for the clip's own speed."""
_KEPT = ("heading", "turn", "pace", "turn_wish", "pace_wish", "left")


class Course:
    """What N characters are asked for: heading (N,) radians, turn (N,) rad/s, pace (N,).

    turn_wish, pace_wish: where those go, until ``left`` steps have passed. fastest: rad/s up to
    which turns are asked; with 0 everyone goes straight on at pace 1.
    """

    def __init__(self, count: int, fastest: float) -> None:
        self._fastest = fastest
        self.heading, self.turn, self.pace = np.zeros(count), np.zeros(count), np.ones(count)
        self.turn_wish, self.pace_wish = np.zeros(count), np.ones(count)
        self.left = np.zeros(count, int)

    def reset(self, rows: np.ndarray) -> None:
        """Straight on for characters ``rows`` (n,), until the next step."""
        for name, value in zip(_KEPT, (0.0, 0.0, 1.0, 0.0, 1.0, 0), strict=True):
            getattr(self, name)[rows] = value

    def begin_at(self, rows: np.ndarray, pace: np.ndarray) -> None:
        """At ``pace`` (n,), or as near to it as can be asked, where anything is asked at all."""
        if self._fastest:
            self.pace[rows] = np.clip(pace, MIN_PACE, MAX_PACE)

    @property
    def cadence(self) -> np.ndarray:
        """Seconds of the clip that pass in one second (N,)."""
        return cadence_of(self.pace)

    def advance(self, chance: np.random.Generator) -> None:
        """On by 1/30 s."""
        if not self._fastest:
            return
        self._draw(np.flatnonzero(self.left == 0), chance)
        self.left -= 1
        for name, wish, change in (
            ("turn", self.turn_wish, TURN_CHANGE),
            ("pace", self.pace_wish, PACE_CHANGE),
        ):
            now, most = getattr(self, name), change / POLICY_HZ
            now += np.clip(wish - now, -most, most)
        self.heading += self.turn / POLICY_HZ

    def _draw(self, rows: np.ndarray, chance: np.random.Generator) -> None:
        """New wishes for ``rows`` (n,)."""
        count = len(rows)
        turns = chance.uniform(-self._fastest, self._fastest, count)
        paces = chance.uniform(MIN_PACE, MAX_PACE, count)
        self.turn_wish[rows] = np.where(chance.random(count) < _STRAIGHT, 0.0, turns)
        self.pace_wish[rows] = np.where(chance.random(count) < _STEADY, 1.0, paces)
        self.left[rows] = chance.integers(*_EVERY, count)

    def state_dict(self) -> dict[str, Any]:
        """Everything to go on from."""
        return as_tensors({name: getattr(self, name).copy() for name in _KEPT})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes back to a state."""
        for name in _KEPT:
            getattr(self, name)[:] = state[name].numpy()
