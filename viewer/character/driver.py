"""The character as a driver of the transport: commands to the worker's jobs."""

from __future__ import annotations

from dataclasses import replace

from character.deeds import StartAt
from character.live.commands import Pause, Replay, ResumeFrom, Rewind, SetSpeed, Start, StepOnce
from character.live.messages import CharacterFrame
from viewer.studio.bridge import Bridge

from .state import CharacterState

JOB, BESIDE_JOB = "character", "character.beside"


class CharacterDriver:
    """Sends each command to the character and to the one beside it, if there is one.

    While a remembered frame is being fetched, of those asked for meanwhile only the last is
    fetched next: dragging the playhead asks for one at a time. Playing from a remembered frame
    replays what follows; to go on from it in another way is ``ResumeFrom``. Both count
    their own frames: what stands beside it is ``lead`` behind, as their newest cuts show.
    """

    def __init__(self, bridge: Bridge, state: CharacterState) -> None:
        self._bridge, self._state = bridge, state
        self._fetching = False
        self._wanted: int | None = None
        self._cut = self._cut_beside = self._last_beside = 0

    @property
    def lead(self) -> int:
        """How many frames more the first one counts."""
        return self._cut - self._cut_beside

    def heed(self, frame: CharacterFrame, beside: bool = False) -> None:
        """Note what one of them tells: every cut is done to both."""
        deeds = reversed(frame.memory.entries)
        cut = next((entry.frame for entry in deeds if isinstance(entry.deed, StartAt)), None)
        if beside:
            self._last_beside = frame.memory.last
            self._cut_beside = self._cut_beside if cut is None else cut
        elif cut is not None:
            self._cut = cut

    def begin(self) -> None:
        """Another character is there."""
        self._fetching, self._wanted = False, None

    def send(self, *commands: object) -> None:
        """Commands of ``character.live.commands`` to both."""
        for command in commands:
            self._bridge.command(JOB, command)
            self._bridge.command(BESIDE_JOB, self._for_beside(command))

    def _for_beside(self, command: object) -> object:
        """``command`` by the frames of the one beside it: the nearest that it has."""
        match command:
            case Rewind(frame) | ResumeFrom(frame):
                return replace(command, frame=self._beside(frame))
            case Replay(int(first)):
                return Replay(self._beside(first))
        return command

    def _beside(self, frame: int) -> int:
        return min(max(frame - self.lead, 0), self._last_beside)

    def play(self) -> None:
        past = self._state.past
        self.send(Start() if past is None else Replay(past))

    def pause(self) -> None:
        self.send(Pause())

    def step(self) -> None:
        self.send(StepOnce())

    def set_speed(self, speed: float) -> None:
        self.send(SetSpeed(speed))

    def show(self, frame: int) -> None:
        if self._state.figure is not None:
            self._wanted = self._state.figure.first + frame
            if not self._fetching:
                self._fetch()

    def fetched(self) -> None:
        """The frame asked for is here, or cannot be had."""
        self._fetching = False
        if self._wanted is not None:
            self._fetch()

    def _fetch(self) -> None:
        assert self._wanted is not None
        self._fetching = True
        self.send(Rewind(self._wanted))
        self._wanted = None
