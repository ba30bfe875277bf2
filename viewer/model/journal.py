"""What is written while a person works, so that a crash loses only the last seconds; no Qt.

A journal is a folder that its window holds locked: ``document.stride``, a session without takes,
and the takes of the characters in pieces. A folder that nobody holds is of a window that ended
without closing.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import IO

from character.live.piece import Piece
from character.live.stored import TakeError
from character.live.take import Take
from motion.files import whole_file

from .folder_lock import is_locked, lock_folder
from .record import restored
from .session_opened import OpenedSession, TakeAndRows, open_session

DOCUMENT, LOCK = "document.stride", "lock"
MAX_PIECES = 200
"""Pieces of a take before it begins anew: 13 minutes of a running character."""
_SETTLED_S = 60.0  # a younger folder without a document may be another window's, about to write
MAX_LEFT = 8
"""Journals of ended windows that are kept; of more, the oldest go."""


class Journal:
    """The journal of one window, in a folder of its own below ``root``; for one thread.

    All but ``discard`` raise OSError where the disk is full or nothing can be written.
    """

    def __init__(self, root: Path) -> None:
        self.folder = root / token_hex(8)
        self._lock: IO[str] | None = None
        self._pieces: dict[str, dict[int, Path]] = {}
        self._begun: dict[str, int] = {}
        self._count = 0

    def write(self, document: bytes) -> None:
        """The session, in place of the one before."""
        self._begin()
        with whole_file(self.folder / DOCUMENT) as part:
            part.write_bytes(document)

    def add(self, character: str, piece: Piece) -> None:
        """A piece of the take of ``character``, after those before.

        What a piece begins anew replaces them once it is complete.
        """
        self._begin()
        self._count += 1
        path = self.folder / f"{character}-{self._count:06d}.npz"
        with whole_file(path) as part:
            part.write_bytes(piece.to_bytes())
        if piece.since is None:
            self._begun[character] = self._count
        pieces = {**self._pieces.get(character, {}), self._count: path}
        if not piece.more:
            for number in [n for n in pieces if n < self._begun.get(character, 0)]:
                pieces.pop(number).unlink(missing_ok=True)
        self._pieces[character] = pieces

    def full(self, character: str) -> bool:
        """Whether the next piece should begin anew, lest the journal grow without bound."""
        return len(self._pieces.get(character, {})) >= MAX_PIECES

    def drop(self, character: str) -> None:
        """There is no take of ``character`` any more."""
        for path in self._pieces.pop(character, {}).values():
            path.unlink(missing_ok=True)

    def discard(self) -> None:
        """The window closes: nothing is left to bring back."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _begin(self) -> None:
        if self._lock is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = lock_folder(self.folder, LOCK)


@dataclass(frozen=True)
class Left:
    """A journal whose window ended without closing. saved: when it was written last, epoch s."""

    folder: Path
    saved: float

    def open(self, assets: Path) -> OpenedSession:
        """What was open, with the takes that their pieces make. Raises SessionError."""
        found = open_session(self.folder / DOCUMENT, assets)
        take, beside = (self._take(name) for name in ("character", "beside"))
        return replace(found, take=take, beside_take=beside)

    def discard(self) -> None:
        """Nobody wants it back."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _take(self, character: str) -> TakeAndRows | None:
        """The take of all pieces that are whole; None where there is none."""
        take = joined(sorted(self.folder.glob(f"{character}-*.npz")))
        return None if take is None else (take, restored(take))


def joined(paths: Iterable[Path]) -> Take | None:
    """The take that pieces make, in their order, up to the first that is damaged or missing.

    Where a take began anew and had not come whole, it is the one before.
    """
    chains: list[list[Piece]] = []
    for path in paths:
        try:
            piece = Piece.from_bytes(path.read_bytes(), str(path))
        except (OSError, TakeError, MemoryError):
            break
        if piece.since is None:
            chains.append([piece])
        elif chains and piece.follows(chains[-1][-1]):
            chains[-1].append(piece)
        else:
            break
    whole = [pieces for pieces in chains if not pieces[-1].more]
    with suppress(IndexError, TakeError, ValueError):
        return Take.join((whole or chains)[-1])
    return None


def left_behind(root: Path) -> list[Left]:
    """Journals of windows that ended without closing, the newest first; empty ones are removed."""
    found = []
    with suppress(OSError):
        for folder in root.iterdir():
            if not folder.is_dir() or is_locked(folder, LOCK):
                continue
            with suppress(OSError):
                found.append(Left(folder, (folder / DOCUMENT).stat().st_mtime))
                continue
            with suppress(OSError):
                if time.time() - folder.stat().st_mtime > _SETTLED_S:
                    shutil.rmtree(folder, ignore_errors=True)
    found.sort(key=lambda left: -left.saved)
    for old in found[MAX_LEFT:]:
        old.discard()
    return found[:MAX_LEFT]
