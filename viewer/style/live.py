"""Has what the character lives through made in the style that is worn, a frame at a time."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QObject, Signal

from motion.restyling.live import LivePose
from viewer.model.document import Document
from viewer.model.live_restyle_job import LiveContent, LiveRestyleJob, LiveWear, LiveWorn
from viewer.model.style_space import STYLE_VAE
from viewer.workbench import Workbench

from .restyling import Restyling

JOB = "style.live"


class LiveRestyling(QObject):
    """Every frame and every change is a wish; one is made at a time, and the newest comes next.

    ``posed`` brings the ``LivePose`` of the character, or None where it is seen as it is; ``made``
    the milliseconds since a change of style that is seen now; ``peeked`` a pose (22, 3) or None.
    """

    posed = Signal(object)
    made = Signal(float)
    peeked = Signal(object)

    def __init__(self, bench: Workbench, restyling: Restyling, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._restyling = bench, restyling
        self._content: LiveContent | None = None
        self._number = self._decided = self._peek = 0
        self._attached = self._busy = self._waiting = False
        self._changed_s: tuple[int, float] | None = None
        self.pose: LivePose | None = None
        bench.store.changed.connect(self._follow)
        bench.bridge.model_loaded.connect(self._note_model)

    @property
    def content(self) -> LiveContent | None:
        """The frame of the character that is on stage."""
        return self._content

    def close(self) -> None:
        self._bench.bridge.detach(JOB)

    def note(self, content: LiveContent | None) -> None:
        """Another frame of the character is on display; None: it is not on stage."""
        self._content = content
        self._ask()

    def peek(self, style: np.ndarray | None) -> None:
        """Ask how the frame on display looks in ``style`` (K,); None: no longer."""
        if style is None or self._content is None or not self._fits(style):
            self._peek = 0
            self.peeked.emit(None)
        else:
            self._send(style, 1.0, peek=True)
            self._peek = self._number

    def _follow(self, old: Document, new: Document) -> None:
        if _wears(old) != _wears(new):
            self._ask(changed=True)

    def _ask(self, changed: bool = False) -> None:
        wears = self._bench.store.document.character_wears
        if self._content is None or wears is None or not self._fits(wears.style):
            self._decided, self._waiting = self._number, False
            self._show(None)
        elif self._busy:
            self._waiting = True
        else:
            self._send(wears.style, wears.strength)
        if changed:
            self._changed_s = self._number + self._waiting, time.perf_counter()

    def _fits(self, style: np.ndarray) -> bool:
        return self._restyling.ready and len(style) == self._restyling.subspace.size

    def _send(self, style: np.ndarray, strength: float, peek: bool = False) -> None:
        assert self._content is not None
        bridge = self._bench.bridge
        if not self._attached:
            self._attached = True
            bridge.attach(JOB, LiveRestyleJob(bridge.clock), self._take, self._fail)
        self._number += 1
        self._busy = self._busy or not peek
        subspace = self._restyling.subspace
        wish = LiveWear(self._content, style, strength, subspace, self._number, peek)
        bridge.command(JOB, wish)

    def _take(self, messages: list[LiveWorn]) -> None:
        """Show the newest, unless something else was decided since; the next one can be made."""
        for worn in messages:
            number, peek = worn.wish.number, worn.wish.peek
            self._busy = self._busy and peek
            if peek and number == self._peek:
                self.peeked.emit(worn.pose.pose)
            elif not peek and number > self._decided:
                self._show(worn.pose)
                self._note_change(number)
        if self._waiting and not self._busy:
            self._waiting = False
            self._ask()

    def _note_change(self, number: int) -> None:
        if self._changed_s is not None and number >= self._changed_s[0]:
            took_ms = (time.perf_counter() - self._changed_s[1]) * 1e3
            self._changed_s = None
            self.made.emit(took_ms)

    def _show(self, pose: LivePose | None) -> None:
        if pose is not self.pose:
            self.pose = pose
            self.posed.emit(pose)

    def _fail(self, sentence: str) -> None:
        self._attached = self._busy = self._waiting = False
        self._show(None)
        self._bench.studio.notify("error", sentence)

    def _note_model(self, model: str) -> None:
        """Another network reads or decodes from now on."""
        if model in STYLE_VAE:
            self._bench.bridge.detach(JOB)
            self._attached = self._busy = False
            self._ask()


def _wears(document: Document) -> tuple[object, ...]:
    """What decides how the character is seen."""
    return document.style.worn, document.style.strength, document.view.looks.styled
