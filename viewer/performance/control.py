"""Wires the performance panel to the worker's statistics."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer

from inference.engines import is_address
from inference.models import MODELS
from inference.worker.messages import ModelDeclined, ModelReloaded
from viewer.model.engines import SERVERS_OWN, badge
from viewer.model.language import tr
from viewer.model.performance_plot import performance_plot
from viewer.ui.plot_export import MakePlot, PlotExport, PlotNames
from viewer.workbench import Workbench

from .engine_switch import EngineSwitch
from .panel import ModelRow, PerformancePanel
from .report_control import LatencyReporting
from .time_lane import LatencyTimeLane
from .truth_control import TruthControl

INTERVAL_MS = 250
TOGETHER_MS = 500
"""What comes within so long of each other is told in one toast."""


class PerformanceControl(QObject):
    """Reads the statistics four times a second while they change and are seen.

    Playing, it does so with a picture of the stage, so that it causes none of its own.
    """

    def __init__(self, bench: Workbench, engines: EngineSwitch, truth: TruthControl) -> None:
        super().__init__(bench.studio)
        self._bench, self._engines, self._truth = bench, engines, truth
        titles = {name: spec.title for name, spec in MODELS.items()}
        self.panel = PerformancePanel(bench.themes.current, titles)
        self.report = LatencyReporting(bench, self.panel)
        self.lane = LatencyTimeLane(bench)
        self.lane.pressed.connect(self._show_picture)
        self._declined: set[ModelDeclined] = set()
        self._untold: list[ModelDeclined] = []
        self._seen: tuple[object, ...] = ()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._take_turn)
        self._due = False
        self._tell_soon = QTimer(self, interval=TOGETHER_MS, singleShot=True)
        self._tell_soon.timeout.connect(self._tell_declined)
        bench.themes.changed.connect(self.panel.set_theme)
        bench.bridge.happened.connect(self._note_event)
        bench.studio.latency.changed.connect(self._wake)
        bench.studio.motion_opened.connect(self._wake)
        bench.studio.frame_changed.connect(self._refresh_if_due)
        bench.transport.playing_changed.connect(self._wake)
        self.panel.shown.connect(self.refresh)
        slowest = bench.actions.add(
            "performance.slowest", tr("Slowest picture"),
            tr("Show what the slowest picture of the time in the latency lane was made of"),
            self._show_slowest, keys="Alt+P", menu="Performance",
        )  # fmt: skip
        slowest.setIconText(tr("Slowest"))
        self.panel.pictures.slowest.setDefaultAction(slowest)
        names = PlotNames("performance.times", tr("Run times"), "Performance/Run times as plot")
        ask, tell = self._ask_plot, bench.studio.notify
        self.plot = PlotExport(self.panel, bench.actions, names, ask, tell)
        self.panel.part_chosen.connect(engines.choose_part)
        self.panel.server_entered.connect(engines.choose_server)
        self.panel.server.setText(engines.server)
        engines.server_asked.connect(self._ask_server)
        self.panel.truth.switch.setDefaultAction(bench.actions["truth.mode"])
        self.panel.truth.worst_asked.connect(bench.actions["truth.worst"].trigger)
        truth.changed.connect(self.panel.show_truth)
        self.panel.show_truth(truth.reading)
        engines.changed.connect(self._show_choice)
        self._show_choice()
        self.refresh()

    def close(self) -> None:
        self._timer.stop()
        self._tell_soon.stop()
        self.report.close()
        self.plot.close()
        self._truth.close()
        self._engines.close()

    @property
    def asking(self) -> bool:
        """Whether it goes on asking for numbers; it stops when nothing changes any more."""
        return self._timer.isActive()

    def refresh(self) -> None:
        """Show the numbers of now; stop asking when nothing changed since the last time."""
        self._due = False
        bench, stats = self._bench, self._bench.bridge.stats()
        playing = bench.transport.playing
        pictures = bench.studio.pictures.record.count
        counts = (stats.queue_depth, stats.stale, stats.delivered, pictures)
        seen = (stats.engine, *counts, stats.building)
        if self.panel.isVisible() and (seen != self._seen or playing):
            self._timer.start()
        else:
            self._timer.stop()
        self._seen = seen
        self.panel.set_fact("Running on", badge(stats.engine))
        self.panel.set_fact("Queue", f"{stats.queue_depth}")
        self.panel.set_fact(
            "Dropped",
            tr("{stale} of {asked}", stale=stats.stale, asked=stats.stale + stats.delivered),
        )
        self.panel.set_fact("Frames", f"{bench.transport.fps:.0f} fps" if playing else tr("paused"))
        self.panel.set_fact("Late", f"{bench.transport.late_frames}")
        if self.panel.isVisible():
            self.panel.pictures.show_record(bench.studio.pictures.record, playing)
        for name, spec in MODELS.items():
            timed = stats.models.get(name)
            if timed is not None:
                row = ModelRow(
                    timed.count, timed.p50, timed.p95, timed.p99, timed.network_p50, timed.recent
                )
            elif name in bench.bridge.models:
                row = ModelRow(note=tr("no single run yet"))
            else:
                row = ModelRow(note=tr(spec.status(bench.assets)))
            self.panel.set_model(name, row)

    def _show_slowest(self) -> None:
        self._bring()
        self.refresh()
        self.panel.pictures.choose_slowest()

    def _show_picture(self, number: int) -> None:
        """What the picture of that number was made of, in front of the other panels."""
        self._bring()
        self.refresh()
        self.panel.pictures.choose(number)

    def _bring(self) -> None:
        """The dock of the panel comes to the front."""
        if (dock := self.panel.parentWidget()) is not None:
            dock.show()
            dock.raise_()

    def _ask_plot(self) -> MakePlot | None:
        timed = self._bench.bridge.stats().models
        found = {
            name: (spec.title, np.array(timed[name].recent))
            for name, spec in MODELS.items()
            if name in timed and len(timed[name].recent)
        }
        return (lambda: performance_plot(found)) if found else None

    def _take_turn(self) -> None:
        """Leave it to the next frame; one that does not come is not waited for."""
        if self._bench.transport.playing and not self._due:
            self._due = True
        else:
            self.refresh()

    def _refresh_if_due(self) -> None:
        if self._due:
            self.refresh()

    def _note_event(self, event: object) -> None:
        self._wake()
        if isinstance(event, ModelReloaded):
            title = MODELS[event.model].title if event.model in MODELS else event.model
            more = "\n".join(event.warnings)
            self._bench.studio.notify(
                "info",
                tr("{title} was loaded anew from {path}.", title=title, path=event.path),
                more,
            )
        elif isinstance(event, ModelDeclined) and event not in self._declined:
            self._declined.add(event)
            self._untold.append(event)
            self._tell_soon.start()

    def _tell_declined(self) -> None:
        told, self._untold = self._untold, []
        messages = [event.message for event in told]
        if len(told) == 1:
            self._bench.studio.notify("info", messages[0])
            return
        engines = tr(" and ").join(dict.fromkeys(event.engine for event in told))
        sentence = tr(
            "{count} models that {engines} does not have run on an engine here.",
            count=len(told),
            engines=engines,
        )
        self._bench.studio.notify("info", sentence, "\n".join(messages))

    def _wake(self, *_: object) -> None:
        if self.panel.isVisible() and not self.asking:
            self._timer.start()

    def _show_choice(self) -> None:
        shown = self._engines.shown
        for field, choice in self.panel.choices.items():
            servers_own = SERVERS_OWN if is_address(shown) and field != "engine" else ""
            for value in choice.buttons:
                choice.set_problem(value, servers_own or self._engines.why_not(field, value))
        self.panel.show_variant(shown)

    def _ask_server(self) -> None:
        self._bench.studio.notify(
            "info", tr("Type the address of the server in the Performance panel.")
        )
        self.panel.server.setFocus()
