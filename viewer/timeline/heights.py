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
    """Heights of rows by their titles; a row that nobody dragged has its usual height."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def of(self, lane: Lane) -> int:
        """The height that is wanted of ``lane``, pixels; at least its usual one."""
        with suppress(ValueError):  # nobody dragged it
            kept = int(str(self._settings.value(f"{_GROUP}/{lane.title}")))
            return min(max(kept, lane.height), TALLEST)
        return lane.height

    def drag(self, lane: Lane, height: float) -> None:
        """``lane`` is to be so tall, within its usual height and ``TALLEST``."""
        wanted = round(min(max(height, lane.height), TALLEST))
        if wanted == lane.height:
            self._settings.remove(f"{_GROUP}/{lane.title}")
        else:
            self._settings.setValue(f"{_GROUP}/{lane.title}", wanted)

    def within(self, lanes: Sequence[Lane], room: float) -> list[float]:
        """The heights of ``lanes`` in ``room`` pixels: where there is too little, what was added
        to their usual ones shrinks alike.
        """
        usual = [lane.height for lane in lanes]
        added = [self.of(lane) - lane.height for lane in lanes]
        share = min(max((room - sum(usual)) / max(sum(added), 1), 0.0), 1.0)
        return [height + share * more for height, more in zip(usual, added, strict=True)]
