"""What the rows of the timeline show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar, runtime_checkable

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QAction, QColor, QPainter

from motion.curves import runs
from viewer.model.language import mark
from viewer.ui.theme import Theme

Seconds = TypeVar("Seconds", float, np.ndarray)


class TimeScale(Protocol):
    """Seconds to pixels, for one time or an array of them."""

    def __call__(self, time_s: Seconds) -> Seconds: ...


class Lane(Protocol):
    """One row: static content, painted into the timeline's cached background."""

    title: str
    height: int

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None: ...


@runtime_checkable
class ToldLane(Lane, Protocol):
    """A row that says what is on it where the pointer rests.

    Times are where the pointer is; reach_s: what is that near to it is meant.
    """

    def words_at(self, time_s: float, reach_s: float) -> str:
        """What is there, for a tooltip; "" for nothing."""
        ...


@runtime_checkable
class HeldLane(ToldLane, Protocol):
    """A row with something on it that the pointer takes; everywhere else it moves the playhead."""

    def holds(self, time_s: float, reach_s: float) -> bool:
        """Whether something there can be taken."""
        ...

    def press(self, time_s: float, reach_s: float, adding: bool) -> None:
        """What is there is taken; adding: besides what was chosen before."""
        ...

    def drag(self, time_s: float) -> None:
        """What was taken goes along with the pointer."""
        ...

    def release(self) -> None:
        """What was taken is let go."""
        ...

    def actions_at(self, time_s: float, reach_s: float) -> Sequence[QAction]:
        """What a menu about what is there offers; nothing: the timeline's own menu."""
        ...


CONTACT_TITLES = (mark("L foot"), mark("L toe"), mark("R foot"), mark("R toe"))


class ContactLane:
    """When one part of a foot carries the body."""

    height = 11

    def __init__(self, part: int) -> None:
        self.title = CONTACT_TITLES[part]
        self._part = part
        self._starts: np.ndarray = np.zeros(0)
        self._ends: np.ndarray = np.zeros(0)

    def show(self, contacts: np.ndarray | None, frame_time: float) -> None:
        """Take contacts (T, 4) in 0..1, or None for a rig without feet."""
        down = np.zeros(0, bool) if contacts is None else contacts[:, self._part] > 0.5
        found = np.array(runs(down)).reshape(-1, 2)
        self._starts, self._ends = found.T * frame_time

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        color = QColor(theme.contacts[self._part])
        left, right = to_x(self._starts), to_x(self._ends)
        seen = (right > rect.left()) & (left < rect.right())
        for a, b in zip(left[seen], right[seen], strict=True):
            painter.fillRect(QRectF(a, rect.top() + 2, max(b - a, 1.0), rect.height() - 4), color)
