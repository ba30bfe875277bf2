"""The second character, which stands beside the first under the same pushes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from viewer.stage.stage import Stage
from viewer.workbench import Workbench

from .driver import BESIDE_JOB
from .maker import Made
from .panel import NOBODY

if TYPE_CHECKING:
    from character.live.take import Take

    from .control import CharacterControl


class CharacterBeside:
    """Attaches it to the worker and shows what it tells beside ``control``'s own."""

    def __init__(self, bench: Workbench, control: CharacterControl, stage: Stage | None) -> None:
        self._bench, self._control, self._stage = bench, control, stage

    def begin(self, made: Made) -> None:
        """Both start anew, in the same world, and go on if the first one did."""
        from character.deeds import SetFriction, SetGravity
        from character.live.commands import Reset, Start

        frame = self._control.frame
        if frame is None:
            return
        self._attach(made)
        self._send(SetFriction(frame.settings.friction), SetGravity(frame.settings.gravity))
        self._control.send(Reset(), *([Start()] if frame.running else []))

    def restore(self, made: Made, take: Take, shown: int | None) -> None:
        """It remembers ``take`` and holds still at frame ``shown``, or the last."""
        from character.live.commands import RestoreTake, Rewind

        if self._control.frame is not None:
            self._attach(made)
            self._send(RestoreTake(take), *([] if shown is None else [Rewind(shown)]))

    def end(self) -> None:
        self._bench.bridge.detach(BESIDE_JOB)
        self._control.takes.lose(BESIDE_JOB)
        if self._control.figure is not None:
            self._control.figure.beside = None
            self._control.refresh()

    def _attach(self, made: Made) -> None:
        from character.live.commands import SetSpeed

        control = self._control
        assert control.frame is not None and control.figure is not None
        self._bench.bridge.attach(BESIDE_JOB, made.live, self._take, self._fail)
        self._send(SetSpeed(control.frame.settings.speed))
        if self._stage is not None and control.on_stage:
            control.figure.beside = made.opening
            self._stage.frame_all(control.figure.reach(0))

    def _send(self, *commands: object) -> None:
        for command in commands:
            self._bench.bridge.command(BESIDE_JOB, command)

    def _take(self, messages: list[Any]) -> None:
        """What it told; moving, it is seen with the other's next picture."""
        from character.live.messages import CharacterFrame, CharacterStopped, TakeKept

        control = self._control
        for message in messages:
            if isinstance(message, TakeKept):
                control.takes.keep(message.take, BESIDE_JOB)
                continue
            if isinstance(message, CharacterStopped):
                title = control.cast.title(message.frame.policy)
                self._bench.studio.notify("error", f"{title}, beside: {message.sentence}")
            if control.figure is not None:
                frame = message if isinstance(message, CharacterFrame) else message.frame
                control.driver.heed(frame, beside=True)
                control.figure.beside = frame
        beside = control.figure.beside if control.figure is not None else None
        if beside is not None and not beside.running:
            control.refresh()

    def _fail(self, sentence: str) -> None:
        self._bench.studio.notify("error", sentence)
        self._control.cast.choose_beside(NOBODY)
