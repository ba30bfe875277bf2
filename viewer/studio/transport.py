"""Playback: which moment of the motion is on display."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from .clock import Clock

MAX_SPEED = 4.0
MIN_SPEED = 0.1
_EDGE = 1e-6


def allowed_speed(speed: float, driven: bool = False) -> float:
    """The nearest speed that can be played: magnitudes 0.1 to 4; a driver goes forwards only."""
    magnitude = min(max(abs(speed), MIN_SPEED), MAX_SPEED)
    return magnitude if driven or speed >= 0 else -magnitude


class Driver(Protocol):
    """What keeps its own time, and moves the playhead by ``Transport.report``."""

    def play(self) -> None: ...

    def pause(self) -> None: ...

    def step(self) -> None:
        """One frame on from the newest."""

    def show(self, frame: int) -> None:
        """Show a frame of the past, and hold still."""

    def set_speed(self, speed: float) -> None: ...


class Transport(QObject):
    """Play, pause, seek, speed and loop range over ``frame_count`` frames.

    A precise timer at the display's rate ticks only while playing; where the
    swap waits for the display, that wait paces the ticks. Each tick asks the
    clock, so a late tick skips frames rather than slowing the motion.
    Frame n covers [n, n + 1) * frame_time; time_s stays within the range played.

    Behind a driver the clock rests: commands go to the driver, which reports where it is. There
    is no loop range then, and ``span`` frames are shown, of which the last may be yet to come.
    interval_s: between two refreshes of the display.
    """

    frame_changed = Signal(int)
    playing_changed = Signal(bool)
    speed_changed = Signal(float)
    range_changed = Signal(object)
    loop_changed = Signal(bool)
    timing_changed = Signal()

    def __init__(
        self, now: Callable[[], float] = time.perf_counter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = Clock(now)
        self._now = now
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)
        self.interval_s = 1 / 60
        self.set_display_rate(60.0)
        self.frame_count = self.span = 0
        self.frame_time = 1 / 30
        self.driver: Driver | None = None
        self._driven_playing, self._driven_speed = False, 1.0
        self.frame = 0
        self.loop = True
        self.range: tuple[int, int] | None = None
        self.late_frames = 0
        self._scrubbing = False
        self._resume = False
        self._last_tick: float | None = None
        self._shown: deque[float] = deque(maxlen=256)

    @property
    def time_s(self) -> float:
        return self.frame * self.frame_time if self.driver else self._clock.time()

    @property
    def duration(self) -> float:
        """Seconds from the first frame to the last."""
        return max(self.frame_count - 1, 0) * self.frame_time

    @property
    def playing(self) -> bool:
        return self._driven_playing if self.driver else self._clock.running or self._resume

    @property
    def speed(self) -> float:
        return self._driven_speed if self.driver else self._clock.speed

    @property
    def own_speed(self) -> float:
        """The speed without a driver, also while there is one."""
        return self._clock.speed

    @property
    def fps(self) -> float:
        """Frames put on display in the last second."""
        since = self._now() - 1.0
        return float(sum(at > since for at in self._shown))

    @property
    def first(self) -> int:
        return self.range[0] if self.range else 0

    @property
    def last(self) -> int:
        return self.range[1] if self.range else max(self.frame_count - 1, 0)

    def set_display_rate(self, hertz: float) -> None:
        """Tick as often as the display refreshes."""
        milliseconds = max(int(1000 / max(hertz, 24.0)), 4)
        self.interval_s = milliseconds / 1000
        self._timer.setInterval(milliseconds)

    def set_timing(self, frame_count: int, frame_time: float, time_s: float = 0.0) -> None:
        """Play something else, from ``time_s``; the loop range is cleared, a driver let go."""
        was_playing, speed_before = self.driver is not None and self.playing, self.speed
        self.driver = None
        self.frame_count = self.span = frame_count
        self.frame_time = frame_time
        if self.range is not None:
            self.range = None
            self.range_changed.emit(None)
        if frame_count == 0:
            self.pause()
        self.timing_changed.emit()
        if was_playing:
            self.playing_changed.emit(False)
        if self.speed != speed_before:
            self.speed_changed.emit(self.speed)
        self._go(min(max(time_s, 0.0), self.duration), always=True)

    def follow(self, driver: Driver, frame_time: float) -> None:
        """Let ``driver`` move the playhead from now on; playback pauses."""
        self.set_timing(0, frame_time)
        self.driver, self._driven_playing = driver, False
        self.speed_changed.emit(self.speed)

    def report(self, frame: int, frame_count: int, span: int, playing: bool) -> None:
        """Where the driver is, by its own account; always tells of the frame."""
        was_playing, span_before = self._driven_playing, self.span
        self.frame_count, self.span, self._driven_playing = frame_count, span, playing
        if span != span_before:
            self.timing_changed.emit()
        if playing != was_playing:
            self.playing_changed.emit(playing)
        self._show(frame, always=True)

    def play(self) -> None:
        if self.driver:
            self.driver.play()
            return
        if self.frame_count == 0 or self.playing:
            return
        if not self.loop and self._at_end():
            self._clock.seek(self._start_of_play())
        if self._scrubbing:
            self._resume = True
        else:
            self._run()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        if not self.playing:
            return
        if self.driver:
            self.driver.pause()
            return
        self._resume = False
        self._halt()
        self.playing_changed.emit(False)

    def toggle(self) -> None:
        self.pause() if self.playing else self.play()

    def seek(self, time_s: float) -> None:
        """Show the frame at ``time_s``, clamped to the motion."""
        if self.driver:
            frame = round(min(max(time_s, 0.0), self.duration) / self.frame_time)
            if frame != self.frame:
                self.driver.show(frame)
            return
        self._go(min(max(time_s, 0.0), self.duration))

    def seek_frame(self, frame: int) -> None:
        self.seek(frame * self.frame_time)

    def step_frames(self, frames: int) -> None:
        """Pause, and go ``frames`` on; wraps round at the ends when looping."""
        if self.driver and frames > 0 and self.frame >= self.last:
            self.driver.step()
            return
        self.pause()
        target = self.frame + frames
        count = self.last - self.first + 1
        if self.loop and not self.driver and self.first <= self.frame <= self.last and count > 1:
            target = self.first + (target - self.first) % count
        self.seek_frame(target)

    def step_time(self, seconds: float) -> None:
        self.seek(self.time_s + seconds)

    def set_speed(self, speed: float) -> None:
        """Signed speed; magnitudes are kept within 0.1 and 4."""
        speed = allowed_speed(speed, self.driver is not None)
        if self.driver:
            self._drive_at(speed)
            return
        if speed != self._clock.speed:
            self._clock.set_speed(speed)
            self.speed_changed.emit(speed)

    def _drive_at(self, speed: float) -> None:
        assert self.driver is not None
        if speed != self._driven_speed:
            self._driven_speed = speed
            self.driver.set_speed(speed)
        self.speed_changed.emit(speed)

    def set_loop(self, loop: bool) -> None:
        if loop != self.loop:
            self.loop = loop
            self.loop_changed.emit(loop)

    def set_range(self, first: int, last: int) -> None:
        """Play frames ``first`` to ``last`` only, in either order given; not behind a driver."""
        if self.driver:
            return
        wanted = self.clamped(first, last)
        if wanted != self.range:
            self.range = wanted
            self.range_changed.emit(wanted)

    def clamped(self, first: int, last: int) -> tuple[int, int]:
        """Two frames of the motion, the earlier one first."""
        end = max(self.frame_count - 1, 0)
        low, high = (min(max(frame, 0), end) for frame in sorted((first, last)))
        return low, high

    def clear_range(self) -> None:
        if self.range is not None:
            self.range = None
            self.range_changed.emit(None)

    def begin_scrub(self) -> None:
        """Hold playback while the playhead is dragged; a driver stays where it is put."""
        if self.driver:
            self.pause()
        elif not self._scrubbing:
            self._scrubbing = True
            self._resume = self._clock.running
            self._halt()

    def end_scrub(self) -> None:
        """Let go of the playhead; goes on playing if it was."""
        if self._scrubbing:
            self._scrubbing = False
            if self._resume:
                self._resume = False
                self._run()

    def tick(self) -> None:
        """Show the frame of this moment; the timer calls it while playing."""
        if not self._clock.running:
            return
        now = self._now()
        if self._last_tick is not None:
            self.late_frames += max(round((now - self._last_tick) / self.interval_s) - 1, 0)
        self._last_tick = now
        self._keep_in_range()
        self._show(self._frame_at(self._clock.time()))

    def note_shown(self) -> None:
        """The stage has drawn a picture."""
        self._shown.append(self._now())

    def _keep_in_range(self) -> None:
        """Wrap at the ends of the range, or stop there."""
        low = self.first * self.frame_time
        count = self.last - self.first + 1
        span = count * self.frame_time
        past = self._clock.time() - low
        turns = math.floor((past / self.frame_time + _EDGE) / count)
        if turns == 0:
            return
        if self.loop:
            self._clock.shift(-turns * span)
        else:
            self._clock.seek(self.last * self.frame_time if past > 0 else low)
            self.pause()

    def _frame_at(self, time_s: float) -> int:
        frame = int(time_s / self.frame_time + _EDGE)
        return min(max(frame, 0), max(self.frame_count - 1, 0))

    def _go(self, time_s: float, always: bool = False) -> None:
        self._clock.seek(time_s)
        self._show(self._frame_at(time_s), always)

    def _show(self, frame: int, always: bool = False) -> None:
        if always or frame != self.frame:
            self.frame = frame
            self.frame_changed.emit(frame)

    def _at_end(self) -> bool:
        return self.frame >= self.last if self.speed > 0 else self.frame <= self.first

    def _start_of_play(self) -> float:
        return (self.first if self.speed > 0 else self.last) * self.frame_time

    def _run(self) -> None:
        self._last_tick = None
        self._clock.start()
        self._timer.start()

    def _halt(self) -> None:
        self._timer.stop()
        self._clock.stop()
