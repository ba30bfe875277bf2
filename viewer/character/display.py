"""What is on display of the character, frame by frame: on the stage, over it, on the timeline."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from character.live.messages import CharacterFrame
from motion.restyling.live import LivePose
from viewer.model.document import Document
from viewer.model.language import tr
from viewer.model.live_restyle_job import LiveContent
from viewer.workbench import Workbench

from .cast import CharacterCast
from .push import StagePush
from .state import CharacterState
from .telling import CharacterTelling
from .words import gets_up, label_text

_SPANS = (300, 600, 1200, 2400, 4500)


class CharacterDisplay(QObject):
    """Shows one frame of the character after the other, and how it looks in a style.

    ``moved`` brings what can be restyled of each frame, a ``LiveContent``, or None: it is not on
    stage, or it fell, and lying has no style. ``wear`` takes what comes of it. push: makes pushes
    of drags, if there is a stage.
    """

    moved = Signal(object)

    def __init__(
        self,
        bench: Workbench,
        state: CharacterState,
        cast: CharacterCast,
        telling: CharacterTelling,
        push: StagePush | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._bench, self._state, self._cast = bench, state, cast
        self._telling, self._push = telling, push
        self._fell_at: int | None = None
        self._content: LiveContent | None = None
        bench.store.changed.connect(self._follow)

    def show(self, frame: CharacterFrame) -> None:
        """Put ``frame`` on display."""
        figure = self._state.figure
        assert figure is not None
        figure.frame = frame
        if frame.fell_at is not None and frame.fell_at != self._fell_at and not frame.shown:
            self._fell_at = frame.fell_at
            if not gets_up(frame):
                text = tr(
                    "The character fell at {fell_at:.2f} s. Backspace resets it.",
                    fell_at=frame.fell_at / 30,
                )
                self._bench.studio.notify("info", text)
        if self._state.on_stage:
            self._label(frame)
            record = figure.record
            count = record.last - record.first + 1
            span = next((n for n in _SPANS if n >= count), frame.memory.capacity)
            at = min(max(frame.frame - record.first, 0), count - 1)
            self._bench.transport.report(at, count, span, frame.running)
            if self._push is not None:
                self._push.follow()
            self._tell(record.content(frame.frame) if frame.fell_at is None else None)
        self._telling.soon()

    def wear(self, pose: LivePose | None) -> None:
        """How the frame on display looks in a style; None: as it is."""
        figure = self._state.figure
        if figure is not None and pose is not figure.styled:
            began = (pose is None) != (figure.styled is None)
            figure.styled = pose
            if began:
                self._label(figure.frame)
            self._state.refresh()

    def leave(self) -> None:
        """It is not on stage any more."""
        self._tell(None)

    def _tell(self, content: LiveContent | None) -> None:
        if content is not None or self._content is not None:
            self._content = content
            self.moved.emit(content)

    def _label(self, frame: CharacterFrame) -> None:
        figure, cast = self._state.figure, self._cast
        assert figure is not None
        beside = cast.title(cast.beside) if figure.beside else ""
        worn = self._bench.store.document.style.worn
        style = (worn.label or tr("another style")) if worn and figure.styled else ""
        label = label_text(frame, cast.title(frame.policy), beside, style)
        self._bench.studio.set_character_label(label)

    def _follow(self, old: Document, new: Document) -> None:
        if old.style.worn is not new.style.worn and self._state.on_stage:
            frame = self._state.frame
            assert frame is not None
            self._label(frame)
