"""DeepPhase of frames of the character that nobody asked about while they were on display."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inference.worker.messages import Failure, Result
from viewer.model.record import Record, RestoredTake
from viewer.studio.bridge import Bridge

DEEPPHASE = "deepphase"
_AT_ONCE = 8


class CharacterPhases:
    """Asks in the background; ``filled`` is called when a record knows more."""

    def __init__(self, bridge: Bridge, filled: Callable[[], None]) -> None:
        self._bridge, self._filled, self._busy = bridge, filled, False

    def fill(self, record: Record) -> None:
        """Ask about a few frames that were passed over while the machine was busy."""
        if self._busy:
            return
        frames = record.gaps(_AT_ONCE)
        inputs = [record.phase_frame(frame) for frame in frames.tolist()]
        known = [n for n, row in enumerate(inputs) if row is not None]
        self._ask(record, frames[known], np.array([inputs[n] for n in known]))

    def restore(self, record: Record, take: RestoredTake) -> None:
        """Ask about all frames of a take that ``record`` has taken over."""
        frames = np.arange(take.first, take.first + len(take.rows))
        self._ask(record, frames, take.phase_inputs)

    def _ask(self, record: Record, frames: np.ndarray, inputs: np.ndarray) -> None:
        if not len(frames) or DEEPPHASE not in self._bridge.models:
            return

        def note(result: Result) -> None:
            self._busy = False
            record.note_phases(frames, result.outputs["phase"])
            self._filled()

        def give_up(failure: Failure) -> None:
            self._busy = False

        self._busy = True
        self._bridge.bulk(DEEPPHASE, {"frame": inputs}, note, on_failure=give_up)
