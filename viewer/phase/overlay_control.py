"""Chooses what the phase on stage is compared with: clips, another DeepPhase, a series."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QActionGroup, QDropEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from motion.phase.align import By
from viewer.model.document import MOST_FURTHER, Beside, Document
from viewer.model.edits import align_phases, compare_with
from viewer.model.language import tr, within
from viewer.model.notice import Refused, sentence
from viewer.model.phase_beside import KINDS, beside_of
from viewer.model.phase_compare import PhaseComparison, spreads
from viewer.ui.background import Background
from viewer.ui.clip_drag import clip_of
from viewer.ui.rows import Color
from viewer.workbench import Workbench

from .further_menu import FurtherMenu
from .overlay_reader import OverlayReader
from .overlay_rows import OTHERS, overlaid
from .overlay_section import ALIGNMENTS, NOTHING, OverlaySection
from .reader import PhaseReader
from .rows import Plotted

MENU = "Phase/Compare"
_MODEL, _FILE = "?model", "?file"
_MODELS = tr("DeepPhase (*.onnx)")
_FILES = tr("Clips and series (*.bvh *.npz *.csv)")


class OverlayControl(QObject):
    """Shows the comparison in ``section``; files are dropped on ``target``.

    ``changed``: what is laid over the phase on stage. reader: of B.
    """

    changed = Signal()

    def __init__(
        self, bench: Workbench, reader: PhaseReader, section: OverlaySection, target: QWidget
    ) -> None:
        super().__init__(bench.studio)
        self._bench, self.section = bench, section
        self._background = Background(self, "compare")
        self.reader = OverlayReader(bench, reader, self)
        self._further = [OverlayReader(bench, reader, self, 1 + n) for n in range(MOST_FURTHER)]
        self._add_actions()
        self.more = FurtherMenu(bench, section.more)
        section.chosen.connect(self._choose)
        section.aligned.connect(self._align)
        section.worst_asked.connect(self.go_to_worst)
        bench.store.changed.connect(self._follow)
        bench.studio.motion_changed.connect(lambda _: self._offer())
        bench.themes.changed.connect(section.set_theme)
        for each in (self.reader, *self._further):
            each.changed.connect(self._show)
            each.changed.connect(self.changed)
        target.setAcceptDrops(True)
        target.installEventFilter(self)
        self._offer()
        self._show()

    def close(self) -> None:
        for each in (self.reader, *self._further):
            each.close()
        self.more.close()
        self._background.close()

    @property
    def further(self) -> list[PhaseComparison | None]:
        """C and D beside A, None where one is not there."""
        return [each.comparison for each in self._further]

    def over(self, rows: Plotted | None) -> Plotted | None:
        """The rows of A with all over them that is compared."""
        if rows is None or self.reader.comparison is None:
            return rows
        overs = (each.over(rows) for each in (self.reader, *self._further))
        return overlaid(rows, [over for over in overs if over is not None])

    def compare_file(self, path: Path) -> None:
        """Compare with a file, once it was looked into; says so where it cannot be used."""

        def take(found: object) -> None:
            if isinstance(found, Beside):
                self._bench.store.apply(compare_with(found))
            elif isinstance(found, Refused | OSError):
                self._bench.studio.notify("error", sentence(found))
            elif isinstance(found, Exception):
                raise found

        self._background.run(lambda: beside_of(path), take)

    def planes(self) -> list[tuple[np.ndarray, Color]]:
        """The phase planes (U, 2) of what is laid over A, each with its colour."""
        if self.reader.comparison is None:
            return []
        found = (self.reader.comparison, *self.further)
        return [
            (each.b.series.xy, color) for each, color in zip(found, OTHERS, strict=True) if each
        ]

    def go_to_worst(self, number: int) -> None:
        """The playhead stands where a measure, by its row, is the worst."""
        found = self.reader.comparison
        every = list(spreads(found).values()) if found else []
        if number < len(every) and (spread := every[number]) is not None:
            self._bench.transport.seek_frame(spread.frame)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QDropEvent):
            return False
        path = _dropped(event)
        if path is None:
            return False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.compare_file(path)
        return True

    def _add_actions(self) -> None:
        add = self._bench.actions.add
        add("phase.compare_model", tr("Compare with another DeepPhase…"),
            tr("Read what is on stage by a DeepPhase file of your own too, and show what differs"),
            lambda: self._ask(_MODELS), menu=MENU)  # fmt: skip
        add("phase.compare_file", tr("Compare with a clip or series…"),
            tr("Lay the phase of another clip, or a CSV or NPZ of your own, over this one"),
            lambda: self._ask(_FILES), menu=MENU)  # fmt: skip
        self._nothing = add(
            "phase.compare_nothing", tr("Compare with nothing"),
            tr("Show the phase on stage alone"),
            lambda: self._bench.store.apply(compare_with(None)), menu=MENU,
        )  # fmt: skip
        group = QActionGroup(self)
        self._aligning = {}
        for by, (text, tip) in ALIGNMENTS.items():
            action = add(
                f"phase.align_{by}", tr("Align by {text}", text=within(text)), tip,
                lambda on, by=by: self._align(by) if on else None,
                menu=MENU, checkable=True, checked=by == "time",
            )  # fmt: skip
            group.addAction(action)
            self._aligning[by] = action
        self._worst = add(
            "phase.worst", tr("Go to the worst difference"),
            tr("Go where the angle of B is farthest off"),
            lambda: self.go_to_worst(0), keys="Alt+W", menu=MENU,
        )  # fmt: skip

    def _choose(self, value: str) -> None:
        self._offer()
        if value in (_MODEL, _FILE):
            self._ask(_MODELS if value == _MODEL else _FILES)
        elif value == NOTHING:
            self._bench.store.apply(compare_with(None))
        elif (clip := self._bench.store.document.clip(value)) is not None:
            wanted = Beside("clip", clip.path, clip.units, clip.up_axis)
            self._bench.store.apply(compare_with(wanted))

    def _align(self, by: str) -> None:
        way = next(way for way in get_args(By) if way == by)
        self._bench.store.apply(align_phases(way))

    def _follow(self, old: Document, new: Document) -> None:
        if old.phase != new.phase or old.clips != new.clips or old.view.clip != new.view.clip:
            self._offer()
        if old.phase != new.phase:
            self._show()

    def _offer(self) -> None:
        """The open clips that are not on stage, what is compared with, and what can be opened."""
        document = self._bench.store.document
        beside, align = document.phase.beside, document.phase.align
        choices = {NOTHING: tr("Nothing")}
        choices |= {c.key: c.name for c in document.clips if c.key != document.view.clip}
        current = NOTHING
        if beside is not None:
            current = f"{beside.path}|{beside.units}|{beside.up_axis}"
            choices.setdefault(current, beside.path.name)
        choices |= {_MODEL: tr("Another DeepPhase…"), _FILE: tr("A clip or series…")}
        self.section.offer(choices, current)
        self.section.align.show_choice(align)
        self._aligning[align].setChecked(True)

    def _show(self) -> None:
        reader, comparing = self.reader, self._bench.store.document.phase.beside is not None
        problem = " ".join(each.problem for each in (reader, *self._further) if each.problem)
        self.section.show_comparison(reader.comparison, problem, comparing, self.further)
        self._nothing.setEnabled(comparing)
        self._worst.setEnabled(reader.comparison is not None)

    def _ask(self, kinds: str) -> None:
        dialog = QFileDialog(self.section, tr("Compare the phase with"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.compare_file(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _dropped(event: QDropEvent) -> Path | None:
    """The file of a drag that can be compared with."""
    data = event.mimeData()
    if key := clip_of(data):
        return Path(key)
    names = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    found = [Path(name) for name in names if Path(name).suffix.lower() in KINDS]
    return found[0] if found else None
