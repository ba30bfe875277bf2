"""The characters of a session: what they remember asked for, and put back on the stage."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from character.live.commands import Rewind
from character.live.messages import CharacterFrame
from character.live.piece import Mark, Piece
from character.live.take import Take
from viewer.model.policies import NOBODY, Policy
from viewer.model.record import RestoredTake
from viewer.model.repertoire import recast_skills
from viewer.model.session import KeptTake, Session
from viewer.model.session_file import ShownTakes
from viewer.model.session_opened import OpenedSession, TakeAndRows
from viewer.workbench import Workbench

from .beside import CharacterBeside
from .cast import CharacterCast
from .driver import BESIDE_JOB, JOB, CharacterDriver
from .maker import Made, make_for
from .state import CharacterState
from .takes import CharacterTakes

T = TypeVar("T")
Marks = tuple[Mark | None, Mark | None]
Pieces = tuple[Piece | None, Piece | None]
Remade = tuple[Made, Take, RestoredTake]


class CharacterSession:
    """What a session holds of the characters, and how they come back.

    begin_with: puts a character on stage that remembers a take.
    """

    def __init__(
        self,
        bench: Workbench,
        state: CharacterState,
        driver: CharacterDriver,
        cast: CharacterCast,
        takes: CharacterTakes,
        beside: CharacterBeside,
        begin_with: Callable[[Made, Take, RestoredTake], None],
    ) -> None:
        self._bench, self._state, self._driver = bench, state, driver
        self._cast, self._takes, self._beside = cast, takes, beside
        self._begin_with = begin_with

    def adopt(self, policies: Iterable[Policy]) -> dict[str, Policy]:
        """Policies of a session as they can be ours, by the names that it has for them."""
        return {policy.model: self._cast.adopt(policy) for policy in policies}

    def ask_takes(self, receive: Callable[[ShownTakes | None], None]) -> None:
        """What the character and the one beside it remember, with the frames on display.

        None where one went away before it answered.
        """
        shown = {job: _shown(frame) for job, frame in self._frames().items()}

        def put_together(found: dict[str, Take]) -> None:
            takes = {job: (take, shown[job]) for job, take in found.items()}
            receive((takes.get(JOB), takes.get(BESIDE_JOB)))

        def ask(job: str, keep: Callable[[Take | None], None]) -> None:
            self._takes.ask(keep, job)

        _gather(ask, list(shown), put_together, lambda: receive(None))

    def ask_pieces(self, since: Marks, receive: Callable[[Pieces | None], None]) -> None:
        """What has come to both since these marks, None in place of one that is not there.

        None where one went away before it answered.
        """
        marks = {JOB: since[0], BESIDE_JOB: since[1]}

        def ask(job: str, keep: Callable[[Piece | None], None]) -> None:
            self._takes.ask_piece(keep, marks[job], job)

        def put_together(found: dict[str, Piece]) -> None:
            receive((found.get(JOB), found.get(BESIDE_JOB)))

        _gather(ask, list(self._frames()), put_together, lambda: receive(None))

    def _frames(self) -> dict[str, CharacterFrame]:
        """What is on display of those that are there, by job."""
        figure = self._state.figure
        frames = {JOB: figure.frame, BESIDE_JOB: figure.beside} if figure is not None else {}
        return {job: frame for job, frame in frames.items() if frame is not None}

    def remake(
        self, opened: OpenedSession, policies: Mapping[str, Policy]
    ) -> tuple[Remade | None, Remade | None]:
        """Characters for the takes of ``opened``, the second to stand beside; a tenth of a second.

        On any thread. policies: ours by the names of the session. Raises Unfit.
        """
        names = {old: policy.model for old, policy in policies.items()}
        critics = {old: policy.critic_model for old, policy in policies.items()}
        now = self._bench.store.document.cast
        skills = recast_skills(opened.session.document.cast.skills, policies) or now.skills
        ours = {p.model: p for p in (*now.policies, *policies.values())}

        def remade(found: TakeAndRows | None) -> Remade | None:
            if found is None:
                return None
            take = found[0].recast(names, critics)
            return make_for(self._bench.bridge, take, skills, ours), take, found[1]

        return remade(opened.take), remade(opened.beside_take)

    def restore(
        self,
        session: Session,
        remade: tuple[Remade | None, Remade | None],
        policies: Mapping[str, Policy],
    ) -> None:
        """Put those that remember takes on stage, holding still at the frames that were shown."""
        first, second = remade
        if first is None:
            return
        self._cast.note_beside(NOBODY)
        self._beside.end()
        self._begin_with(*first)
        if (shown := _at(session.take, first[1])) is not None:
            self._driver.send(Rewind(shown))
        beside = policies.get(session.document.cast.beside)
        if second is not None and beside is not None:
            self._cast.note_beside(beside.model)
            self._beside.restore(second[0], second[1], _at(session.beside_take, second[1]))


def _gather(
    ask: Callable[[str, Callable[[T | None], None]], None],
    jobs: Sequence[str],
    receive: Callable[[dict[str, T]], None],
    give_up: Callable[[], None],
) -> None:
    """Asks each of ``jobs`` and hands on all answers at once; gives up where one has none."""
    found: dict[str, T | None] = {}

    def keep(job: str, answer: T | None) -> None:
        found[job] = answer
        if len(found) == len(jobs):
            whole = {job: answer for job, answer in found.items() if answer is not None}
            receive(whole) if len(whole) == len(jobs) else give_up()

    for job in jobs:
        ask(job, partial(keep, job))
    if not jobs:
        receive({})


def _shown(frame: CharacterFrame) -> int | None:
    """The remembered frame that is on display; None for the newest."""
    return frame.frame if frame.shown or frame.replaying else None


def _at(kept: KeptTake | None, take: Take) -> int | None:
    first, last = take.frames
    shown = kept.shown if kept is not None else None
    return shown if shown is not None and first <= shown <= last else None
