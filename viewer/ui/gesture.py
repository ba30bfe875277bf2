"""What belongs together of a person's many small changes: a drag, or strokes of wheel and keys."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable

PAUSE_S = 0.8
"""Strokes of wheel and keys that follow within this time are one gesture."""


class Gesture:
    """Numbers gestures: all that is changed from press to release has the same number."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._number = 0
        self._held = False
        self._last: tuple[Hashable, float] = ("", float("-inf"))

    def press(self) -> None:
        """The mouse went down: what changes from now on is one."""
        self._number += 1
        self._held = True

    def release(self) -> None:
        """The mouse went up."""
        self._number += 1
        self._held = False
        self._last = ("", float("-inf"))

    def of(self, what: Hashable) -> Hashable:
        """The gesture of a change of ``what`` now."""
        last, at = self._last
        now = self._now()
        if not self._held and (what != last or now - at > PAUSE_S):
            self._number += 1
        self._last = (what, now)
        return what, self._number
