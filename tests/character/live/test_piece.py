"""Takes in pieces, on the real simulation: joined they are the take kept whole, to the bit."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.deeds import PushNow, SetFriction, SetGravity, StartAt
from character.live.commands import (
    Forget,
    KeepPiece,
    KeepTake,
    Pause,
    RemoveBox,
    Replay,
    Reset,
    RestoreTake,
    ResumeFrom,
    Rewind,
    Start,
    SwapPolicy,
    ThrowBox,
)
from character.live.job import LiveCharacter
from character.live.messages import CharacterFrame, PieceKept, TakeKept
from character.live.piece import MOST_ROWS, Mark, Piece
from character.live.stored import TakeError
from character.live.take import Take
from character.reference import ReferenceClip
from tests.character.acting import RUN, eventful, go, job, same, tell


def piece(live: LiveCharacter, since: Mark | None = None) -> Piece:
    """A piece as a journal has it: through a file's bytes."""
    message = live.handle(KeepPiece(since), RUN)
    assert isinstance(message, PieceKept)
    return Piece.from_bytes(message.piece.to_bytes(), "piece.npz")


def whole(live: LiveCharacter) -> Take:
    message = live.handle(KeepTake(), RUN)
    assert isinstance(message, TakeKept)
    return message.take


def equal(joined: Take, kept: Take) -> bool:
    """Whether two takes are the same, byte for byte, also as files."""
    assert (joined.first, joined.entries) == (kept.first, kept.entries)
    assert joined.rows.tobytes() == kept.rows.tobytes()
    return joined.to_bytes() == kept.to_bytes()


class Journal:
    """Asks for pieces and keeps those that say something new."""

    def __init__(self, live: LiveCharacter) -> None:
        self.live = live
        self.pieces: list[Piece] = []

    @property
    def mark(self) -> Mark | None:
        return self.pieces[-1].mark if self.pieces else None

    def keep(self) -> None:
        """All that has come since."""
        more = True
        while more:
            new = piece(self.live, self.mark)
            assert new.follows(self.pieces[-1] if self.pieces else None)
            more = new.more
            self.pieces += [] if new.empty else [new]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_done_the_pieces_join_to_the_take(standing: ReferenceClip, seed: int) -> None:
    """Commands drawn at random, on a memory that forgets; pieces asked for at random moments."""
    draw = np.random.default_rng(seed)
    live = job(standing, memory_seconds=float(draw.choice([1.5, 4.0, 60.0])))
    journal, kept = Journal(live), [whole(live)]
    sitting = replace(standing, name="sitting", times=standing.times * 2)

    def frame() -> int:
        memory = live.opening().memory
        return int(draw.integers(memory.first, memory.last + 1))

    commands: list[Callable[[], object]] = [
        lambda: PushNow(tuple(draw.normal(0, 120, 3)), float(draw.uniform(0.01, 5)), "chest"),
        lambda: ThrowBox(side=float(draw.choice([0.2, 0.3])), direction=float(draw.uniform(0, 6))),
        RemoveBox,
        lambda: SetFriction(float(draw.uniform(0, 2))),
        lambda: SetGravity(float(draw.uniform(2, 12))),
        lambda: StartAt(float(draw.uniform(0, 3))),
        lambda: SwapPolicy(str(draw.choice(["actor", "other", "still"]))),
        lambda: SwapPolicy("other", replace(sitting, poses=sitting.poses.copy())),
        lambda: Rewind(frame()),
        lambda: ResumeFrom(frame()),
        lambda: ResumeFrom(frame()),
        lambda: Replay(frame()),
        lambda: RestoreTake(kept[int(draw.integers(len(kept)))]),
        lambda: Forget() if draw.random() < 0.2 else Pause(),
        Start,
        Reset,
    ]
    for _ in range(150):
        live.handle(commands[int(draw.integers(len(commands)))](), RUN)
        for _ in range(int(draw.integers(0, 6))):
            assert isinstance(live.step(RUN), CharacterFrame)
        if draw.random() < 0.4:
            journal.keep()
            assert equal(Take.join(journal.pieces), whole(live))
        if draw.random() < 0.1:
            kept.append(whole(live))
    assert len(journal.pieces) > 20


def test_a_joined_take_goes_on_to_the_bit(standing: ReferenceClip) -> None:
    live = job(standing)
    journal = Journal(live)
    eventful(live)
    journal.keep()
    tell(live, ResumeFrom(30))
    tell(live, PushNow((0.0, 0.0, 90.0)))
    go(live, 20)
    journal.keep()
    assert journal.pieces[-1].after == 30 and journal.pieces[-1].begin == 31
    other = job(standing)
    tell(other, RestoreTake(Take.join(journal.pieces)))
    tell(other, Replay())
    assert all(frame.exact for frame in go(other, 50))
    tell(live, Pause())
    assert all(same(a, b) for a, b in zip(go(live, 20), go(other, 20), strict=True))


