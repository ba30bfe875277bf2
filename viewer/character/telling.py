"""What need not be told of every frame: lanes of the timeline, and what the motion models say."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from viewer.model.language import tr
from viewer.model.record import Record, RestoredTake
from viewer.studio.live_phase import PhaseLive
from viewer.workbench import Workbench

from .lanes import CharacterLanes
from .phases import CharacterPhases
from .state import CharacterState

_EVERY_MS = 250


class CharacterTelling(QObject):
    """Brings lanes and panels up to date, four times a second at most.

    ``phased`` brings what gives DeepPhase (T, 2) and positions (T, 22, 3) of what is remembered,
    ``windowed`` the two seconds (60, 73) up to the playhead, or None, with what to call them.
    """

    phased = Signal(object)
    windowed = Signal(object, str)

    def __init__(self, bench: Workbench, state: CharacterState, parent: QObject) -> None:
        super().__init__(parent)
        self._state = state
        self.lanes = CharacterLanes(bench.timeline)
        self._due = QTimer(self, singleShot=True, interval=_EVERY_MS)
        self._due.timeout.connect(self._tell)
        self._phases = CharacterPhases(bench.bridge, self.soon)
        bench.studio.phase_live.connect(self._note_phase)

    def close(self) -> None:
        self._due.stop()

    def begin(self, record: Record) -> None:
        """What another character tells is recorded there."""
        self.lanes.show(record)

    def soon(self) -> None:
        """There is something new to tell."""
        if not self._due.isActive():
            self._due.start()

    def restore(self, record: Record, take: RestoredTake) -> None:
        """``record`` holds a take that was opened."""
        self._phases.restore(record, take)

    def _tell(self) -> None:
        self.lanes.refresh()
        if self._state.on_stage and self._state.figure is not None:
            record, frame = self._state.figure.record, self._state.figure.frame
            self.phased.emit(record.phase_motion)
            self.windowed.emit(
                record.window(frame.frame), tr("character at {time:.1f} s", time=frame.time)
            )
            self._phases.fill(record)

    def _note_phase(self, live: PhaseLive) -> None:
        if self._state.on_stage and self._state.figure is not None:
            record = self._state.figure.record
            record.note_phase(record.first + live.frame, live.x, live.y)
