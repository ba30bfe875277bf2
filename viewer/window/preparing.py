"""What is being compiled and how long it takes, in the status bar."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from inference.worker.messages import BuildProgress
from viewer.model.engines import preparation
from viewer.model.language import tr
from viewer.ui.theme import GAP

_STEPS = 100


class Preparing(QWidget):
    """A sentence and a slim bar while an engine is being prepared; the first one that began."""

    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, _STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(96, 6)
        self.bar.setAccessibleName(tr("Share of the preparation that is done"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, GAP, 0)
        row.setSpacing(GAP)
        row.addWidget(self.label)
        row.addWidget(self.bar)
        self._builds: dict[str, BuildProgress] = {}
        self._running = ""
        self.hide()

    def show_progress(self, build: BuildProgress, running: str) -> None:
        """Show how far ``build`` is while ``running`` does the work."""
        self._builds[build.engine] = build
        self._running = running
        self._show()

    def end(self, engine: str) -> None:
        """``engine`` is ready, or will not be."""
        if self._builds.pop(engine, None) is not None:
            self._show()

    def _show(self) -> None:
        self.setVisible(bool(self._builds))
        if self._builds:
            build = next(iter(self._builds.values()))
            self.label.setText(preparation(build, self._running))
            self.bar.setValue(round(_STEPS * min(build.elapsed / max(build.estimate, 0.1), 1)))
