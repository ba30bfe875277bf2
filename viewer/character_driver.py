"""The character as a driver of the transport: commands to the worker's jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .bridge import Bridge

if TYPE_CHECKING:
    from .character_record import Record

JOB, BESIDE_JOB = "character", "character.beside"


class CharacterDriver:
    """Sends each command to the character and to the one beside it, if there is one.

    While a remembered frame is being fetched, of those asked for meanwhile only the last is
    fetched next: dragging the playhead asks for one at a time. Playing from a remembered frame,
    ``past``, replays what follows; to go on from it in another way is ``ResumeFrom``.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.record: Record | None = None
        self.past: int | None = None
        self._fetching = False
        self._wanted: int | None = None

    def begin(self, record: Record) -> None:
        """Another character is there."""
        self.record, self.past = record, None
        self._fetching, self._wanted = False, None

    def send(self, command: object) -> None:
        """A command of ``character.commands`` to both."""
        self._bridge.command(JOB, command)
        self._bridge.command(BESIDE_JOB, command)

    def play(self) -> None:
        from character.commands import Replay, Start

        self.send(Start() if self.past is None else Replay(self.past))

    def pause(self) -> None:
        from character.commands import Pause

        self.send(Pause())

    def step(self) -> None:
        from character.commands import StepOnce

        self.send(StepOnce())

    def set_speed(self, speed: float) -> None:
        from character.commands import SetSpeed

        self.send(SetSpeed(speed))

    def show(self, frame: int) -> None:
        if self.record is not None:
            self._wanted = self.record.first + frame
            if not self._fetching:
                self._fetch()

    def fetched(self) -> None:
        """The frame asked for is here, or cannot be had."""
        self._fetching = False
        if self._wanted is not None:
            self._fetch()

    def _fetch(self) -> None:
        from character.commands import Rewind

        assert self._wanted is not None
        self._fetching = True
        self.send(Rewind(self._wanted))
        self._wanted = None
