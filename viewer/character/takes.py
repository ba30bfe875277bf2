"""Takes: kept among the program's own, opened again, and as clips."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import platformdirs
from PySide6.QtWidgets import QFileDialog, QWidget

from character.live.commands import KeepPiece, KeepTake, RestoreTake
from character.live.messages import CharacterFrame, PieceKept, TakeKept
from character.live.piece import Mark, Piece
from character.live.take import Take
from motion.conventions import UNIT_NAMES
from motion.files import CannotWrite
from viewer.model.exports import export_clip
from viewer.model.language import tr
from viewer.model.notice import sentence, told
from viewer.model.record import RestoredTake, restored
from viewer.model.sources import Source
from viewer.ui.background import Background
from viewer.workbench import Workbench

from .driver import BESIDE_JOB, JOB
from .state import CharacterState

OnTake = Callable[[Take | None], None]
OnPiece = Callable[[Piece | None], None]


def takes_folder() -> Path:
    """Where kept takes lie: the user's data folder."""
    return Path(platformdirs.user_data_dir("stridescope", appauthor=False)) / "takes"


class CharacterTakes:
    """Asks the character for its take, and brings it to a file away from the UI thread.

    bring: has a character made that is to go back to a take. parent: of the dialogs.
    """

    def __init__(
        self,
        bench: Workbench,
        state: CharacterState,
        background: Background,
        bring: Callable[[], None],
        parent: QWidget,
    ) -> None:
        self._bench, self._state, self._background = bench, state, background
        self._bring, self._parent = bring, parent
        self._asked: dict[str, deque[Callable[[Any], None]]] = {JOB: deque(), BESIDE_JOB: deque()}
        self._opened: tuple[Take, RestoredTake] | None = None

    def keep_all(self) -> None:
        """Keep what is remembered among the program's own takes."""
        frame = self._state.frame
        if frame is not None:
            stamp = time.strftime("%Y-%m-%d %H.%M.%S")
            self.write(takes_folder() / f"{stamp} {frame.clip}.npz")

    def open_as_clip(self) -> None:
        """Open what is remembered as a clip, of a file among the program's own takes."""
        frame = self._state.frame
        if frame is not None:
            stamp = time.strftime("%Y-%m-%d %H.%M.%S")
            path = takes_folder() / f"{stamp} {frame.clip}.bvh"
            self.write(path, lambda: self._bench.studio.open_paths([path]))

    def write(self, path: Path, then: Callable[[], object] = lambda: None) -> None:
        """Write what is remembered to ``path``: NPZ or BVH by its suffix; ``then`` go on."""
        say = self._say(path, then)

        def write(take: Take | None) -> None:
            if take is not None:
                self._background.run(lambda: _write(take, path), say)

        self.ask(write)

    def ask(self, receive: OnTake, job: str = JOB) -> None:
        """Have what the character remembers, or the one beside it; None if it is gone first."""
        self._asked[job].append(receive)
        self._bench.bridge.command(job, KeepTake())

    def ask_piece(self, receive: OnPiece, since: Mark | None, job: str = JOB) -> None:
        """The same for what has come to it since a mark, all of it without one."""
        self._asked[job].append(receive)
        self._bench.bridge.command(job, KeepPiece(since))

    def keep(self, message: TakeKept | PieceKept, job: str = JOB) -> None:
        """The take or the piece that was asked for is here."""
        found = message.take if isinstance(message, TakeKept) else message.piece
        self._asked[job].popleft()(found)

    def lose(self, job: str = JOB) -> None:
        """Whoever was asked for a take is gone."""
        while self._asked[job]:
            self._asked[job].popleft()(None)

    def choose(self) -> None:
        """Ask for a take to go back to; the kept ones are offered first."""
        folder = takes_folder()
        start = str(folder) if folder.is_dir() else ""
        dialog = QFileDialog(self._parent, tr("Open take"), start, tr("Takes (*.npz)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def open(self, path: Path) -> None:
        """Go back to a take from a file."""

        def read() -> tuple[Take, RestoredTake]:
            take = Take.load(path)
            return take, restored(take)

        def begin(result: object) -> None:
            if isinstance(result, Exception):
                self._bench.studio.notify("error", told(result))
            else:
                self._opened = cast("tuple[Take, RestoredTake]", result)
                self.note_character()

        self._background.run(read, begin)

    def expect(self, take: Take, rows: RestoredTake) -> None:
        """The next character is to remember ``take``."""
        self._opened = take, rows

    def note_character(self) -> None:
        """Have the character remember the take that was opened; made if there is none."""
        if self._opened is None:
            return
        if self._state.frame is None:
            self._bring()
        else:
            self._bench.studio.set_source("character")
            self._bench.bridge.command(JOB, RestoreTake(self._opened[0]))

    @property
    def awaited(self) -> bool:
        """Whether the character is to go back to a take first."""
        return self._opened is not None

    def restored(self, frame: CharacterFrame) -> RestoredTake | None:
        """The take that was opened, where ``frame`` is the character's answer to it."""
        if self._opened is None:
            return None
        take, rows = self._opened
        if frame.running or frame.shown or frame.memory.last != take.frames[1]:
            return None
        self._opened = None
        return rows

    def _say(self, path: Path, then: Callable[[], object]) -> Callable[[object], None]:
        def say(result: object) -> None:
            if isinstance(result, OSError):
                self._bench.studio.notify("error", str(CannotWrite(path, result)))
            elif isinstance(result, Exception):
                self._bench.studio.notify("error", sentence(result))
            else:
                known = isinstance(result, str)
                unit = tr(", in {unit}", unit=tr(UNIT_NAMES[str(result)])) if known else ""
                self._bench.studio.notify(
                    "info", tr("Wrote the take to {path}{unit}.", path=path, unit=unit)
                )
                then()

        return say


def _write(take: Take, path: Path) -> str | None:
    """The unit of lengths where others read them. Raises OSError and Refused."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix.lower() == ".npz":
        take.save(path)
        return None
    return export_clip(Source(take.clip(path.stem)), path)
