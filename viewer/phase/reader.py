"""Reads the phase of what is on stage: DeepPhase on the worker, the rest in the background."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from inference.models import MODELS
from inference.worker.messages import ModelFailed, Result
from motion.contacts import contacts
from motion.features import FPS
from motion.phase.series import PhaseError, PhaseSeries
from motion.phase.thresholds import Thresholds
from viewer.model.figure import Figure
from viewer.model.language import tr
from viewer.model.notice import sentence
from viewer.model.phase_measures import PhaseMeasures, checked_anew, measures
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .rows import Plotted, plotted

MODEL = "deepphase"
REST = 20.0
"""While a character moves, measuring rests for so many times what it took."""
Work = Callable[[], PhaseMeasures]
Remembered = Callable[[], tuple[np.ndarray, np.ndarray]]
"""Gives DeepPhase (T, 2) and positions (T, 22, 3), canonical, metres, as they are now."""
_NOTHING = np.zeros((0, 2)), np.zeros((0, 22, 3))


class PhaseReader(QObject):
    """The measures of what is on stage, and why there are none.

    ``changed``: measures, plotted or problem; growing: of the same motion as before. Of what is
    asked for while something is measured the newest is measured next, and older results are
    dropped.
    """

    changed = Signal(bool)

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self.measures: PhaseMeasures | None = None
        self.plotted: Plotted | None = None
        self.problem = ""
        self._failure = ""
        self._background = Background(self, "phase", wait=False)
        self._cancel: Callable[[], None] | None = None
        self._number = 0
        self._busy = False
        self._next: tuple[Work, int, bool] | None = None
        self._remembered: Remembered | None = None
        self._rest_s = 0.0
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._read_remembered)
        bench.bridge.happened.connect(self._note_event)

    def close(self) -> None:
        self._stop()
        self._background.close()

    @property
    def thresholds(self) -> Thresholds:
        """Those of the document."""
        return self._bench.store.document.phase.thresholds

    def read(self, same: bool = False) -> None:
        """Measure what is on the stage now; same: the clip that was, which moves in another way.

        What was measured of that stays until then.
        """
        self._stop()
        figure, problem = self._bench.studio.figure, self._why_idle()
        growing = same and self.measures is not None
        if problem or not growing:
            self._show(None, None, problem)
        if not self.problem and isinstance(figure, Figure) and figure.phases is not None:
            self._cancel = self._bench.bridge.bulk(
                MODEL,
                {"frame": figure.phases},
                lambda result: self._take_phase(result, figure, growing),
                on_failure=lambda failure: self._show(None, None, failure.message),
            )

    def read_character(self, remembered: Remembered) -> None:
        """Measure what the character remembers, at 30 frames a second."""
        self._remembered = remembered
        if not self._busy and not self._rest.isActive():
            self._read_remembered()

    def _read_remembered(self) -> None:
        """What a character told of last, if that is not measured yet."""
        remembered, self._remembered = self._remembered, None
        phases, positions = remembered() if remembered else _NOTHING
        if len(phases) < 2:
            return
        thresholds = self.thresholds

        def work() -> PhaseMeasures:
            start = time.monotonic()
            down = contacts(positions, 1 / FPS)
            made = measures(PhaseSeries(phases, 1 / FPS), positions, down, thresholds)
            self._rest_s = REST * (time.monotonic() - start)
            return made

        self._measure(work, self.measures is not None)

    def check_anew(self) -> None:
        """The thresholds have changed."""
        before, wanted = self.measures, self.thresholds
        if before is not None and before.thresholds != wanted:
            self._measure(lambda: checked_anew(before, wanted), growing=True)

    def _stop(self) -> None:
        """Whatever is under way is stale."""
        self._number += 1
        self._next = self._remembered = None
        self._rest.stop()
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _why_idle(self) -> str:
        studio, spec = self._bench.studio, MODELS[MODEL]
        if MODEL not in self._bench.bridge.models:
            if spec.available(self._bench.assets):
                return self._failure or tr("Loading DeepPhase.")
            return tr(
                "DeepPhase is {status}: {file} is missing.",
                status=tr(spec.status(self._bench.assets)),
                file=spec.file,
            )
        if studio.figure is None:
            return tr("Open a clip to see its phase.")
        if studio.source == "clip" and studio.motion is not None:
            return studio.motion.not_human
        return ""

    def _note_event(self, event: object) -> None:
        if isinstance(event, ModelFailed) and event.model == MODEL:
            self._failure = event.message
            self._show(None, None, event.message)

    def _take_phase(self, result: Result, figure: Figure, growing: bool) -> None:
        self._cancel = None
        phase, thresholds = result.outputs["phase"], self.thresholds
        down = figure.contacts
        assert down is not None

        def work() -> PhaseMeasures:
            series = PhaseSeries(phase, figure.frame_time)
            return measures(series, figure.positions, down, thresholds)

        self._measure(work, growing)

    def _measure(self, work: Work, growing: bool) -> None:
        self._next = (work, self._number, growing)
        if not self._busy:
            self._begin()

    def _begin(self) -> None:
        if self._next is None:
            return
        (work, number, growing), self._next, self._busy = self._next, None, True

        def made() -> tuple[PhaseMeasures, Plotted]:
            found = work()
            return found, plotted(found)

        self._background.run(made, lambda found: self._take(found, number, growing))

    def _take(self, found: object, number: int, growing: bool) -> None:
        self._busy = False
        if number == self._number:
            if isinstance(found, PhaseError):
                self._show(None, None, sentence(found))
            elif isinstance(found, Exception):
                raise found
            elif isinstance(found, tuple):
                self._show(found[0], found[1], "", growing)
        self._begin()
        if not self._busy:
            self.check_anew()
            self._rest.start(round(1000 * self._rest_s))

    def _show(
        self, found: PhaseMeasures | None, rows: Plotted | None, problem: str, growing: bool = False
    ) -> None:
        self.measures, self.plotted, self.problem = found, rows, problem
        self.changed.emit(growing)
