"""Which clips and series are laid over A and B besides."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from viewer.model.document import Beside
from viewer.model.edits import lay_over, lay_over_no_more
from viewer.model.language import tr
from viewer.model.notice import Refused, sentence
from viewer.model.phase_beside import beside_of
from viewer.ui.background import Background
from viewer.workbench import Workbench

_FILES = tr("Clips and series (*.bvh *.npz *.csv)")


class FurtherMenu(QObject):
    """The menu of ``button``: open clips, and files that were named, each laid over or not."""

    def __init__(self, bench: Workbench, button: QToolButton) -> None:
        super().__init__(button)
        self._bench, self._button = bench, button
        self._background = Background(self, "further")
        self._file = bench.actions.add(
            "phase.lay_over", tr("Lay a further clip or series over…"),
            tr("Lay the phase of one more clip, or a CSV or NPZ of your own, over A and B"),
            self._ask, menu="Phase/Compare",
        )  # fmt: skip
        self.menu = QMenu(button)
        self.menu.setToolTipsVisible(True)
        button.setMenu(self.menu)
        self.menu.aboutToShow.connect(self._fill)
        bench.store.changed.connect(lambda *_: self._allow())
        self._allow()

    def close(self) -> None:
        self._background.close()

    def lay_file_over(self, path: Path) -> None:
        """Lay a file over, once it was looked into; says so where it cannot be used."""

        def look() -> Beside:
            found = beside_of(path)
            if found.kind == "model":
                raise Refused(f"{path}: lay a clip or a series over; a DeepPhase can be B.")
            return found

        def take(found: object) -> None:
            if isinstance(found, Beside):
                self._bench.store.apply(lay_over(found))
            elif isinstance(found, Refused | OSError):
                self._bench.studio.notify("error", sentence(found))
            elif isinstance(found, Exception):
                raise found

        self._background.run(look, take)

    def _allow(self) -> None:
        self._file.setEnabled(self._bench.store.document.phase.beside is not None)

    def _fill(self) -> None:
        document, menu = self._bench.store.document, self.menu
        phase, shown = document.phase, document.view.clip
        menu.clear()
        clips = {
            Beside("clip", clip.path, clip.units, clip.up_axis): clip.name
            for clip in document.clips
            if clip.key != shown
        }
        clips |= {each: each.path.name for each in phase.further if each not in clips}
        for each, name in clips.items():
            if each != phase.beside:
                action = menu.addAction(name)
                action.setToolTip(tr("Lay {name} over A and B, or take it away", name=name))
                action.setCheckable(True)
                action.setChecked(each in phase.further)
                action.triggered.connect(lambda on, each=each: self._choose(each, on))
        menu.addSeparator()
        menu.addAction(self._file)

    def _choose(self, further: Beside, on: bool) -> None:
        self._bench.store.apply(lay_over(further) if on else lay_over_no_more(further))

    def _ask(self) -> None:
        dialog = QFileDialog(self._button, tr("Lay over the phase"), "", _FILES)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.lay_file_over(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
