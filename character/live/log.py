"""What was done to a character and when: deeds by frame. No MuJoCo."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from character.anatomy import POLICY_HZ
from character.deeds import PUSH_REACH, Deed, Entry, PushNow, StartAt
from character.push import Shove

MOST_PUSHES = 64


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
        return [entry for entry in self.between(frame, frame) if entry.frame == frame]

    def forget_after(self, frame: int) -> None:
        """Drops what was done at ``frame`` and later."""
        self.entries = self.entries[: bisect_left(self.entries, frame, key=_frame)]

    def forget_before(self, frame: int) -> None:
        """Drops what has no effect at ``frame`` any more."""
        if self.entries and self.entries[0].frame < frame - PUSH_REACH:
            self.entries = self.between(frame - PUSH_REACH, self.entries[-1].frame)

    def pushes(self, frame: int, steps: int) -> list[Shove]:
        """The pushes that act on the decision at ``frame``, ``steps`` decisions after the reset."""
        acting: list[Shove] = []
        for entry in self.between(frame - PUSH_REACH, frame):
            match entry.deed:
                case StartAt() if entry.frame < frame:
                    acting = []
                case PushNow(force, duration, body) if entry.frame + duration * POLICY_HZ > frame:
                    time = (steps - (frame - entry.frame)) / POLICY_HZ
                    acting.append(Shove(time, force, duration, body))
        return acting

    def between(self, first: int, last: int) -> tuple[Entry, ...]:
        """What was done at frames ``first`` to ``last``, in order."""
        low = bisect_left(self.entries, first, key=_frame)
        return self.entries[low : bisect_right(self.entries, last, key=_frame)]


def _frame(entry: Entry) -> int:
    return entry.frame
