"""Sessions in the window: saved, opened, reopened, named in the title."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from PySide6.QtCore import QEventLoop, QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from inference.models import MODELS
from viewer.model.bundle.opening import SUFFIX as BUNDLE
from viewer.model.bundle.opening import is_bundle, is_session, session_in
from viewer.model.document import Document
from viewer.model.edits import open_document
from viewer.model.language import tr
from viewer.model.notice import summed
from viewer.model.policies import NOBODY, Policy, Unfit
from viewer.model.repertoire import recast_skills
from viewer.model.session import SUFFIX, Session, SessionError
from viewer.model.style_space import DECODER
from viewer.studio.store import DocumentStore
from viewer.studio.studio import Studio
from viewer.studio.transport import Transport
from viewer.ui.background import Background
from viewer.ui.recent import RecentFiles

if TYPE_CHECKING:  # reading sessions and takes is loaded after the first picture
    from viewer.model.session_file import ShownTakes
    from viewer.model.session_opened import OpenedSession

NO_DECODER = tr("The style decoder is not there: the latent of the session cannot be shown.")
KINDS = tr("Sessions (*{suffix})", suffix=SUFFIX)
OPEN_KINDS = tr("Sessions and bundles (*{suffix} *{bundle})", suffix=SUFFIX, bundle=BUNDLE)
CHARACTER_GONE = tr("{} was not saved: the character went away meanwhile; save again.")
WENT_AWAY = tr("The character went away meanwhile; try again.")
STILL_OPENING = tr("A session is being opened: save once it is on stage.")
ONE_AT_A_TIME = tr("A session is opened by itself: {} was left out.")
_QUITTING = -1
_PATIENCE_S = 20.0
"""How long a window that closes waits for what it still saves."""


class Characters(Protocol):
    """What a session asks of the characters."""

    def adopt(self, policies: Iterable[Policy]) -> dict[str, Policy]:
        """Policies of a session as they can be ours, by the names that it has for them."""

    def ask_takes(self, receive: Callable[[ShownTakes | None], None]) -> None:
        """What they remember; None where one went away before it answered."""

    def remake(self, opened: OpenedSession, policies: Mapping[str, Policy]) -> Any:
        """Characters for the takes of a session, for ``restore``; on any thread."""

    def restore(self, session: Session, remade: Any, policies: Mapping[str, Policy]) -> None:
        """Put them on stage."""


class SessionControl(QObject):
    """Writes the document with all that belongs to it into files, and brings it back.

    ``opened`` and ``saved`` carry the path, once all is on stage or on disk. kept: where the
    session is kept when the window closes; None: nowhere. settle: has the document know where
    the camera stands.
    """

    opened = Signal(object)
    saved = Signal(object)

    def __init__(
        self,
        window: QWidget,
        store: DocumentStore,
        studio: Studio,
        transport: Transport,
        settings: QSettings,
        assets: Path,
        settle: Callable[[], None],
        kept: Path | None = None,
    ) -> None:
        super().__init__(window)
        self._window, self._store, self._studio, self._transport = window, store, studio, transport
        self._settings, self._assets, self._settle, self._kept = settings, assets, settle, kept
        self._background = Background(self, "session")
        self._characters: Characters | None = None
        self._wanted: Path | None = None
        self._bringing = ""
        self._turn = 0
        self._opening = self._saving = self._named = False
        self._next: Path | None = None
        self.path: Path | None = None
        studio.motion_changed.connect(lambda _: self._show_title())
        self._show_title()

    def begin(self, characters: Characters) -> None:
        """The panels are there; opens what was asked for before."""
        self._characters = characters
        if self._wanted is not None:
            self.open(self._wanted)

    def now(self) -> Session:
        """The document as it stands, with its playheads."""
        self._settle()
        times = {**self._studio.times, self._studio.source: self._transport.time_s}
        return Session(self._store.document, times)

    def close(self) -> None:
        """Keep the session for the next start, and wait for what is being saved."""
        if self._kept is not None and self._worth_keeping():
            self.save_to(self._kept)
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
        sessions = [path for path in listed if is_session(path)]
        if not sessions:
            return listed
        for path in listed:
            if path is not sessions[0]:
                self._studio.notify("warning", ONE_AT_A_TIME.format(path.name))
        self.open(sessions[0])
        return []

    def choose(self) -> None:
        """Ask for a session to open."""
        dialog = QFileDialog(self._window, tr("Open session"), self._folder(), OPEN_KINDS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._ask(dialog, lambda name: self.open(Path(name)))

    def reopen(self) -> None:
        """Open what the window held when it was last closed."""
        if self._kept is None or not self._kept.is_file():
            self._studio.notify("info", tr("No session has been kept at the end of a start yet."))
        else:
            self.open(self._kept)

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
        dialog = QFileDialog(self._window, tr("Save session"), self._folder(), KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.selectFile(name.replace("/", " "))
        self._ask(dialog, lambda name: self.save_to(Path(name)))

    def open(self, path: Path) -> None:
        """Put the session of a file in place of what is open; read in the background."""
        if self._characters is None:
            self._wanted = path
            self._studio.note_opening(path.stem)
            return
        from viewer.model.session_opened import open_session

        self.bring(
            path.stem,
            lambda: open_session(session_in(path), self._assets),
            named=path != self._kept and not is_bundle(path),
        )

    def bring(self, name: str, read: Callable[[], OpenedSession], named: bool = False) -> None:
        """Put the session that ``read`` gives, in the background, in place of what is open.

        named: it is the session of its file from now on.
        """
        self._turn, self._opening, self._named = self._turn + 1, True, named
        turn = self._turn
        self._bringing = name
        self._studio.note_opening(name)
        self._background.run(read, lambda result: self._remake(turn, result))

    def save_to(self, path: Path) -> None:
        """Write the state of the window to ``path``, in the background."""
        if self._characters is None or self._opening:
            self._studio.notify("info", STILL_OPENING)
            return
        if self._saving:
            self._next = path
            return
        from viewer.model.session_file import write_session

        self._saving = True
        session = self.now()

        def write(takes: ShownTakes | None) -> None:
            if takes is None:
                self._note_saved(path, SessionError(CHARACTER_GONE.format(path)))
                return
            self._background.run(
                lambda: write_session(path, session, self._assets, *takes),
                lambda result: self._note_saved(path, result),
            )

        self._characters.ask_takes(write)

    def write_aside(self, path: Path, takes: bool, receive: Callable[[object], object]) -> None:
        """Write what is open to ``path``, with what the characters remember if ``takes``, for a
        purpose of its own: only ``receive`` hears of it, as ``Background`` tells."""
        if self._characters is None or self._opening:
            receive(SessionError(STILL_OPENING))
            return
        from viewer.model.session_file import write_session

        session = self.now()

        def write(found: ShownTakes | None) -> None:
            if found is None:
                receive(SessionError(WENT_AWAY))
                return
            self._background.run(
                lambda: write_session(path, session, self._assets, *found), receive
            )

        self._characters.ask_takes(write) if takes else write((None, None))

    def _note_saved(self, path: Path, result: object) -> None:
        self._saving = False
        if isinstance(result, Exception):
            expected = isinstance(result, SessionError)
            text = (
                str(result)
                if expected
                else tr("{path} could not be saved: {result!r}.", path=path, result=result)
            )
            self._studio.notify("error", text)
        elif path != self._kept:
            self._name(path)
            self._studio.notify("info", tr("Saved the session to {path}.", path=path))
        if self._next is not None:
            following, self._next = self._next, None
            self.save_to(following)
        self.saved.emit(path)

    def _remake(self, turn: int, result: object) -> None:
        """Policies first; then characters, which are made in the background."""
        if turn != self._turn or self._characters is None:
            return
        if isinstance(result, Exception):
            self._end_opening()
            expected = isinstance(result, SessionError)
            text = (
                str(result)
                if expected
                else tr("The session could not be opened: {result!r}", result=result)
            )
            self._studio.notify("error", text)
            return
        found, characters = cast("OpenedSession", result), self._characters
        policies = characters.adopt(found.session.document.cast.policies)
        self._background.run(
            lambda: characters.remake(found, policies),
            lambda remade: self._restore(turn, found, policies, remade),
        )

    def _restore(
        self, turn: int, found: OpenedSession, policies: dict[str, Policy], remade: object
    ) -> None:
        """What remembers takes goes on stage first, and then the document has all the rest."""
        if turn != self._turn or self._characters is None:
            return
        studio, transport, told = self._studio, self._transport, [*found.told]
        session = found.session
        transport.pause()
        if isinstance(remade, Exception):
            unfit = isinstance(remade, Unfit)
            told.append(
                str(remade)
                if unfit
                else tr("The character could not be made: {remade!r}.", remade=remade)
            )
        else:
            self._characters.restore(session, remade, policies)
        document = self._ours(session.document, policies)
        if document.style.latent is not None and not self._decodes():
            told.append(NO_DECODER)
            style = replace(document.style, latent=None)
            document = replace(document, style=style)
        studio.bring(found.motions)
        self._store.apply(open_document(self._bringing, document))
        studio.times.update(session.times)
        if studio.source != "character":
            transport.pause()
            transport.seek(session.times.get(studio.source, 0.0))
        self._end_opening()
        self._name(found.path if self._named else None)
        if told:
            studio.tell(summed("", told))
        self.opened.emit(found.path)

    def _ours(self, document: Document, policies: Mapping[str, Policy]) -> Document:
        """The document of a session with the policies that we have, by the names of ours."""
        now, cast = self._store.document, document.cast
        known = {p.model: p for p in (*now.cast.policies, *policies.values())}
        drives = policies[cast.drives].model if cast.drives in policies else ""
        beside = policies[cast.beside].model if cast.beside in policies else NOBODY
        cast = replace(
            cast,
            policies=tuple(known.values()),
            skills=recast_skills(cast.skills, policies) or now.cast.skills,
            drives=drives or now.cast.drives,
            beside=beside,
        )
        view = replace(document.view, scheme=now.view.scheme)
        if view.source == "character" and self._studio.character is None and not drives:
            view = replace(view, source="clip")
        return replace(document, cast=cast, view=view)

    def _decodes(self) -> bool:
        """Whether a latent can be shown."""
        return MODELS[DECODER].available(self._assets)

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
        assets, document = self._assets.resolve(), self._store.document
        foreign = any(not clip.path.is_relative_to(assets) for clip in document.clips)
        made = document.style.latent is not None or self._studio.character is not None
        return self._characters is not None and (foreign or made)

    def _ask(self, dialog: QFileDialog, choose: Callable[[str], None]) -> None:
        dialog.fileSelected.connect(choose)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _folder(self) -> str:
        return str(self.path.parent if self.path else self._settings.value("folder", Path.home()))
