"""Pushes in training: level, of random strength and direction, every few seconds."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.run import as_tensors

_STEPS, _EVERY = 6, (75, 91)  # of 1/30 s: 0.2 s, every 2.5 to 3 s
_KEPT = ("force", "until")
_WEAK_SHARE, _WEAK_WIDTH = 0.5, np.pi / 4


class Shoves:
    """Forces (N, 3) on the pelvises of N characters, in newtons, up to ``newtons``; 0 for none.

    Strong ones are likelier than weak ones, as places farther out in a disc are. weak: radians from
    where a character faces to the left; half of the pushes go within 45 degrees of that way.
    """

    def __init__(self, count: int, newtons: float, weak: float | None = None) -> None:
        self._newtons, self._weak = newtons, weak
        self.force = np.zeros((count, 3))
        self.until = np.zeros(count, int)
        """Steps until a push begins, below 0 while one goes on."""

    def reset(self, rows: np.ndarray, chance: np.random.Generator) -> None:
        """No push on characters ``rows`` (n,) for a while."""
        self.force[rows] = 0
        self.until[rows] = chance.integers(*_EVERY, len(rows))

    def advance(self, chance: np.random.Generator, facing: np.ndarray) -> np.ndarray:
        """The forces of the next 1/30 s on characters who face ``facing`` (N,) radians."""
        if self._newtons:
            begin, end = np.flatnonzero(self.until == 0), np.flatnonzero(self.until == -_STEPS)
            angle = self._ways(facing[begin], chance)
            size = self._newtons * np.sqrt(chance.random(len(begin)))
            self.force[begin, 0], self.force[begin, 2] = size * np.cos(angle), -size * np.sin(angle)
            self.reset(end, chance)
            self.until -= 1
        return self.force

    def _ways(self, facing: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """Where pushes go (n,), radians in the world."""
        ways = chance.uniform(0, 2 * np.pi, len(facing))
        if self._weak is None:
            return ways
        aimed = facing + self._weak + chance.uniform(-_WEAK_WIDTH, _WEAK_WIDTH, len(facing))
        return np.where(chance.random(len(facing)) < _WEAK_SHARE, aimed, ways)

    def state_dict(self) -> dict[str, Any]:
        """Everything to go on from."""
        return as_tensors({name: getattr(self, name).copy() for name in _KEPT})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes back to a state."""
        for name in _KEPT:
            getattr(self, name)[:] = state[name].numpy()
