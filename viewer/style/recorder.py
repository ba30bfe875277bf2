"""Records what a person does to the style while the clip plays."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from viewer.model.document import Document, Latent, StyleKey
from viewer.workbench import Workbench

PAUSE_S = 0.5
"""A take without a button held ends when nothing changed for so long."""
_POLL_MS = 25
_TOLD_EVERY = 4
_LEAP_S = 0.5
"""A playhead that goes so much farther than time went was put there."""
_STILL_S = 0.25
"""A hand that changes nothing for so long holds still; else it was on its way."""


@dataclass
class Take:
    """What was worn on a clip: the keys by their frames, the last one of each.

    gesture: of the last change, which was at the frame ``changed``. shown: the newest frame.
    live: the newest at which the hand was still there.
    """

    clip: str
    gesture: Hashable | None = None
    keys: dict[int, StyleKey] = field(default_factory=dict)
    changed: int = 0
    shown: int = 0
    live: int = 0

    def in_order(self) -> list[StyleKey]:
        """The keys in the order of their times."""
        return [self.keys[frame] for frame in sorted(self.keys)]


class Recorder(QObject):
    """Once armed, every change of what is worn by hand begins or continues a take.

    A take ends when the mouse button is let go, after ``PAUSE_S`` without a change, when playback
    stops or starts over, or with another clip. ``recorded`` hands on its clip, its keys in the
    order of their times and the gesture of its last change; paused, it has one key. ``going``
    tells of a take that grows, and of its end.
    """

    recorded = Signal(str, object, object)
    armed_changed = Signal(bool)
    going = Signal()

    def __init__(self, bench: Workbench, current: Callable[[], Latent], parent: QObject) -> None:
        """``current``: the style that is set by hand."""
        super().__init__(parent)
        self._bench, self._current = bench, current
        self.armed = False
        self._take: Take | None = None
        self._changed_at, self._held, self._steps = 0.0, False, 0
        self._polls, self._shown_at = 0, 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._poll)
        bench.store.changed.connect(self._follow)
        bench.transport.frame_changed.connect(self._note_frame)
        bench.transport.playing_changed.connect(lambda _: self.finish())
        bench.studio.motion_changed.connect(lambda _: self.finish())
        bench.studio.source_changed.connect(lambda _: self.finish())

    @property
    def busy(self) -> bool:
        """Whether a take has begun and not ended."""
        return self._take is not None

    @property
    def stretch_s(self) -> tuple[float, float] | None:
        """From when to when the take goes that has begun."""
        take, frame_time = self._take, self._bench.transport.frame_time
        if take is None:
            return None
        first, last = sorted((next(iter(take.keys)), take.shown))
        return first * frame_time, (last + 1) * frame_time

    def arm(self, armed: bool) -> None:
        """Record from now on, or no longer."""
        if armed == self.armed:
            return
        self.finish()
        self.armed = armed
        self.armed_changed.emit(armed)

    def finish(self) -> None:
        """End the take and hand on what was recorded."""
        take, self._take = self._take, None
        self._timer.stop()
        self.going.emit()
        if take is not None:
            self._hold(take, take.live)
            self.recorded.emit(take.clip, take.in_order(), take.gesture)

    def _follow(self, old: Document, new: Document) -> None:
        if not self.armed or (old.style.worn, old.style.strength) == (
            new.style.worn,
            new.style.strength,
        ):
            return
        done, motion = self._bench.store.history.done, self._bench.studio.motion
        clip = new.clip(motion.key) if motion else None
        if clip is None or self._bench.studio.source != "clip":
            return
        if new.clips is not old.clips or not self._was_made(new):
            self._drop()
            return
        if clip.keys and new.style.keyed:
            return
        frame = self._bench.transport.frame
        if self._take is None:
            self._take, self._held = Take(clip.key, changed=frame), False
            self._timer.start()
        take = self._take
        self._note_still(take, frame)
        take.gesture, self._steps = done[-1].gesture if done else None, len(done)
        self._changed_at = self._shown_at = time.monotonic()
        take.changed = take.shown = take.live = frame
        take.keys[frame] = self._key(frame, self._current(), new.style.strength)

    def _was_made(self, new: Document) -> bool:
        """Whether an edit led to ``new``, rather than undo, redo or a session.

        One that ends where its gesture began leaves no step.
        """
        history = self._bench.store.history
        returned = self.busy and not history.undone and len(history.done) < self._steps
        return returned or bool(history.done and history.done[-1].after is new)

    def _drop(self) -> None:
        self._take = None
        self._timer.stop()
        self.going.emit()

    def _note_frame(self, frame: int) -> None:
        take, transport = self._take, self._bench.transport
        if take is None:
            return
        moved_s = (frame - take.shown) * transport.frame_time
        since_s, self._shown_at = time.monotonic() - self._shown_at, time.monotonic()
        leaps = abs(moved_s / transport.speed) > since_s + _LEAP_S
        if leaps or moved_s * transport.speed < 0 or not transport.playing:
            self.finish()
            return
        take.shown = frame
        if _button_is_held():
            take.live = frame

    def _note_still(self, take: Take, frame: int) -> None:
        """Before a change: what was worn up to it, if the hand held still."""
        transport = self._bench.transport
        still_s = abs(frame - take.changed) * transport.frame_time / abs(transport.speed)
        if still_s > _STILL_S:
            self._hold(take, frame - (1 if frame > take.changed else -1))

    def _hold(self, take: Take, frame: int) -> None:
        """What was worn last was worn up to ``frame``."""
        if frame != take.changed:
            last = take.keys[take.changed]
            take.keys[frame] = self._key(frame, last.style, last.strength)

    def _key(self, frame: int, style: Latent, strength: float) -> StyleKey:
        return StyleKey(frame * self._bench.transport.frame_time, style, strength, "linear")

    def _poll(self) -> None:
        """End a drag with its button, and what has no button after a pause."""
        self._polls = (self._polls + 1) % _TOLD_EVERY
        if self._polls == 0:
            self.going.emit()
        if _button_is_held():
            self._held = True
        elif self._held or time.monotonic() - self._changed_at > PAUSE_S:
            self.finish()


def _button_is_held() -> bool:
    return QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton
