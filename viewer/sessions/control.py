"""Sessions in the window: saved, opened, reopened, named in the title."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from viewer.model.policies import Policy, Unfit
from viewer.model.session import SUFFIX, SessionError
from viewer.ui.background import Background
from viewer.ui.recent import RecentFiles

if TYPE_CHECKING:  # reading sessions and takes is loaded after the first picture
    from viewer.model.session_file import ShownTakes
    from viewer.model.session_opened import OpenedSession
    from viewer.window.window import MainWindow

    from .state import Parts

KINDS = f"Sessions (*{SUFFIX})"
CHARACTER_GONE = "{} was not saved: the character went away meanwhile; save again."
STILL_OPENING = "A session is being opened: save once it is on stage."
ONE_AT_A_TIME = "A session is opened by itself: {} was left out."
_QUITTING = -1
_PATIENCE_S = 20.0
"""How long a window that closes waits for what it still saves."""


class SessionControl(QObject):
    """Gathers the state of the window into files and brings it back.

    ``opened`` and ``saved`` carry the path, once all is on stage or on disk. autosave: where the
    session is kept when the window closes; None: nowhere.
    """

    opened = Signal(object)
    saved = Signal(object)

    def __init__(
        self, window: MainWindow, settings: QSettings, autosave: Path | None = None
    ) -> None:
        super().__init__(window)
        self._window, self._settings, self._autosave = window, settings, autosave
        self._studio = window.studio
        self._background = Background(self, "session")
        self._parts: Parts | None = None
        self._wanted: Path | None = None
        self._turn = 0
        self._opening = self._saving = False
        self._next: Path | None = None
        self.path: Path | None = None
        self._studio.motion_changed.connect(lambda _: self._show_title())
        self._show_title()

    def begin(self, parts: Parts) -> None:
        """The panels are there; opens what was asked for before."""
        self._parts = parts
        if self._wanted is not None:
            self.open(self._wanted)

    def close(self) -> None:
        """Keep the session for the next start, and wait for what is being saved."""
        if self._autosave is not None and self._worth_keeping():
            self.save_to(self._autosave)
        deadline, loop = time.monotonic() + _PATIENCE_S, QEventLoop(self)
        self.saved.connect(loop.quit)
        while self._saving and (left := deadline - time.monotonic()) > 0:
            self._window.setCursor(Qt.CursorShape.WaitCursor)
            QTimer.singleShot(round(left * 1e3) + 1, loop, loop.quit)
            if loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents) == _QUITTING:
                break
        self._background.close()

    def take_from(self, paths: Iterable[Path | str]) -> list[Path]:
        """Open the first session among ``paths``; what is left to open where there is none."""
        listed = [Path(path) for path in paths]
        sessions = [path for path in listed if path.suffix.lower() == SUFFIX]
        if not sessions:
            return listed
        for path in listed:
            if path is not sessions[0]:
                self._studio.notify("warning", ONE_AT_A_TIME.format(path.name))
        self.open(sessions[0])
        return []

    def choose(self) -> None:
        """Ask for a session to open."""
        dialog = QFileDialog(self._window, "Open session", self._folder(), KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._ask(dialog, lambda name: self.open(Path(name)))

    def reopen(self) -> None:
        """Open what the window held when it was last closed."""
        if self._autosave is None or not self._autosave.is_file():
            self._studio.notify("info", "No session has been kept at the end of a start yet.")
        else:
            self.open(self._autosave)

    def save(self) -> None:
        """Save to the session's file; asks for one the first time."""
        if self.path is None:
            self.save_as()
        else:
            self.save_to(self.path)

    def save_as(self) -> None:
        """Ask for a file, and save to it."""
        motion = self._studio.motion
        name = self.path.name if self.path else f"{motion.title if motion else 'session'}{SUFFIX}"
        dialog = QFileDialog(self._window, "Save session", self._folder(), KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(name.replace("/", " "))
        self._ask(dialog, lambda name: self.save_to(Path(name)))

    def open(self, path: Path) -> None:
        """Put the session of a file in place of what is open; read in the background."""
        if self._parts is None:
            self._wanted = path
            return
        from viewer.model.session_opened import open_session

        self._turn, self._opening = self._turn + 1, True
        turn, assets = self._turn, self._parts.bench.assets
        self._studio.note_opening(path.name)
        self._background.run(
            lambda: open_session(path, assets), lambda result: self._restore(turn, result)
        )

    def save_to(self, path: Path) -> None:
        """Write the state of the window to ``path``, in the background."""
        if self._parts is None or self._opening:
            self._studio.notify("info", STILL_OPENING)
            return
        if self._saving:
            self._next = path
            return
        from viewer.model.session_file import write_session

        from .state import gather

        self._saving = True
        session = gather(self._parts, path.resolve().parent)

        def write(takes: ShownTakes | None) -> None:
            if takes is None:
                self._note_saved(path, SessionError(CHARACTER_GONE.format(path)))
                return
            self._background.run(
                lambda: write_session(path, session, *takes),
                lambda result: self._note_saved(path, result),
            )

        self._parts.character.ask_takes(write)

    def _note_saved(self, path: Path, result: object) -> None:
        self._saving = False
        if isinstance(result, Exception):
            expected = isinstance(result, SessionError)
            text = str(result) if expected else f"{path} could not be saved: {result!r}."
            self._studio.notify("error", text)
        elif path != self._autosave:
            self._name(path)
            self._studio.notify("info", f"Saved the session to {path}.")
        if self._next is not None:
            following, self._next = self._next, None
            self.save_to(following)
        self.saved.emit(path)

    def _restore(self, turn: int, result: object) -> None:
        """Clips and policies first; then characters, which are made in the background."""
        if turn != self._turn or self._parts is None:
            return
        if isinstance(result, Exception):
            self._end_opening()
            expected = isinstance(result, SessionError)
            self._studio.notify(
                "error", str(result) if expected else f"The session could not be opened: {result!r}"
            )
            return
        from .state import put_clips, put_policies

        parts, found = self._parts, cast("OpenedSession", result)
        put_clips(parts, found)
        policies = put_policies(parts, found)
        self._background.run(
            lambda: parts.character.remake(found, policies),
            lambda remade: self._finish(turn, found, policies, remade),
        )

    def _finish(
        self, turn: int, found: OpenedSession, policies: dict[str, Policy], remade: object
    ) -> None:
        if turn != self._turn or self._parts is None:
            return
        from .state import put_latent, put_on_stage

        parts, session, told = self._parts, found.session, [*found.told]
        if isinstance(remade, Exception):
            unfit = isinstance(remade, Unfit)
            why = str(remade) if unfit else f"The character could not be made: {remade!r}."
            told.append(why)
        elif session.character is not None:
            parts.character.restore(session.character, remade, policies)
            if parts.bench.transport.driver is not None:
                parts.bench.transport.set_speed(session.character.speed)
        put_on_stage(parts, session)
        put_latent(parts, session)
        self._end_opening()
        self._name(None if found.path == self._autosave else found.path)
        if told:
            more = f" ({len(told) - 1} more in the details.)" if len(told) > 1 else ""
            details = "\n".join(told) if more else ""
            self._studio.notify("warning", f"{told[0]}{more}", details)
        self.opened.emit(found.path)

    def _end_opening(self) -> None:
        self._opening = False
        self._studio.note_opening("")

    def _name(self, path: Path | None) -> None:
        self.path = path
        if path is not None:
            RecentFiles(self._settings).add(path)
        self._show_title()

    def _show_title(self) -> None:
        motion = self._studio.motion
        parts = [self.path.stem if self.path else "", motion.title if motion else "", "Stridescope"]
        self._window.setWindowTitle(" — ".join(part for part in parts if part))

    def _worth_keeping(self) -> bool:
        """Whether there is more to lose than demo clips."""
        if self._parts is None:
            return False
        bench, assets = self._parts.bench, self._parts.bench.assets.resolve()
        foreign = any(not m.path.resolve().is_relative_to(assets) for m in bench.studio.motions)
        return foreign or bench.studio.has_latent or bench.studio.has_character

    def _ask(self, dialog: QFileDialog, choose: Callable[[str], None]) -> None:
        dialog.fileSelected.connect(choose)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder(self) -> str:
        return str(self.path.parent if self.path else self._settings.value("folder", Path.home()))
