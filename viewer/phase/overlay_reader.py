"""Reads B, C or D, with which the phase on stage is compared, and lays it over that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.worker.messages import ModelFailed, ModelReloaded, Result
from viewer.model.clip import OpenMotion, load_motion
from viewer.model.document import Beside, Document
from viewer.model.figure import Figure
from viewer.model.language import tr
from viewer.model.notice import Refused, sentence
from viewer.model.phase_beside import measured_side, read_side
from viewer.model.phase_compare import PhaseComparison, Side, compare, given_series, given_side
from viewer.model.phase_measures import PhaseMeasures
from viewer.model.phase_reading import human
from viewer.studio.live_phase import BESIDE
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .overlay_rows import Over, over_a
from .reader import MODEL, PhaseReader
from .rows import Plotted


@dataclass(frozen=True, eq=False)
class _Read:
    """B as it was read. of: the measures of A that it depends on, None where on none."""

    beside: Beside
    of: PhaseMeasures | None
    side: Side
    positions: np.ndarray | None


class OverlayReader(QObject):
    """A comparison that the document asks for, and why there is none.

    place: 0 of B, 1 and on of those that are laid over both.

    ``changed``: comparison, positions or problem. positions: (U, 22, 3) of the frames of B,
    metres, where it has any. What was there stays until the next is.
    """

    changed = Signal()

    def __init__(
        self, bench: Workbench, reader: PhaseReader, parent: QObject, place: int = 0
    ) -> None:
        super().__init__(parent)
        self._bench, self._reader, self._place = bench, reader, place
        self.comparison: PhaseComparison | None = None
        self._over: tuple[Plotted, Over] | None = None
        self.positions: np.ndarray | None = None
        self.problem = ""
        self._background = Background(self, "overlay", wait=False)
        self._read: _Read | None = None
        self._model: Beside | None = None
        self._number = 0
        self._cancel: Callable[[], None] | None = None
        bench.store.changed.connect(self._follow)
        reader.changed.connect(lambda _: self.settle())
        bench.bridge.happened.connect(self._note_event)
        self.settle()

    def close(self) -> None:
        self._stop()
        self._background.close()

    def settle(self) -> None:
        """Compare what is on stage with what the document names."""
        self._stop()
        beside, a = self._wanted(self._bench.store.document), self._reader.measures
        if self._model is not None and beside != self._model:
            self._model = None
            self._bench.bridge.unload(BESIDE)
        read = self._read
        if beside is None or a is None:
            self._show(None, None, "")
        elif read is not None and read.beside == beside and read.of in (None, a):
            self._lay_over(lambda: read)
        else:
            {"clip": self._ask_clip, "model": self._ask_model, "series": self._ask_series}[
                beside.kind
            ](beside, a)

    def over(self, rows: Plotted) -> Over | None:
        """What is laid over the rows of A; None where nothing has been."""
        return self._over[1] if self._over is not None and self._over[0] is rows else None

    def _wanted(self, document: Document) -> Beside | None:
        """What the document asks for."""
        every = (document.phase.beside, *document.phase.further)
        return every[self._place] if self._place < len(every) else None

    def a_label(self) -> str:
        """What the phase on stage is called."""
        studio, document = self._bench.studio, self._bench.store.document
        if studio.source != "clip" or studio.motion is None:
            return tr("{source} by DeepPhase", source=tr(studio.source))
        clip = document.clip(studio.motion.key)
        look = document.look_of(clip) if clip else ""
        name = studio.motion.path.name
        dressed = f"{name} {look}" if look else name
        return tr("{name} by DeepPhase", name=dressed)

    def _ask_clip(self, beside: Beside, a: PhaseMeasures) -> None:
        key = f"{beside.path}|{beside.units}|{beside.up_axis}"
        motion = next((m for m in self._bench.studio.motions if m.key == key), None)
        if motion is not None:
            self._run_clip(motion, beside)
            return

        def take(found: object) -> None:
            if isinstance(found, OpenMotion):
                self._run_clip(found, beside)
            else:
                self._fail(found)

        self._run(lambda: load_motion(beside.path, beside.units, beside.up_axis), take)

    def _run_clip(self, motion: OpenMotion, beside: Beside) -> None:
        try:
            positions, frames = human(motion)
        except Refused as error:
            self._fail(error)
            return
        label, frame_time = tr("{name} by DeepPhase", name=beside.path.name), motion.frame_time

        def read(phase: np.ndarray) -> _Read:
            return _Read(beside, None, read_side(label, phase, positions, frame_time), positions)

        self._infer(MODEL, frames, read)

    def _ask_model(self, beside: Beside, a: PhaseMeasures) -> None:
        figure = self._bench.studio.figure
        if not isinstance(figure, Figure) or figure.phases is None:
            self._fail(Refused(tr("Another DeepPhase reads clips and latents: put one on stage.")))
        else:
            if self._model != beside:
                self._model = beside
                self._bench.bridge.load(BESIDE, beside.path)
            label = f"{self.a_label().removesuffix('DeepPhase')}{beside.path.name}"
            positions, frame_time = figure.positions, figure.frame_time

            def read(phase: np.ndarray) -> _Read:
                return _Read(beside, a, read_side(label, phase, positions, frame_time), positions)

            self._infer(BESIDE, figure.phases, read)

    def _ask_series(self, beside: Beside, a: PhaseMeasures) -> None:
        own, figure = measured_side(self.a_label(), a), self._bench.studio.figure
        positions = figure.positions if isinstance(figure, Figure) else None

        def read() -> _Read:
            side = given_side(given_series(beside.path), own)
            same = positions is not None and len(side.series) == len(positions)
            return _Read(beside, a, side, positions if same else None)

        self._lay_over(read)

    def _infer(self, model: str, frames: np.ndarray, read: Callable[[np.ndarray], _Read]) -> None:
        def take(result: Result) -> None:
            self._cancel = None
            phase = result.outputs["phase"]
            self._lay_over(lambda: read(phase))

        self._cancel = self._bench.bridge.bulk(
            model,
            {"frame": frames},
            take,
            on_failure=lambda failure: self._fail(Refused(failure.message)),
        )

    def _lay_over(self, read: Callable[[], _Read]) -> None:
        """Compare in the background."""
        a, rows = self._reader.measures, self._reader.plotted
        assert a is not None and rows is not None
        own, by = measured_side(self.a_label(), a), self._bench.store.document.phase.align

        def work() -> tuple[_Read, PhaseComparison | Refused, Over | None]:
            found = read()
            try:
                compared = compare(own, found.side, by)
            except Refused as error:
                return found, error, None
            window_s = a.thresholds.frequency_window_s
            return found, compared, over_a(rows, compared, window_s, self._place)

        def take(found: object) -> None:
            if not isinstance(found, tuple):
                self._fail(found)
                return
            self._read, compared, over = found
            self._over = (rows, over) if over is not None else None
            if isinstance(compared, Refused):
                self._fail(compared)
            else:
                self._show(compared, self._read.positions, "")

        self._run(work, take)

    def _run(self, work: Callable[[], object], take: Callable[[object], None]) -> None:
        """``take`` is not called where something else was asked for meanwhile."""
        number = self._number
        self._background.run(work, lambda found: take(found) if number == self._number else None)

    def _stop(self) -> None:
        self._number += 1
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _follow(self, old: Document, new: Document) -> None:
        asked = (self._wanted(new), new.phase.align)
        if (self._wanted(old), old.phase.align) != asked:
            self.settle()

    def _note_event(self, event: object) -> None:
        """The file of the other DeepPhase has changed, or cannot be read."""
        if self._model is None:
            return
        if isinstance(event, ModelReloaded) and event.model == BESIDE:
            self._read = None
            self.settle()
        elif isinstance(event, ModelFailed) and event.model == BESIDE:
            self._stop()
            self._fail(Refused(event.message))

    def _fail(self, error: object) -> None:
        if not isinstance(error, Refused | OSError):
            assert isinstance(error, Exception)
            raise error
        self._show(None, None, sentence(error))

    def _show(
        self, found: PhaseComparison | None, positions: np.ndarray | None, problem: str
    ) -> None:
        if found is None and self.comparison is None and problem == self.problem:
            return
        self.comparison, self.positions, self.problem = found, positions, problem
        if found is None:
            self._over = None
        self.changed.emit()
