"""What is looked into: the network of the phase, and its input from what is on stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from inference.models import MODELS
from inference.worker.messages import ModelFailed, ModelUnloaded
from motion.features import FPS, phase_frames
from viewer.model.figure import Figure, LiveFigure
from viewer.model.language import tr
from viewer.studio.live_phase import BESIDE, MODEL
from viewer.workbench import Workbench

from .newest import Newest

if TYPE_CHECKING:
    from inference.graph import Model

NETWORKS = (MODEL, BESIDE)
SETTLE_MS = 150
LIVE_MS = 1000
"""How often a character's memory is looked at anew."""


class Specimen(QObject):
    """Network and frames, read in the background while ``active``, and not otherwise.

    network: which of ``NETWORKS`` it is. model: as its file holds it, None until that is read.
    frames: (T, 132), of a character what it remembers; None where there are none. problem: why
    there is nothing to look into; "" for none.
    ``changed`` tells that any of these is another.
    """

    changed = Signal()

    def __init__(self, bench: Workbench, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self.network = MODEL
        self.model: Model | None = None
        self.frames: np.ndarray | None = None
        self.frame_time = 1 / FPS
        self.problem = ""
        self.active = False
        self._failure = ""
        self._character: LiveFigure | None = None
        self._reading, self._remembering = Newest(self, "network"), Newest(self, "memory")
        self._settle = QTimer(self, singleShot=True)
        self._settle.timeout.connect(self._look)
        self._live = QTimer(self, singleShot=True, interval=LIVE_MS)
        self._live.timeout.connect(self._look)
        studio, bridge = bench.studio, bench.bridge
        studio.figure_changed.connect(lambda: self._settle.start(SETTLE_MS))
        studio.motion_changed.connect(lambda _: self._settle.start(0))
        studio.source_changed.connect(lambda _: self._settle.start(0))
        studio.restyled_changed.connect(lambda: self._settle.start(SETTLE_MS))
        bridge.model_loaded.connect(self._note_model)
        bridge.happened.connect(self._note_event)

    def close(self) -> None:
        self._settle.stop()
        self._live.stop()
        self._reading.close()
        self._remembering.close()

    @property
    def offered(self) -> tuple[str, ...]:
        """The networks that are here."""
        return tuple(name for name in NETWORKS if name in self._bench.bridge.models)

    def choose(self, network: str) -> None:
        """Look into another of ``NETWORKS``."""
        if network != self.network:
            self.network, self.model, self._failure = network, None, ""
            self._reading.forget()
            self.changed.emit()
            self._look()

    def set_active(self, active: bool) -> None:
        """Whether anyone looks; what changed meanwhile is read once someone does again."""
        self.active = active
        if active:
            self._look()
        else:
            self._live.stop()

    def row(self, frame: int) -> np.ndarray | None:
        """The input (132,) of a frame on stage; None where that is not known."""
        figure = self._bench.studio.figure
        if figure is None or self.problem:
            return None
        try:
            return figure.phase_frame(frame)
        except IndexError:  # the figure is shorter than the one before
            return None

    def pose(self, frame: int) -> np.ndarray | None:
        """The pose (22, 3) of that frame as it stands on stage, metres."""
        figure = self._bench.studio.figure
        return None if figure is None else figure.pose(frame)

    def _note_model(self, model: str) -> None:
        if model == self.network:
            self._failure, self.model = "", None
            self._reading.forget()
            self._settle.start(0)
        if model in NETWORKS:
            self.changed.emit()

    def _note_event(self, event: object) -> None:
        if isinstance(event, ModelFailed) and event.model == self.network:
            self._failure = event.message
            self._settle.start(0)
        elif isinstance(event, ModelUnloaded) and event.model in NETWORKS:
            self.choose(MODEL)
            self.changed.emit()

    def _look(self) -> None:
        """See what is on stage, and read what is not here yet."""
        self._settle.stop()
        if not self.active:
            return
        self._read_model()
        figure = self._bench.studio.figure
        if isinstance(figure, Figure):
            self._character = None
            self._live.stop()
            self._take(self._frames_of(figure), figure.frame_time)
        elif figure is None:
            self._character = None
            self._live.stop()
            self._take(None, 1 / FPS)
        else:
            if figure is not self._character:
                self._character = figure
                self._take(None, 1 / FPS)
            self._remember(figure)
            self._live.start()

    def _frames_of(self, figure: Figure) -> np.ndarray | None:
        """Its frames; those before it, of the same clip, while a style that changes is made."""
        before = self.frames
        making = figure.phases is None and figure is self._bench.studio.restyled
        kept = making and before is not None and len(before) == figure.frame_count
        return before if kept else figure.phases

    def _read_model(self) -> None:
        loaded = self._bench.bridge.models.get(self.network)
        if loaded is None or self.model is not None:
            return
        path = loaded.path

        def read() -> object:
            from inference.onnx.cache import read_cached  # with the first look alone

            return read_cached(path, MODELS[MODEL])

        self._reading.ask(read, self._take_model)

    def _take_model(self, result: object) -> None:
        if isinstance(result, Exception):
            self._failure = str(result)
        else:
            self.model = result  # type: ignore[assignment]
        self._take(self.frames, self.frame_time, told=True)

    def _remember(self, figure: LiveFigure) -> None:
        """The inputs of what the character remembers, motion by motion."""
        parts = figure.remembered()

        def read() -> np.ndarray:
            found = [phase_frames(part, 1 / FPS) for part in parts if len(part)]
            return np.concatenate(found) if found else np.zeros((0, 132), np.float32)

        def take(result: object) -> None:
            if isinstance(result, np.ndarray) and self._character is figure:
                self._take(result, 1 / FPS)

        self._remembering.ask(read, take)

    def _take(self, frames: np.ndarray | None, frame_time: float, told: bool = False) -> None:
        problem = self._why_not(frames)
        told = told or frames is not self.frames or problem != self.problem
        self.frames, self.frame_time, self.problem = frames, frame_time, problem
        if told:
            self.changed.emit()

    def _why_not(self, frames: np.ndarray | None) -> str:
        studio, spec = self._bench.studio, MODELS[MODEL]
        if self._failure:
            return self._failure
        if MODEL not in self._bench.bridge.models:
            if spec.available(self._bench.assets):
                return tr("Loading DeepPhase.")
            return tr(
                "DeepPhase is {status}: {file} is missing.",
                status=tr(spec.status(self._bench.assets)),
                file=spec.file,
            )
        if studio.figure is None:
            return tr("Open a clip to look inside the network.")
        if studio.source == "clip" and studio.motion is not None and studio.motion.not_human:
            return studio.motion.not_human
        if frames is not None and len(frames) == 1 and studio.source != "character":
            return tr("The clip has one frame: there is nothing over time to look at.")
        return ""
