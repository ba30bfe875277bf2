"""Wires the performance panel to the worker's statistics."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from inference.engines import ENGINES
from inference.models import MODELS
from inference.stats import WorkerStats

from .panels.performance import ModelRow, PerformancePanel
from .workbench import Workbench

INTERVAL_MS = 250


class PerformanceControl(QObject):
    """Reads the statistics four times a second while they change and are seen.

    Playing, it does so with a picture of the stage, so that it causes none of its own.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        titles = {name: spec.title for name, spec in MODELS.items()}
        self.panel = PerformancePanel(bench.themes.current, titles)
        self._seen: tuple[object, ...] = ()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._take_turn)
        self._due = False
        bench.themes.changed.connect(self.panel.set_theme)
        bench.bridge.happened.connect(self._wake)
        bench.studio.latency_changed.connect(self._wake)
        bench.studio.motion_opened.connect(self._wake)
        bench.studio.frame_changed.connect(self._refresh_if_due)
        bench.transport.playing_changed.connect(self._wake)
        self.panel.shown.connect(self.refresh)
        self.panel.engine_chosen.connect(bench.bridge.use_engine)
        self.refresh()

    def close(self) -> None:
        self._timer.stop()

    def refresh(self) -> None:
        """Show the numbers of now; stop asking when nothing changed since the last time."""
        self._due = False
        bench, stats = self._bench, self._bench.bridge.stats()
        playing = bench.transport.playing
        seen = (stats.engine, stats.queue_depth, stats.stale, stats.delivered, stats.building)
        if self.panel.isVisible() and (seen != self._seen or playing):
            self._timer.start()
        else:
            self._timer.stop()
        self._seen = seen
        self.panel.set_engines(tuple(ENGINES), stats.engine)
        self.panel.set_fact("Running on", self._running_on(stats))
        self.panel.set_fact("Queue", f"{stats.queue_depth}")
        self.panel.set_fact("Stale", f"{stats.stale} of {stats.stale + stats.delivered}")
        self.panel.set_fact("Frames", f"{bench.transport.fps:.0f} fps" if playing else "paused")
        self.panel.set_fact("Dropped", f"{bench.transport.late_frames}")
        for name, spec in MODELS.items():
            timed = stats.models.get(name)
            if timed is not None:
                row = ModelRow(timed.count, timed.p50, timed.p95, timed.p99, timed.recent)
            elif name in bench.bridge.models:
                row = ModelRow(note="no single run yet")
            else:
                row = ModelRow(note=spec.status(bench.assets))
            self.panel.set_model(name, row)

    def _take_turn(self) -> None:
        """Leave it to the next frame; one that does not come is not waited for."""
        if self._bench.transport.playing and not self._due:
            self._due = True
        else:
            self.refresh()

    def _refresh_if_due(self) -> None:
        if self._due:
            self.refresh()

    def _wake(self, *_: object) -> None:
        if self.panel.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _running_on(self, stats: WorkerStats) -> str:
        if stats.building:
            build = stats.building[0]
            seconds = f"{build.elapsed:.0f} of about {build.estimate:.0f} s"
            return f"{stats.engine}, building {build.engine}: {seconds}"
        return f"{stats.engine} on {self._bench.bridge.device}"
