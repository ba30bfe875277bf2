"""Rows of the timeline whose things are taken by the pointer and dragged in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal


class AtTime(Protocol):
    """What stands at a time of the clip, seconds."""

    @property
    def time_s(self) -> float: ...


Grip = TypeVar("Grip", bound=AtTime)


class GripLane(QObject):
    """A row of things that stand in the middle of their frames.

    ``dragged``: seconds since one was taken, once it is moved at all; ``released``.
    """

    dragged = Signal(float)
    released = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._late_s = 0.0
        self._down: tuple[float, float] | None = None

    def nearest(self, grips: Sequence[Grip], time_s: float, reach_s: float) -> Grip | None:
        """Which of ``grips`` is nearest to the pointer, if it is near enough."""
        at = time_s - self._late_s
        found = min(grips, key=lambda grip: abs(grip.time_s - at), default=None)
        return found if found and abs(found.time_s - at) <= reach_s else None

    def take(self, grip: object, time_s: float, reach_s: float) -> None:
        """``grip`` is taken by the pointer there; None: nothing is."""
        self._down = (time_s, reach_s / 2) if grip else None

    def drag(self, time_s: float) -> None:
        if self._down is None:
            return
        since, least = self._down
        if abs(time_s - since) >= least:
            self._down = (since, 0.0)
            self.dragged.emit(time_s - since)

    def release(self) -> None:
        self._down = None
        self.released.emit()
