"""Autosave: a journal of the window, written in the background a few seconds after a change."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer

from motion.files import CannotWrite
from viewer.model.language import tr
from viewer.model.notice import Notice
from viewer.model.session import Session
from viewer.studio.store import DocumentStore
from viewer.ui.background import Background

if TYPE_CHECKING:  # reading sessions and takes is loaded after the first picture
    from character.live.piece import Mark, Piece
    from viewer.model.journal import Left
    from viewer.model.session_opened import OpenedSession

PAUSE_MS, PIECE_MS = 2000, 4000
NOT_KEPT = tr("Autosave does not work: {} What you do now is lost if the program is killed.")
BRING_BACK = tr("Stridescope ended without closing. What was open at {} can be brought back.")


Pieces = tuple["Piece | None", "Piece | None"]
Marks = tuple["Mark | None", "Mark | None"]
NAMES = ("character", "beside")


class PieceSource(Protocol):
    """Asks for what has come to both characters since these marks; None: one went away."""

    def __call__(self, since: Marks, receive: Callable[[Pieces | None], None]) -> None: ...


class Autosave(QObject):
    """Keeps the journal of one window below ``root``; what others left there is offered back.

    now: the session as it stands. pieces: of the takes, each in turn. bring: opens what a session
    is read from. A disk that cannot be written is told once, until it can be again.
    """

    def __init__(
        self,
        store: DocumentStore,
        root: Path,
        assets: Path,
        *,
        now: Callable[[], Session],
        pieces: PieceSource,
        bring: Callable[[str, Callable[[], OpenedSession]], None],
        tell: Callable[[Notice], None],
        pause_ms: int = PAUSE_MS,
        piece_ms: int = PIECE_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        from viewer.model.journal import Journal

        self._root, self._assets = root, assets
        self._now, self._pieces, self._bring, self._tell = now, pieces, bring, tell
        self._journal = Journal(root)
        self._background = Background(self, "autosave", in_order=True)
        self._failed = self._asking = False
        self._marks: Marks = (None, None)
        self._brought: list[Left] = []
        self._let_go: list[Left] = []
        self._due = QTimer(self, singleShot=True, interval=pause_ms)
        self._due.timeout.connect(self._write)
        self._piece_due = QTimer(self, interval=piece_ms)
        self._piece_due.timeout.connect(self._ask_pieces)
        self._piece_due.start()
        store.changed.connect(lambda old, new: self._due.isActive() or self._due.start())

    def offer(self) -> None:
        """Ask whether to bring back what the window that ended last had open."""
        from viewer.model.journal import left_behind

        def ask(found: object) -> None:
            if isinstance(found, list) and found:
                self._ask(found[0])

        self._background.run(lambda: left_behind(self._root), ask)

    def close(self) -> None:
        """The window closes as it should: there is nothing to bring back."""
        self._due.stop()
        self._piece_due.stop()
        self._background.close()
        self._journal.discard()
        for left in self._let_go:
            left.discard()

    def _ask(self, left: Left) -> None:
        at = time.strftime("%H:%M", time.localtime(left.saved))
        if time.time() - left.saved > 20 * 3600:
            at = time.strftime("%Y-%m-%d %H:%M", time.localtime(left.saved))
        choices = (
            (tr("Bring back"), lambda: self._bring_back(left)),
            (tr("Discard"), lambda: self._background.run(left.discard, lambda _: None)),
        )
        self._tell(Notice("info", BRING_BACK.format(at), choices=choices))

    def _bring_back(self, left: Left) -> None:
        self._brought.append(left)
        self._bring(tr("what was open"), lambda: left.open(self._assets))

    def note_opened(self, path: Path) -> None:
        """A session is open; one that was brought back goes once this journal has all of it."""
        for left in [left for left in self._brought if left.folder == path.parent]:
            self._brought.remove(left)
            self._let_go.append(left)
            QTimer.singleShot(3 * self._piece_due.interval(), self, self._discard_brought)

    def _discard_brought(self) -> None:
        if self._let_go and not self._failed:
            self._background.run(self._let_go.pop(0).discard, self._note_written)

    def _write(self) -> None:
        from viewer.model.session_file import to_bytes

        session, journal = self._now(), self._journal
        folder, assets = journal.folder, self._assets
        self._background.run(
            lambda: journal.write(to_bytes(session, folder, assets)), self._note_written
        )

    def _ask_pieces(self) -> None:
        if not self._asking:
            self._asking = True
            self._pieces(self._marks, self._add)

    def _add(self, pieces: Pieces | None) -> None:
        """Write what has come; what is not written is asked for anew."""
        found = pieces or (None, None)
        here = tuple(mark is not None for mark in self._marks)
        if here == tuple(p is not None for p in found) and all(p is None or p.empty for p in found):
            self._asking = False
            return
        journal, added = self._journal, dict(zip(NAMES, found, strict=True))

        def write() -> tuple[bool, bool]:
            for name, piece in added.items():
                if piece is None:
                    journal.drop(name)
                elif not piece.empty:
                    journal.add(name, piece)
            first, second = (journal.full(name) for name in NAMES)
            return first, second

        def receive(result: object) -> None:
            self._asking = False
            self._note_written(result)
            full = result if isinstance(result, tuple) else (True, True)
            first, second = (
                None if piece is None or over else piece.mark
                for piece, over in zip(found, full, strict=True)
            )
            self._marks = first, second
            if not self._failed and any(piece is not None and piece.more for piece in found):
                self._ask_pieces()

        self._background.run(write, receive)

    def _note_written(self, result: object) -> None:
        if isinstance(result, OSError):
            if not self._failed:
                why = result if isinstance(result, CannotWrite) else CannotWrite(self._root, result)
                self._tell(Notice("warning", NOT_KEPT.format(why)))
            self._failed = True
        elif isinstance(result, Exception):
            raise result
        else:
            self._failed = False
