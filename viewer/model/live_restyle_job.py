"""What the character lives through in the style that is worn, frame by frame: a job; no Qt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from inference.worker.messages import Run
from motion.restyling.live import LivePose, LiveRestyle
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace

from .style_runs import decoding_by, encoding_by


@dataclass(frozen=True, eq=False)
class LiveContent:
    """A frame of the character, by its number.

    positions: (T, 22, 3), canonical, metres, 30 fps, up to that frame, as ``LiveRestyle`` has it.
    """

    frame: int
    positions: np.ndarray


@dataclass(frozen=True, eq=False)
class LiveWear:
    """``content`` in ``style`` (K,). number: of the wish. peek: only to be looked at."""

    content: LiveContent
    style: np.ndarray
    strength: float
    subspace: StyleSubspace = STYLE_BLOCK
    number: int = 0
    peek: bool = False


@dataclass(frozen=True, eq=False)
class LiveWorn:
    """How the frame of ``wish`` looks."""

    wish: LiveWear
    pose: LivePose


class LiveRestyleJob:
    """Of wishes that wait the newest counts, and of peeks. clock: seconds.

    A frame that follows on the last one goes on from it; one that does not, or another style of
    the same frame, takes some ten milliseconds.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wishes: dict[bool, LiveWear] = {}
        self._since_s = 0.0
        self._live: LiveRestyle | None = None
        self._subspace = STYLE_BLOCK

    def due(self) -> float | None:
        """At once where something is wished."""
        return self._since_s if self._wishes else None

    def handle(self, command: object, run: Run) -> None:
        """``LiveWear``."""
        assert isinstance(command, LiveWear)
        self._wishes[command.peek], self._since_s = command, self._clock()

    def step(self, run: Run) -> LiveWorn | None:
        """What is wished; then what is peeked at."""
        wish = self._wishes.pop(False, None) or self._wishes.pop(True, None)
        return None if wish is None else self.worn(wish, run)

    def worn(self, wish: LiveWear, run: Run) -> LiveWorn:
        """The pose of ``wish``, now."""
        live = self._live
        if live is None or wish.peek or wish.subspace is not self._subspace:
            live = LiveRestyle(encoding_by(run), decoding_by(run), wish.subspace)
        if not wish.peek:
            self._live, self._subspace = live, wish.subspace
        content = wish.content
        pose = live.pose(content.frame, content.positions, wish.style, wish.strength)
        return LiveWorn(wish, pose)
