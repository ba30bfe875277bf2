"""File, Save bundle…: the session with all that it needs, as one file to send to others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from viewer.model.bundle.facts import summary
from viewer.model.bundle.opening import SUFFIX
from viewer.model.export.order import Order
from viewer.model.language import tr
from viewer.stage.view import StageView
from viewer.workbench import Workbench

KINDS = tr("Bundles (*{suffix})", suffix=SUFFIX)


class BundleSaving(QObject):
    """Asks for a file, and has the bundle written by ``begin`` with what the window has seen.

    log: the file of the window's log.
    """

    def __init__(
        self,
        bench: Workbench,
        begin: Callable[[Order], None],
        stage: StageView,
        window: QWidget,
        log: Path | None,
    ) -> None:
        super().__init__(window)
        self._bench, self._begin, self._stage = bench, begin, stage
        self._window, self._log = window, log

    def ask_file(self) -> QFileDialog:
        """Ask for a file to save to."""
        motion = self._bench.studio.motion
        name = f"{motion.title if motion else 'session'}{SUFFIX}".replace("/", " ")
        folder = str(self._bench.settings.value("folder", Path.home()))
        dialog = QFileDialog(self._window, tr("Save bundle"), str(Path(folder, name)), KINDS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def save(self, path: Path) -> None:
        """Write the bundle to ``path`` in the background; says so, or why not."""
        log = "" if self._log is None else str(self._log)
        self._begin(Order("", str(path), observed=self.observed(), log=log))

    def observed(self) -> dict[str, Any]:
        """Driver, engine, the last run times of the models, and the frames on the display."""
        stats, transport = self._bench.bridge.stats(), self._bench.transport
        stage = self._stage.stage
        return {
            "driver": {} if stage is None else stage.driver,
            "engine": stats.engine,
            "timings": {
                name: summary(timed.recent)
                for name, timed in stats.models.items()
                if len(timed.recent)
            },
            "frames": {
                "fps": round(transport.fps, 2),
                "late": transport.late_frames,
                "stale": stats.stale,
            },
        }
