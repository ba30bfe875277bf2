"""Has the clip on stage made in the style that the document has for it, and puts that on stage."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from motion.restyling.course import StyleAt
from motion.restyling.subspace import STYLE_BLOCK, StyleSubspace
from viewer.model.clip import OpenMotion
from viewer.model.document import Document
from viewer.model.language import tr
from viewer.model.restyle_job import ForgetContents, Peek, Peeked, RestyleJob, Wear, Worn
from viewer.model.style_space import STYLE_VAE
from viewer.workbench import Workbench

JOB = "style"
_FAR_S = 4.0
"""What was made around the playhead is made anew when that is so far away."""


@dataclass(frozen=True, eq=False)
class _Asked:
    number: int
    at_s: float


class Restyling(QObject):
    """Every change of what the clip on stage wears is made on the worker; the newest counts.

    ``made`` hands on each ``Worn`` that goes on stage, with the milliseconds since it was asked
    for; ``peeked`` a pose (22, 3) or None. subspace: where the networks have the style.
    """

    made = Signal(object, float)
    peeked = Signal(object)

    def __init__(self, bench: Workbench, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self.subspace = STYLE_BLOCK
        self._number = 0
        self._asked: list[_Asked] = []
        self._attached = False
        self._worn: Worn | None = None
        self._shown = 0
        bench.store.changed.connect(self._follow)
        bench.studio.motion_changed.connect(lambda _: self._ask())
        bench.studio.frame_changed.connect(self._note_frame)
        bench.bridge.model_loaded.connect(self._forget)
        bench.bridge.engine_changed.connect(lambda *_: self._ask())

    @property
    def ready(self) -> bool:
        """Whether both networks are there."""
        return set(STYLE_VAE) <= set(self._bench.bridge.models)

    @property
    def worn(self) -> Worn | None:
        """What is on stage of it."""
        return self._worn

    def close(self) -> None:
        self._bench.bridge.detach(JOB)

    def set_subspace(self, subspace: StyleSubspace) -> None:
        """Other networks have the style elsewhere."""
        self.subspace = subspace
        self._ask()

    def peek(self, style: np.ndarray | None) -> None:
        """Ask how the pose at the playhead looks in ``style`` (K,); None: no longer."""
        motion = self._bench.studio.motion
        if style is None or motion is None or not self._can(motion):
            self._number += 1
            self.peeked.emit(None)
            return
        self._number += 1
        wish = self._wish(motion, (StyleAt(0.0, style),))
        shown = self._bench.studio.restyled or motion.figure
        frame = min(round(wish.time_s / wish.frame_time), shown.frame_count - 1)
        self._command(Peek(wish, shown.positions[frame]))

    def wish_of(self, style: np.ndarray) -> Wear | None:
        """All of the clip on stage in ``style`` (K,), for a job of one's own; None: not now."""
        motion = self._bench.studio.motion
        if motion is None or not self._can(motion):
            return None
        return self._wish(motion, (StyleAt(0.0, style),))

    def _worn_wish(self) -> Wear | None:
        """All of the clip on stage in what it wears, for a job of one's own; None: nothing."""
        motion, document = self._bench.studio.motion, self._bench.store.document
        clip = document.clip(motion.key) if motion else None
        course = document.course_of(clip) if clip else ()
        if motion is None or not course or not self._can(motion):
            return None
        return self._wish(motion, course)

    def _can(self, motion: OpenMotion) -> bool:
        return self.ready and motion.positions is not None

    def _wish(self, motion: OpenMotion, course: tuple[StyleAt, ...]) -> Wear:
        assert motion.positions is not None
        clip_time_s = self._bench.transport.time_s
        if self._bench.studio.source != "clip":
            clip_time_s = self._bench.studio.times["clip"]
        return Wear(
            motion.key, motion.positions, motion.frame_time, course, clip_time_s, self.subspace,
            self._number,
        )  # fmt: skip

    def _follow(self, old: Document, new: Document) -> None:
        if new.view.source != "character" and _wears(old) != _wears(new):
            self._ask()

    def _ask(self) -> None:
        motion, wish = self._bench.studio.motion, self._worn_wish()
        if motion is None or wish is None:
            self._shown, self._worn = self._number, None
            if motion is not None:
                self._bench.studio.wear(motion.key, None)
            return
        if any(len(key.style) != self.subspace.size for key in wish.course):
            self._bench.studio.notify(
                "warning", tr("The style was made for other networks; choose one from the map.")
            )
            return
        self._number += 1
        self._command(replace(wish, number=self._number))
        self._asked.append(_Asked(self._number, time.perf_counter()))

    def _command(self, command: object) -> None:
        bridge = self._bench.bridge
        if not self._attached:
            self._attached = True
            bridge.attach(JOB, RestyleJob(bridge.clock), self._take, self._fail)
        bridge.command(JOB, command, interactive=isinstance(command, Wear))

    def _take(self, messages: list[object]) -> None:
        """Put the newest on stage; one that is older than what was decided since is dropped."""
        peeks = [message for message in messages if isinstance(message, Peeked)]
        if peeks and peeks[-1].number == self._number:
            self.peeked.emit(peeks[-1].pose)
        made = [message for message in messages if isinstance(message, Worn)]
        motion = self._bench.studio.motion
        if not made or motion is None:
            return
        worn = made[-1]
        if worn.wish.number <= self._shown and worn.wish is not (self._worn and self._worn.wish):
            return
        if worn.wish.clip != motion.key:
            return
        self._shown, self._worn = worn.wish.number, worn
        self._bench.studio.wear(motion.key, worn.figure)
        since = [asked.at_s for asked in self._asked if asked.number == worn.wish.number]
        self._asked = [asked for asked in self._asked if asked.number > worn.wish.number]
        if since:
            took_ms = (time.perf_counter() - since[0]) * 1e3
            self._bench.studio.latency.note(took_ms)
            self.made.emit(worn, took_ms)

    def _fail(self, sentence: str) -> None:
        self._attached = False
        self._bench.studio.notify("error", sentence)

    def _forget(self, model: str) -> None:
        if model in STYLE_VAE:
            if self._attached:
                self._command(ForgetContents())
            self._ask()

    def _note_frame(self, _: int) -> None:
        worn, studio = self._worn, self._bench.studio
        if worn is None or worn.whole or studio.source != "clip":
            return
        if abs(self._bench.transport.time_s - worn.wish.time_s) > _FAR_S:
            self._ask()


def _wears(document: Document) -> tuple[object, ...]:
    """What decides how the clip on stage is to look; () where it is as it is.

    It rests while the character is there.
    """
    clip, style = document.shown_clip, document.style
    if document.view.source == "character":
        return ("character",)
    if clip is None:
        return ()
    if keys := document.keys_of(clip):
        return clip.key, keys
    return (clip.key, style.worn, style.strength) if style.worn else ()
