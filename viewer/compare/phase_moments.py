"""Reads the phases of what is compared, and finds which moments have the same."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.worker.messages import Result
from motion.phase.series import PhaseError, PhaseSeries
from viewer.model.figure import DecodedFigure, Figure
from viewer.model.language import tr
from viewer.model.moments import Moments, by_phase
from viewer.model.notice import sentence
from viewer.ui.background import Background
from viewer.workbench import Workbench

MODEL = "deepphase"
READING = tr("by time: the phases are being read")
NO_PHASE = tr("by time: not both have a phase")


class PhaseMoments(QObject):
    """``of`` tells at once what is known; ``changed``: of something more is known now.

    DeepPhase runs on the worker, all else in the background; ``keep`` forgets all but some.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bench.bridge
        self._background = Background(self, "compare phases", wait=False)
        self._series: dict[int, tuple[Figure, PhaseSeries | str]] = {}
        self._found: dict[tuple[int, int], tuple[Figure, Figure, Moments]] = {}
        self._asked: set[object] = set()
        bench.bridge.model_loaded.connect(self._forget)

    def close(self) -> None:
        self._background.close()

    def keep(self, figures: Iterable[object]) -> None:
        """Only these are compared from now on."""
        kept = {id(figure) for figure in figures}
        self._series = {key: held for key, held in self._series.items() if key in kept}
        self._found = {key: held for key, held in self._found.items() if kept.issuperset(key)}

    def of(self, a: object, b: object) -> Moments:
        """Where ``b`` has the phase of ``a``; by time where that is not known."""
        if not isinstance(a, Figure) or not isinstance(b, Figure) or a.skeleton or b.skeleton:
            return Moments(note=NO_PHASE)
        key = id(a), id(b)
        if key in self._found:
            return self._found[key][2]
        own, other = self._series_of(a), self._series_of(b)
        for found in (own, other):
            if isinstance(found, str):
                return Moments(note=tr("by time: {found}", found=found))
        if isinstance(own, PhaseSeries) and isinstance(other, PhaseSeries):
            self._match(a, b, own, other)
        return Moments(note=READING)

    def _series_of(self, figure: Figure) -> PhaseSeries | str | None:
        """Its phase, or why it has none; None while it is read, or the figure still being made."""
        held = self._series.get(id(figure))
        if held is not None:
            return held[1]
        if figure.known_phases is None and not isinstance(figure, DecodedFigure):
            return None
        if id(figure) not in self._asked and MODEL in self._bridge.models:
            self._asked.add(id(figure))
            self._background.run(lambda: figure.phases, lambda frames: self._ask(figure, frames))
        return None

    def _ask(self, figure: Figure, frames: object) -> None:
        """Run DeepPhase on its inputs (T, 132)."""
        if isinstance(frames, Exception):
            raise frames
        assert isinstance(frames, np.ndarray)
        self._bridge.bulk(
            MODEL,
            {"frame": frames},
            lambda result: self._take(figure, result),
            on_failure=lambda failure: self._keep(figure, sentence(failure.message)),
        )

    def _take(self, figure: Figure, result: Result) -> None:
        try:
            self._keep(figure, PhaseSeries(result.outputs["phase"], figure.frame_time))
        except PhaseError as error:
            self._keep(figure, sentence(error))

    def _keep(self, figure: Figure, found: PhaseSeries | str) -> None:
        self._asked.discard(id(figure))
        self._series[id(figure)] = figure, found
        self.changed.emit()

    def _match(self, a: Figure, b: Figure, own: PhaseSeries, other: PhaseSeries) -> None:
        key = id(a), id(b)
        if key in self._asked:
            return
        self._asked.add(key)

        def take(made: object) -> None:
            self._asked.discard(key)
            if isinstance(made, Exception):
                raise made
            assert isinstance(made, Moments)
            self._found[key] = a, b, made
            self.changed.emit()

        self._background.run(lambda: by_phase(own, other), take)

    def _forget(self, model: str) -> None:
        """Another network reads from now on."""
        if model == MODEL:
            self._series.clear()
            self._found.clear()
            self.changed.emit()
