"""DeepPhase of the frame on stage, asked for with every frame."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.worker.messages import Priority, Result
from viewer.model.figure import Figure, LiveFigure

from .bridge import Bridge

CHANNEL = "phase.live"
MODEL = "deepphase"
BESIDE = f"{MODEL}_beside"
"""The DeepPhase of one's own that is compared with it, where there is one."""


@dataclass(frozen=True)
class PhaseLive:
    """DeepPhase of one displayed frame; times in milliseconds.

    latency: from asking to the answer; compute: the run itself. reference: x and y by the
    reference, when compared with it; reference_ms: what that took on top. network_s: seconds of
    the run on the way to a server and back.
    """

    frame: int
    x: float
    y: float
    latency_ms: float
    compute_ms: float
    engine: str
    reference: tuple[float, float] | None = None
    reference_ms: float = 0.0
    network_s: float = 0.0


class LivePhase(QObject):
    """``answered`` tells of an answer to ``pop``, ``ready`` that the network is there."""

    answered, ready = Signal(), Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._newest: PhaseLive | None = None
        self._unsubscribe = bridge.subscribe(CHANNEL, self._take)
        bridge.model_loaded.connect(self._note_model)

    def close(self) -> None:
        self._unsubscribe()

    def ask(self, figure: Figure | LiveFigure | None, frame: int, compare: bool) -> None:
        """Run DeepPhase on a frame of ``figure``, where both are there and know it."""
        if figure is None or MODEL not in self._bridge.models:
            return
        row = figure.phase_frame(frame)
        if row is not None:
            inputs, number = {"frame": np.ascontiguousarray(row[None])}, frame + figure.first
            self._bridge.infer(MODEL, inputs, CHANNEL, Priority.LIVE, number, compare)

    def forget(self) -> None:
        """Something else is on stage."""
        self._bridge.forget(CHANNEL)

    def pop(self, first: int) -> PhaseLive | None:
        """The newest answer, once; its frame counted from ``first``."""
        live, self._newest = self._newest, None
        return None if live is None else replace(live, frame=max(live.frame - first, 0))

    def _note_model(self, model: str) -> None:
        if model == MODEL:
            self.ready.emit()

    def _take(self, result: Result) -> None:
        x, y = result.outputs["phase"][0]
        latency, compute = result.latency * 1e3, result.duration * 1e3
        frame = int(str(result.request.context))
        live = PhaseLive(
            frame, float(x), float(y), latency, compute, result.engine, network_s=result.network_s
        )
        if result.reference is not None:
            rx, ry = result.reference["phase"][0]
            took = result.reference_duration * 1e3
            live = replace(live, reference=(float(rx), float(ry)), reference_ms=took)
        self._newest = live
        self.answered.emit()
