"""DeepPhase of the frame on stage, asked for with every frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from inference.worker.messages import Priority, Result

from .bridge import Bridge

CHANNEL = "phase.live"
MODEL = "deepphase"


@dataclass(frozen=True)
class PhaseLive:
    """DeepPhase of one displayed frame; times in milliseconds.

    latency: from asking to the answer; compute: the run itself. reference: x and y by the
    reference, when compared with it; reference_ms: what that took on top.
    """

    frame: int
    x: float
    y: float
    latency_ms: float
    compute_ms: float
    engine: str
    reference: tuple[float, float] | None = None
    reference_ms: float = 0.0


class LivePhase(QObject):
    """Asks for rows by the number of their frame; ``told`` hands an answer on."""

    answered = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._newest: PhaseLive | None = None
        self._unsubscribe = bridge.subscribe(CHANNEL, self._take)

    def close(self) -> None:
        self._unsubscribe()

    def ask(self, row: Callable[[], np.ndarray | None], frame: int, compare: bool) -> None:
        """Run DeepPhase on ``row`` (1, 132), where the model is there; None is not run."""
        inputs = row() if MODEL in self._bridge.models else None
        if inputs is not None:
            self._bridge.infer(MODEL, {"frame": inputs}, CHANNEL, Priority.LIVE, frame, compare)

    def forget(self) -> None:
        """Something else is on stage."""
        self._bridge.forget(CHANNEL)

    def pop(self, first: int) -> PhaseLive | None:
        """The newest answer, once; its frame counted from ``first``."""
        live, self._newest = self._newest, None
        return None if live is None else replace(live, frame=max(live.frame - first, 0))

    def _take(self, result: Result) -> None:
        x, y = result.outputs["phase"][0]
        latency, compute = result.latency * 1e3, result.duration * 1e3
        frame = int(str(result.request.context))
        live = PhaseLive(frame, float(x), float(y), latency, compute, result.engine)
        if result.reference is not None:
            rx, ry = result.reference["phase"][0]
            took = result.reference_duration * 1e3
            live = replace(live, reference=(float(rx), float(ry)), reference_ms=took)
        self._newest = live
        self.answered.emit()
