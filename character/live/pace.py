"""When the next decision is due, and how fast simulated time really passes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from character.anatomy import POLICY_HZ

_LOOK_BACK = 1.5
_LEAST = 0.3


class Pace:
    """Steps at 30 times ``speed`` a second of ``clock``; time that was lost is not caught up."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.speed = 1.0
        self.due: float | None = None
        self._done: deque[float] = deque(maxlen=round(_LOOK_BACK * POLICY_HZ * 4) + 1)

    @property
    def running(self) -> bool:
        """Whether a step is due at some time."""
        return self.due is not None

    def start(self) -> None:
        """The next step is due now."""
        if self.due is None:
            self.due = self._clock()
            self._done.clear()

    def stop(self) -> None:
        """No step is due."""
        self.due = None
        self._done.clear()

    def set_speed(self, speed: float) -> None:
        """Simulated seconds per second from the next step on."""
        self.speed = speed
        self._done.clear()

    def stepped(self) -> None:
        """A step was made; one that comes after its successor was due delays what follows."""
        now = self._clock()
        if self.due is not None:
            self.due = max(self.due + 1 / (POLICY_HZ * self.speed), now)
            self._done.append(now)
            while now - self._done[0] > _LOOK_BACK and len(self._done) > 2:
                self._done.popleft()

    @property
    def real_time_factor(self) -> float | None:
        """Simulated seconds per second over the last 1.5 s; None until 0.3 s have passed."""
        passed = self._done[-1] - self._done[0] if self._done else 0.0
        return (len(self._done) - 1) / POLICY_HZ / passed if passed >= _LEAST else None
