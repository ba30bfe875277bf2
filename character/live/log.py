"""What was done to a character and when: pushes, throws, settings, cuts and swaps by frame."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from character.box import Box
from character.push import Shove
from character.simulation import POLICY_HZ

from .commands import MAX_PUSH_SECONDS, PushNow, SetFriction, SetGravity, StartAt, Vector

_REACH = round(MAX_PUSH_SECONDS * POLICY_HZ)
MOST_PUSHES = 64


@dataclass(frozen=True)
class BoxPut:
    """``box`` was put at ``position``, m, with ``velocity``, m/s; None: it was taken away."""

    box: Box | None
    position: Vector = (0.0, 0.0, 0.0)
    velocity: Vector = (0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Swapped:
    """The role of that number took over at ``clip_time`` seconds of its clip."""

    policy: str
    role: int
    clip_time: float


Deed = PushNow | BoxPut | SetFriction | SetGravity | StartAt | Swapped


@dataclass(frozen=True)
class Entry:
    """``deed`` was done at ``frame``, before the decision that led to the next one.

    A push in it is in world axes; a StartAt made the next frame, a cut.
    """

    frame: int
    deed: Deed


class Log:
    """Entries in order of their frames."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries: tuple[Entry, ...] = tuple(entries)

    def add(self, frame: int, deed: Deed) -> None:
        """``deed`` is done at ``frame``, the newest.

        It takes the place of one of its kind at that frame; pushes add up.
        """
        kept = self.entries
        if not isinstance(deed, PushNow):
            now = bisect_left(kept, frame, key=_frame)
            others = tuple(e for e in kept[now:] if not isinstance(e.deed, type(deed)))
            kept = kept[:now] + others
        self.entries = (*kept, Entry(frame, deed))

    def at(self, frame: int) -> list[Entry]:
        """What was done at ``frame``, in order."""
        return [entry for entry in self._between(frame, frame) if entry.frame == frame]

    def forget_after(self, frame: int) -> None:
        """Drops what was done at ``frame`` and later."""
        self.entries = self.entries[: bisect_left(self.entries, frame, key=_frame)]

    def forget_before(self, frame: int) -> None:
        """Drops what has no effect at ``frame`` any more."""
        if self.entries and self.entries[0].frame < frame - _REACH:
            self.entries = self._between(frame - _REACH, self.entries[-1].frame)

    def pushes(self, frame: int, steps: int) -> list[Shove]:
        """The pushes that act on the decision at ``frame``, ``steps`` decisions after the reset."""
        acting: list[Shove] = []
        for entry in self._between(frame - _REACH, frame):
            match entry.deed:
                case StartAt() if entry.frame < frame:
                    acting = []
                case PushNow(force, duration, body) if entry.frame + duration * POLICY_HZ > frame:
                    time = (steps - (frame - entry.frame)) / POLICY_HZ
                    acting.append(Shove(time, force, duration, body))
        return acting

    def _between(self, first: int, last: int) -> tuple[Entry, ...]:
        low = bisect_left(self.entries, first, key=_frame)
        return self.entries[low : bisect_right(self.entries, last, key=_frame)]


def _frame(entry: Entry) -> int:
    return entry.frame
