"""Takes in pieces: what has come to a memory since it was last asked. No MuJoCo.

Pieces that follow on each other join to the take that the memory would give whole: of frames
that were resumed from and simulated anew the later piece says from where on it replaces them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from io import BytesIO
from secrets import token_hex
from typing import Any

import numpy as np

from character.deeds import Entry
from character.drive.state import SkillName

from .memory import NO_FRAME
from .role import Role
from .stored import Stored, TakeError, open_arrays, to_arrays

MOST_ROWS = 600
"""Frames of a piece, 20 s: 1.9 MB."""
SCHEMA, VERSION = "stridescope.piece", 2
_READ = (1, VERSION)


@dataclass(frozen=True)
class Mark:
    """How far a memory has been given away.

    line: the memory, by a name of its own. revision: how often it had been changed. frame: the
    last one given. roles: how many were known.
    """

    line: str
    revision: int
    frame: int
    roles: int


@dataclass(frozen=True, eq=False)
class Piece:
    """What a memory holds beyond the mark ``since``; None: beyond nothing.

    mark: how far it reaches. first, last: the frames that were remembered; a piece holds at most
    MOST_ROWS, so ask again while there is ``more``. after: the frame that rows and entries go on
    from; what was given of later frames, and of deeds at this one, holds no more. rows (N,):
    ``memory.ROW`` of the N frames up to ``mark.frame``. entries: deeds from ``after`` on.
    roles: those that are new. skills: all that a driver's mind tells of.
    """

    since: Mark | None
    mark: Mark
    first: int
    last: int
    after: int
    rows: np.ndarray
    entries: tuple[Entry, ...]
    roles: tuple[Role, ...]
    skills: tuple[SkillName, ...] = ()

    @property
    def begin(self) -> int:
        """The frame of its first row."""
        return self.mark.frame - len(self.rows) + 1

    @property
    def empty(self) -> bool:
        """Whether nothing has changed since the mark."""
        return self.since == self.mark

    @property
    def more(self) -> bool:
        """Whether newer frames are left for a next piece."""
        return self.mark.frame < self.last

    def follows(self, before: Piece | None) -> bool:
        """Whether it can be joined to ``before`` and all that came before that."""
        if self.since is None or before is None:
            return self.since is None
        return before.mark == self.since and before.first <= self.first

    def to_bytes(self) -> bytes:
        """The piece as an NPZ file."""
        about = {
            "since": self.since and astuple(self.since),
            "mark": astuple(self.mark),
            "first": self.first,
            "last": self.last,
            "after": self.after,
        }
        file = BytesIO()
        arrays = to_arrays(SCHEMA, VERSION, about, self.rows, self.entries, self.roles, self.skills)
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    @staticmethod
    def from_bytes(data: bytes, name: str) -> Piece:
        """Reads what ``to_bytes`` gave, whole; ``name`` stands in a TakeError."""
        arrays = open_arrays(BytesIO(data), SCHEMA, name)
        version = arrays.get("version", np.zeros(()))
        if version.tolist() not in _READ:
            raise TakeError(f"{name}: version {version}, expected {VERSION}.")
        stored = Stored(arrays, name)
        since, mark = (_mark(stored.about.get(what), name) for what in ("since", "mark"))
        if mark is None:
            raise TakeError(f"{name}: 'mark' is not there.")
        first, last = stored.number("first"), stored.number("last")
        piece = Piece(
            since, mark, first, last, stored.number("after", NO_FRAME),
            stored.rows, stored.entries, stored.roles, stored.skills,
        )  # fmt: skip
        stored.check(mark.roles)
        if wrong := _wrong(piece):
            raise TakeError(f"{name}: {wrong}.")
        return piece


def chain(pieces: Sequence[Piece]) -> Sequence[Piece]:
    """The pieces that make up the newest take, from the last one that begins anew.

    Raises TakeError where one is missing.
    """
    start = max((n for n, piece in enumerate(pieces) if piece.since is None), default=len(pieces))
    found = pieces[start:]
    if not found:
        raise TakeError("The take has no first piece.")
    for before, piece in zip(found[:-1], found[1:], strict=True):
        if not piece.follows(before):
            raise TakeError(f"A piece of the take after frame {before.mark.frame} is missing.")
    return found


class Rewrites:
    """From which frame on a memory was written anew since a mark.

    Bounded: of what reaches back behind the oldest frame only the newest is kept.
    """

    def __init__(self) -> None:
        self._line, self._revision = token_hex(8), 0
        self._from: list[tuple[int, int]] = []  # by revision, both rising

    def change(self) -> None:
        """Something was added, or forgotten of the oldest."""
        self._revision += 1

    def rewrite(self, frame: int, first: int) -> None:
        """What came after ``frame`` was forgotten; ``first`` is the oldest frame."""
        self._revision += 1
        kept = [(revision, at) for revision, at in self._from if at < frame]
        behind = sum(at < first for _, at in kept)
        self._from = [*kept[max(behind - 1, 0) :], (self._revision, frame)]

    def mark(self, frame: int, roles: int) -> Mark:
        """The mark of a piece that reaches to ``frame`` and knows so many roles."""
        return Mark(self._line, self._revision, frame, roles)

    def known(self, mark: Mark | None) -> Mark | None:
        """``mark`` if it is of this memory."""
        return mark if mark is not None and mark.line == self._line else None

    def after(self, mark: Mark | None) -> int:
        """The frame that a piece beyond ``mark`` goes on from; NO_FRAME for None."""
        if mark is None:
            return NO_FRAME
        since = (frame for revision, frame in self._from if revision > mark.revision)
        return min(mark.frame, next(since, mark.frame))


def _mark(found: Any, name: str) -> Mark | None:
    if found is None:
        return None
    match found:
        case [str(line), int(revision), int(frame), int(roles)] if (
            revision >= 0 and frame >= 0 and roles >= 1
        ):
            return Mark(line, revision, frame, roles)
    raise TakeError(f"{name}: a mark is not a line, a revision, a frame and a number of roles.")


def _wrong(piece: Piece) -> str:
    """Why the frames and roles of a piece do not go together; empty where they do."""
    known = 0 if piece.since is None else piece.since.roles
    reach = NO_FRAME if piece.since is None else piece.since.frame
    frames = [entry.frame for entry in piece.entries]
    if len(piece.rows) > MOST_ROWS:
        return f"it has {len(piece.rows):,} frames, expected at most {MOST_ROWS}"
    if known + len(piece.roles) != piece.mark.roles:
        return "its policies are not those of its mark"
    if piece.after > reach or piece.begin != max(piece.after + 1, piece.first):
        return "its frames do not go on from those before"
    if piece.mark.frame > piece.last:
        return "it ends after the last frame"
    if frames and (frames[0] < piece.after or frames[-1] > piece.mark.frame):
        return "its deeds are not of its frames"
    return ""
