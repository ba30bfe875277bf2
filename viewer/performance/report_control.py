"""Measures the latency report beside everything else, on the worker of the window."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from inference.engines import VARIANTS
from motion.files import CannotWrite
from viewer.model.language import tr
from viewer.model.latency_card import to_card, write_report
from viewer.model.latency_job import (
    JOB,
    Cancelled,
    Contender,
    LatencyJob,
    Measured,
    Measuring,
    prepare,
)
from viewer.model.latency_report import LatencyReport, report_of
from viewer.model.notice import Refused, sentence
from viewer.ui.background import Background
from viewer.ui.plot_raster import raster, to_png
from viewer.workbench import Workbench

from .report_card import ReportCard

SECONDS = 20.0
FILTERS = tr("PNG with JSON beside it (*.png);;JSON (*.json)")
_DOTS = 2


class LatencyReporting(QObject):
    """One key: engines are prepared in the background, then take their turns on the worker.

    Playing, dragging and simulating go on meanwhile, and share the worker as they always do.
    """

    def __init__(self, bench: Workbench, panel: QWidget) -> None:
        super().__init__(panel)
        self._bench, self._panel = bench, panel
        self._background = Background(self, "latency report", wait=False)
        self._cancel = threading.Event()
        self._left_out: dict[str, str] = {}
        self.seconds = SECONDS
        self.engines = tuple(VARIANTS)
        self.running = False
        self.report: LatencyReport | None = None
        self.card: ReportCard | None = None
        bench.actions.add(
            "performance.report", tr("Latency report"),
            tr("Measure the five models for 20 s on every engine here, at the pace of a display"),
            self.start, keys="F6", menu="Performance",
        )  # fmt: skip

    def close(self) -> None:
        """Measure no more."""
        self.cancel()
        self._background.close()

    def start(self) -> None:
        """Measure, and show how far that is; one that runs is shown again."""
        card = self._shown_card()
        if self.running:
            card.raise_()
            return
        self.running, self._cancel = True, threading.Event()
        card.begin()
        cancel, tell = self._cancel, self._background.tell

        def progress(doing: str, share: float) -> None:
            tell(card.show_progress, doing, share)

        assets, engines = self._bench.assets, self.engines
        self._background.run(
            lambda: prepare(assets, progress, cancel.is_set, engines),
            lambda made: self._begin(made, cancel),
        )

    def cancel(self) -> None:
        """Give up what runs; nothing is shown of it."""
        self._cancel.set()
        if self.running:
            self.running = False
            self._bench.bridge.detach(JOB)

    def save(self, path: Path) -> None:
        """Write card and numbers; says so, or why not."""
        report = self.report
        if report is None:
            return

        def tell(written: object) -> None:
            if isinstance(written, Refused | CannotWrite):
                self._bench.studio.notify("error", sentence(written))
            elif isinstance(written, Exception):
                raise written
            else:
                files = tr(" and ").join(map(str, cast("tuple[Path, ...]", written)))
                self._bench.studio.notify("info", tr("Wrote {files}.", files=files))

        self._background.run(lambda: write_report(report, path, to_png), tell)

    def _shown_card(self) -> ReportCard:
        if self.card is None:
            self.card = ReportCard(self._panel.window())
            self.card.cancelled.connect(self.cancel)
            self.card.again_asked.connect(self.start)
            self.card.save_asked.connect(self._choose)
        return self.card

    def _begin(self, made: object, cancel: threading.Event) -> None:
        """Every engine is ready: they take their turns."""
        if cancel.is_set() or isinstance(made, Cancelled):
            return
        if isinstance(made, Refused):
            self._fail(str(made))
        elif isinstance(made, Exception):
            self._fail(sentence(made))
            raise made
        else:
            contenders, self._left_out = cast("tuple[tuple[Contender, ...], dict[str, str]]", made)
            bridge = self._bench.bridge
            job = LatencyJob(contenders, self.seconds, bridge.clock)
            bridge.attach(JOB, job, self._heed, self._fail)

    def _heed(self, messages: list[Any]) -> None:
        last = messages[-1]
        if isinstance(last, Measuring):
            self._shown_card().show_progress(
                tr("Measuring {engine}", engine=last.engine), last.share
            )
        elif isinstance(last, Measured):
            self._bench.bridge.detach(JOB)
            times, left_out, cancel = last.times, self._left_out, self._cancel

            def made() -> tuple[LatencyReport, QImage]:
                report = report_of(times, self.seconds, tr("in the window"), left_out)
                return report, raster(to_card(report).encode(), _DOTS)

            self._background.run(made, lambda found: self._show(found, cancel))

    def _show(self, found: object, cancel: threading.Event) -> None:
        if cancel.is_set():
            return
        self.running = False
        if isinstance(found, Exception):
            raise found
        self.report, image = cast("tuple[LatencyReport, QImage]", found)
        self._shown_card().show_card(image, "\n".join(self.report.lines()))

    def _fail(self, why: str) -> None:
        self.running = False
        self._shown_card().hide()
        self._bench.studio.notify("warning", why)

    def _choose(self) -> None:
        dialog = QFileDialog(self.card, tr("Save the latency report"), "latency.png", FILTERS)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.fileSelected.connect(lambda name: self.save(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
