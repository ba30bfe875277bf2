"""How tall a person made the rows of the timeline, kept between starts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from PySide6.QtCore import QSettings

from .lanes import Lane

TALLEST = 240
"""Of one row, pixels."""
_GROUP = "timeline/heights"


class LaneHeights:
    """Heights of rows by their titles; a row that nobody dragged has its usual height.

    line: how tall letters are, which every row has room for.
    """

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings
        self.line = 0

    def usual(self, lane: Lane) -> int:
        """The height of ``lane`` until someone drags it, pixels."""
        return max(lane.height, self.line)

    def of(self, lane: Lane) -> int:
        """The height that is wanted of ``lane``, pixels; at least its usual one."""
        with suppress(ValueError):  # nobody dragged it
            kept = int(str(self._settings.value(f"{_GROUP}/{lane.title}")))
            return min(max(kept, self.usual(lane)), TALLEST)
        return self.usual(lane)

    def drag(self, lane: Lane, height: float) -> None:
        """``lane`` is to be so tall, within its usual height and ``TALLEST``."""
        wanted = round(min(max(height, self.usual(lane)), TALLEST))
        if wanted == self.usual(lane):
            self._settings.remove(f"{_GROUP}/{lane.title}")
        else:
            self._settings.setValue(f"{_GROUP}/{lane.title}", wanted)

    def within(self, lanes: Sequence[Lane], room: float) -> list[float]:
        """The heights of ``lanes`` in ``room`` pixels: where there is too little, what was added
        to their usual ones shrinks alike.
        """
        usual = [self.usual(lane) for lane in lanes]
        added = [self.of(lane) - self.usual(lane) for lane in lanes]
        share = min(max((room - sum(usual)) / max(sum(added), 1), 0.0), 1.0)
        return [height + share * more for height, more in zip(usual, added, strict=True)]
