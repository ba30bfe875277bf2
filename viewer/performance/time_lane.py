"""The latency on the timeline: how long the last picture of each frame of the clip took."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QPainter

from viewer.model.language import mark, tr
from viewer.model.picture_record import KEPT_S
from viewer.timeline.lanes import TimeScale
from viewer.ui.theme import Theme
from viewer.workbench import Workbench

from .latency_lane import MARKS_MS, share_of, tone

SETTING = "timeline/latency"
_EVERY_MS = 1000
"""How often it follows while the clip plays."""


class LatencyTimeLane(QObject):
    """A bar for each frame that was shown within five minutes; ``pressed`` brings the number of
    the picture that the pointer took.

    A character has no such lane: its frames move on. It is there while its command is checked.
    """

    pressed = Signal(int)
    title, height = mark("latency"), 16

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self._since_s = 0.0
        self._frames = self._numbers = np.zeros(0, int)
        self._ms = np.zeros(0)
        self._there = False
        self._follow = QTimer(self, interval=_EVERY_MS)
        self._follow.timeout.connect(self._refresh)
        self.action = bench.actions.add(
            "performance.lane", tr("Latency on the timeline"),
            tr("Show how long the picture of each frame took; a click tells what it was made of"),
            self._set_on, keys="Alt+T", menu="Performance", checkable=True,
        )  # fmt: skip
        bench.studio.figure_changed.connect(self._begin)
        bench.transport.playing_changed.connect(self._note_playing)
        self.action.setChecked(bench.settings.value(SETTING, False, bool) is True)

    def holds(self, time_s: float, reach_s: float) -> bool:
        return self._row_at(time_s, reach_s) is not None

    def press(self, time_s: float, reach_s: float, adding: bool) -> None:
        row = self._row_at(time_s, reach_s)
        if row is not None:
            self.pressed.emit(int(self._numbers[row]))

    def drag(self, time_s: float) -> None:
        """A picture stays where it is."""

    def release(self) -> None:
        """A picture that is let go stays chosen."""

    def words_at(self, time_s: float, reach_s: float) -> str:
        row = self._row_at(time_s, reach_s)
        return (
            ""
            if row is None
            else tr("Frame {frames}: {ms:.1f} ms", frames=self._frames[row], ms=self._ms[row])
        )

    def actions_at(self, time_s: float, reach_s: float) -> Sequence[QAction]:
        return (self.action,)

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        frame_time = self._bench.transport.frame_time
        left, right = (to_x((self._frames + edge) * frame_time) for edge in (0, 1))
        seen = (right > rect.left()) & (left < rect.right())
        high = rect.height() - 2
        for a, b, ms in zip(left[seen], right[seen], self._ms[seen], strict=True):
            tall = max(high * share_of(ms), 1.0)
            box = QRectF(a, rect.bottom() - 1 - tall, max(b - a, 1.0), tall)
            painter.fillRect(box, QColor(tone(theme, ms)))

    def _row_at(self, time_s: float, reach_s: float) -> int | None:
        """The slowest frame within reach that was slower than a refresh of the display."""
        away = np.abs((self._frames + 0.5) * self._bench.transport.frame_time - time_s)
        near = np.flatnonzero((away <= reach_s) & (self._ms > MARKS_MS[0]))
        return int(near[self._ms[near].argmax()]) if len(near) else None

    def _set_on(self, on: bool) -> None:
        self._bench.settings.setValue(SETTING, on)
        self._settle()

    def _begin(self) -> None:
        """Frames are those of another figure from now on."""
        self._since_s = time.perf_counter()
        self._settle()

    def _settle(self) -> None:
        """The lane is on the timeline where it is wanted and has a meaning."""
        bench = self._bench
        wanted = self.action.isChecked() and bench.transport.driver is None
        if wanted != self._there:
            self._there = wanted
            (bench.timeline.add_lane if wanted else bench.timeline.remove_lane)(self)
        self._note_playing(bench.transport.playing)

    def _note_playing(self, playing: bool) -> None:
        self._follow.start() if playing and self._there else self._follow.stop()
        self._refresh()

    def _refresh(self) -> None:
        if not self._there:
            return
        record, now = self._bench.studio.pictures.record, time.perf_counter()
        numbers = record.last(min(KEPT_S, now - self._since_s), now)[::-1]
        frames, newest = np.unique(record.frames(numbers), return_index=True)
        self._frames, self._numbers = frames, numbers[newest]
        self._ms = 1e3 * record.seconds(self._numbers)
        self._bench.timeline.track.refresh()
