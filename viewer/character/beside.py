"""The second character, which stands beside the first under the same pushes."""

from __future__ import annotations

from typing import Any

from character.deeds import SetFriction, SetGravity
from character.live.commands import Reset, RestoreTake, Rewind, SetSpeed, Start
from character.live.messages import CharacterFrame, CharacterStopped, PieceKept, TakeKept
from character.live.take import Take
from viewer.model.language import tr
from viewer.model.policies import NOBODY
from viewer.stage.stage import Stage
from viewer.workbench import Workbench

from .cast import CharacterCast
from .driver import BESIDE_JOB, CharacterDriver
from .maker import Made
from .state import CharacterState
from .takes import CharacterTakes


class CharacterBeside:
    """Attaches it to the worker and shows what it tells beside the first."""

    def __init__(
        self,
        bench: Workbench,
        stage: Stage | None,
        state: CharacterState,
        driver: CharacterDriver,
        cast: CharacterCast,
        takes: CharacterTakes,
    ) -> None:
        self._bench, self._stage, self._state = bench, stage, state
        self._driver, self._cast, self._takes = driver, cast, takes

    def begin(self, made: Made) -> None:
        """Both start anew, in the same world, and go on if the first one did."""
        frame = self._state.frame
        if frame is None:
            return
        self._attach(made)
        self._send(SetFriction(frame.settings.friction), SetGravity(frame.settings.gravity))
        self._driver.send(Reset(), *([Start()] if frame.running else []))

    def restore(self, made: Made, take: Take, shown: int | None) -> None:
        """It remembers ``take`` and holds still at frame ``shown``, or the last."""
        if self._state.frame is not None:
            self._attach(made)
            self._send(RestoreTake(take), *([] if shown is None else [Rewind(shown)]))

    def end(self) -> None:
        """Nobody stands there any more."""
        self._bench.bridge.detach(BESIDE_JOB)
        self._takes.lose(BESIDE_JOB)
        if self._state.figure is not None:
            self._state.figure.beside = None
            self._state.refresh()

    def _attach(self, made: Made) -> None:
        state = self._state
        assert state.frame is not None and state.figure is not None
        self._bench.bridge.attach(BESIDE_JOB, made.live, self._heed, self._fail)
        self._send(SetSpeed(state.frame.settings.speed))
        if self._stage is not None and state.on_stage:
            state.figure.beside = made.opening
            self._stage.frame_all(state.figure.reach(0))

    def _send(self, *commands: object) -> None:
        for command in commands:
            self._bench.bridge.command(BESIDE_JOB, command)

    def _heed(self, messages: list[Any]) -> None:
        """What it told; moving, it is seen with the other's next picture."""
        figure = self._state.figure
        for message in messages:
            if isinstance(message, TakeKept | PieceKept):
                self._takes.keep(message, BESIDE_JOB)
                continue
            if isinstance(message, CharacterStopped):
                title = self._cast.title(message.frame.policy)
                self._bench.studio.notify(
                    "error",
                    tr("{title}, beside: {sentence}", title=title, sentence=message.sentence),
                )
            if figure is not None:
                frame = message if isinstance(message, CharacterFrame) else message.frame
                self._driver.heed(frame, beside=True)
                figure.beside = frame
        beside = figure.beside if figure is not None else None
        if beside is not None and not beside.running:
            self._state.refresh()

    def _fail(self, sentence: str) -> None:
        self._bench.studio.notify("error", sentence)
        self._cast.note_beside(NOBODY)
        self.end()
