"""The playback clock: a straight line from wall time to motion time."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Motion time as ``anchor + (now - anchor_time) * speed``, in seconds.

    Nothing accumulates, so playback never drifts. ``now`` is any monotonic
    clock in seconds; tests pass their own.
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.now = now
        self._anchor = 0.0
        self._anchor_time = now()
        self._speed = 1.0
        self._running = False

    @property
    def running(self) -> bool:
        return self._running

    @property
    def speed(self) -> float:
        return self._speed

    def time(self) -> float:
        """Motion time now, seconds."""
        if not self._running:
            return self._anchor
        return self._anchor + (self.now() - self._anchor_time) * self._speed

    def start(self) -> None:
        if not self._running:
            self._anchor_time = self.now()
            self._running = True

    def stop(self) -> None:
        self._anchor = self.time()
        self._running = False

    def seek(self, time_s: float) -> None:
        """Continue from ``time_s``, running or not."""
        self._anchor = time_s
        self._anchor_time = self.now()

    def shift(self, seconds: float) -> None:
        """Move motion time by ``seconds`` exactly, as a loop does when it wraps."""
        self._anchor += seconds

    def set_speed(self, speed: float) -> None:
        """Change the speed without a jump; negative runs backwards."""
        self.seek(self.time())
        self._speed = speed
