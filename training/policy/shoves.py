"""Pushes in training: level, of random strength and direction, every few seconds."""

from __future__ import annotations

from typing import Any

import numpy as np

from training.run import as_tensors

_STEPS, _EVERY = 6, (75, 91)  # of 1/30 s: 0.2 s, every 2.5 to 3 s
_KEPT = ("force", "until")


class Shoves:
    """Forces (N, 3) on the pelvises of N characters, in newtons, up to ``newtons``; 0 for none."""

    def __init__(self, count: int, newtons: float) -> None:
        self._newtons = newtons
        self.force = np.zeros((count, 3))
        self.until = np.zeros(count, int)
        """Steps until a push begins, below 0 while one goes on."""

    def reset(self, rows: np.ndarray, chance: np.random.Generator) -> None:
        """No push on characters ``rows`` (n,) for a while."""
        self.force[rows] = 0
        self.until[rows] = chance.integers(*_EVERY, len(rows))

    def advance(self, chance: np.random.Generator) -> np.ndarray:
        """The forces of the next 1/30 s."""
        if self._newtons:
            begin, end = np.flatnonzero(self.until == 0), np.flatnonzero(self.until == -_STEPS)
            angle = chance.uniform(0, 2 * np.pi, len(begin))
            size = chance.uniform(0, self._newtons, len(begin))
            self.force[begin, 0], self.force[begin, 2] = size * np.cos(angle), size * np.sin(angle)
            self.reset(end, chance)
            self.until -= 1
        return self.force

    def state_dict(self) -> dict[str, Any]:
        """Everything to go on from."""
        return as_tensors({name: getattr(self, name).copy() for name in _KEPT})

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Goes back to a state."""
        for name in _KEPT:
            getattr(self, name)[:] = state[name].numpy()
