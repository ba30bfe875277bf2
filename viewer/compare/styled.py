"""An open clip in the style that it wears, for a viewport of its own."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from viewer.model.clip import OpenMotion
from viewer.model.document import Document, OpenClip
from viewer.model.figure import Figure
from viewer.model.language import tr
from viewer.model.restyle_job import ForgetContents, RestyleJob, Wear, Worn
from viewer.model.style_space import STYLE_VAE
from viewer.workbench import Workbench


class StyledClip(QObject):
    """Has it made by a job of its own, anew when it wears something else; ``changed``: it is there.

    figure: as it was made last, None before. problem: why there is none.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, name: str, parent: QObject) -> None:
        super().__init__(parent)
        self._bench, self._job = bench, name
        self._attached = False
        self._wish: Wear | None = None
        self._wanted: tuple[object, ...] = ()
        self._number = 0
        self.figure: Figure | None = None
        self.problem = ""
        bench.bridge.model_loaded.connect(self._forget)

    def close(self) -> None:
        self.rest()

    def rest(self) -> None:
        """Nobody looks at it."""
        if self._attached:
            self._attached = False
            self._bench.bridge.detach(self._job)
        self._wanted, self._wish, self.figure, self.problem = (), None, None, ""

    def ask(self, document: Document, clip: OpenClip, motion: OpenMotion) -> None:
        """Have ``clip`` made in what it wears, unless that is under way or here."""
        course = document.course_of(clip)
        if not course or motion.positions is None:
            self.figure, self.problem, self._wanted = motion.figure, "", ()
            return
        if not set(STYLE_VAE) <= set(self._bench.bridge.models):
            self.figure, self.problem, self._wanted = None, tr("Loading the style networks."), ()
            return
        wanted = motion, document.keys_of(clip), document.style.worn, document.style.strength
        if wanted == self._wanted:
            return
        if not self._wanted or self._wanted[0] is not motion:
            self.figure, self.problem = None, tr("Restyling the clip.")
        self._wanted = wanted
        self._number += 1
        time_s = min(self._bench.transport.time_s, motion.clip.duration)
        self._wish = Wear(
            motion.key, motion.positions, motion.frame_time, course, time_s, number=self._number
        )
        self._command(self._wish)

    def _command(self, command: object) -> None:
        bridge = self._bench.bridge
        if not self._attached:
            self._attached = True
            bridge.attach(self._job, RestyleJob(bridge.clock), self._take, self._fail)
        bridge.command(self._job, command)

    def _take(self, messages: list[object]) -> None:
        made = [m for m in messages if isinstance(m, Worn) and m.wish.number == self._number]
        if made and self._wanted:
            self.figure, self.problem = made[-1].figure, ""
            self.changed.emit()

    def _fail(self, sentence: str) -> None:
        self._attached = False
        self.figure, self.problem = None, sentence
        self.changed.emit()

    def _forget(self, model: str) -> None:
        if model in STYLE_VAE:
            if self._attached:
                self._command(ForgetContents())
            self._wanted = ()
            self.changed.emit()