def test_what_a_paused_character_is_told_is_a_piece_too(standing: ReferenceClip) -> None:
    live = job(standing)
    journal = Journal(live)
    go(live, 5)
    journal.keep()
    tell(live, SetFriction(0.3))
    tell(live, SetFriction(0.4))
    journal.keep()
    assert [len(p.rows) for p in journal.pieces] == [6, 0]
    assert Take.join(journal.pieces).entries == whole(live).entries
    tell(live, Rewind(2))
    journal.keep()
    assert len(journal.pieces) == 2 and piece(live, journal.mark).empty


def test_a_piece_is_bounded_and_says_that_there_is_more(standing: ReferenceClip) -> None:
    live = job(standing)
    go(live, MOST_ROWS + 100)
    first = piece(live)
    assert len(first.rows) == MOST_ROWS and first.more and first.mark.frame == MOST_ROWS - 1
    assert Take.join([first]).frames == (0, MOST_ROWS - 1)
    tell(live, ResumeFrom(MOST_ROWS - 50))
    second = piece(live, first.mark)
    assert not second.more and second.after == MOST_ROWS - 50 and len(second.rows) == 0
    assert equal(Take.join([first, second]), whole(live))


def test_a_piece_of_another_memory_begins_anew(standing: ReferenceClip) -> None:
    live, other = job(standing), job(standing)
    go(live, 5)
    go(other, 9)
    mark = piece(live).mark
    assert piece(other, mark).since is None and len(piece(other, mark).rows) == 10
    tell(live, RestoreTake(whole(other)))
    again = piece(live, mark)
    assert again.since is None and Take.join([piece(live), again]).frames == (0, 9)


def test_after_a_crash_the_pieces_that_are_whole_join(standing: ReferenceClip) -> None:
    live = job(standing)
    journal, takes = Journal(live), []
    for _ in range(4):
        go(live, 7)
        tell(live, PushNow((0.0, 0.0, 60.0)))
        journal.keep()
        takes.append(whole(live))
    files = [p.to_bytes() for p in journal.pieces]
    for size in (0, 100, len(files[3]) // 2, len(files[3]) - 1):
        with pytest.raises(TakeError, match=r"^3\.npz: "):
            Piece.from_bytes(files[3][:size], "3.npz")
    assert equal(Take.join(journal.pieces[:3]), takes[2])
    with pytest.raises(TakeError, match="after frame 7 is missing"):
        Take.join([journal.pieces[0], *journal.pieces[2:]])
    with pytest.raises(TakeError, match="no first piece"):
        Take.join(journal.pieces[1:])
    with pytest.raises(TakeError, match="no first piece"):
        Take.join([])


Change = Callable[[dict[str, Any], dict[str, Any]], object]
CHANGES: dict[str, tuple[Change, str]] = {
    "schema": (lambda a, _: a.update(schema="stridescope.take"), "not a piece: its schema"),
    "version": (lambda a, _: a.update(version=9), "version 9, expected 2"),
    "no mark": (lambda _, b: b.pop("mark"), "'mark' is not there"),
    "mark": (lambda _, b: b["mark"].pop(), "a mark is not a line, a revision"),
    "after": (lambda _, b: b.update(after=7), "do not go on from those before"),
    "first": (lambda _, b: b.update(first=-1), "'first' is not a whole number"),
    "begin": (lambda _, b: b.update(first=9), "do not go on from those before"),
    "last": (lambda _, b: b.update(last=2), "ends after the last frame"),
    "roles": (lambda _, b: b["mark"].__setitem__(3, 5), "policies are not those of its mark"),
    "role": (lambda a, _: a["role"].fill(1), "names a policy that is not there"),
    "order": (lambda _, b: b["entries"].reverse(), "out of order"),
    "late": (lambda _, b: b["entries"][-1].__setitem__(0, 99), "deeds are not of its frames"),
    "number": (lambda _, b: b["entries"][-1].__setitem__(0, "x"), "not a whole take: ValueError"),
    "finite": (lambda a, _: a["physics"].fill(np.nan), "numbers that are not finite"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_no_piece_is_refused_in_a_sentence(standing: ReferenceClip, name: str) -> None:
    live = job(standing)
    tell(live, SetGravity(5.0))
    go(live, 4)
    tell(live, SetFriction(0.4))
    with np.load(BytesIO(piece(live).to_bytes())) as stored:
        arrays: dict[str, Any] = dict(stored)
    about = json.loads(str(arrays["about"]))
    change, sentence = CHANGES[name]
    change(arrays, about)
    file = BytesIO()
    np.savez(file, **arrays | {"about": json.dumps(about)})
    with pytest.raises(TakeError, match=sentence) as refused:
        Piece.from_bytes(file.getvalue(), "p.npz")
    assert str(refused.value).startswith("p.npz: ") and "\n" not in str(refused.value)


def test_a_piece_of_too_many_frames_is_refused(standing: ReferenceClip) -> None:
    live = job(standing)
    go(live, 3)
    found = piece(live)
    mark = replace(found.mark, frame=MOST_ROWS)
    rows = np.repeat(found.rows[:1], MOST_ROWS + 1)
    long = replace(found, mark=mark, last=mark.frame, rows=rows)
    with pytest.raises(TakeError, match="601 frames, expected at most 600"):
        Piece.from_bytes(long.to_bytes(), "p.npz")
