"""How each picture of the stage came about, measured where it happens."""

from __future__ import annotations

import time
from typing import NamedTuple

from viewer.model.picture_record import PictureRecord

from .bridge import Bridge
from .transport import Transport


class Drawn(NamedTuple):
    """When drawing a picture began and ended, seconds of ``time.perf_counter``.

    upload_s: how long of it handing data to OpenGL took.
    """

    began: float
    upload_s: float
    ended: float


class Pictures:
    """Adds to the record what the worker, the studio and the stage say of each picture.

    A picture shows what the worker delivered since the one before; where that was several
    answers, the one that took the longest is told.
    """

    def __init__(self, bridge: Bridge, transport: Transport) -> None:
        self._bridge, self._transport = bridge, transport
        self.record = PictureRecord()
        self._scene_s = self._began = self._built = 0.0
        self._late, self._dropped = transport.late_frames, bridge.dropped

    def begin_scene(self) -> None:
        """What is to be seen is being found out."""
        self._began = time.perf_counter()

    def end_scene(self) -> None:
        """It differs from before, was built, and the stage has it."""
        self._built = time.perf_counter()
        self._scene_s = self._built - self._began

    def note_shown(self, drawn: Drawn) -> None:
        """The picture that was ``drawn`` is on screen."""
        shown, work = time.perf_counter(), self._bridge.take_work()
        late, dropped = self._transport.late_frames, self._bridge.dropped
        missed = max(late - self._late, 0)
        waited = drawn.began - self._built if self._scene_s else 0.0
        self.record.add(
            at=shown,
            frame=self._transport.frame,
            work=work.name if work else "",
            missed=missed,
            dropped=max(dropped - self._dropped, 0),
            stages=(
                work.started - work.asked if work else 0.0,
                work.finished - work.started if work else 0.0,
                self._scene_s,
                max(waited, 0.0) + missed * self._transport.interval_s,
                drawn.upload_s,
                drawn.ended - drawn.began - drawn.upload_s,
                shown - drawn.ended,
            ),
        )
        self._scene_s, self._late, self._dropped = 0.0, late, dropped
