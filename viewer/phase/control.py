"""Wires the phase panel to DeepPhase, the transport and the stage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from inference.models import MODELS
from inference.worker.messages import ModelFailed, Result
from motion.features import FPS
from motion.files import whole_file
from viewer.model.figure import Figure
from viewer.studio.live_phase import PhaseLive
from viewer.ui.background import Background
from viewer.ui.time_view import MODES, add_actions, remember
from viewer.workbench import Workbench

from .panel import PhasePanel
from .plots import PhaseCurves

MODEL = "deepphase"
SETTLE_MS = 200
COLUMNS = "time_s,x,y,turns,amplitude"


class PhaseControl(QObject):
    """Runs DeepPhase over what is on the stage and follows the playhead.

    curves: of the whole clip; None until they are there.
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.curves: PhaseCurves | None = None
        self._cancel: Callable[[], None] | None = None
        self._background = Background(self, "export")
        self.panel = PhasePanel(bench.themes.current)
        self._settle = QTimer(self, singleShot=True)
        self._settle.timeout.connect(self._run)
        self._add_actions()
        self._connect()
        self._run()

    def close(self) -> None:
        self._settle.stop()
        self._stop_run()
        self._background.close()

    def _add_actions(self) -> None:
        actions, panel = self._bench.actions, self.panel
        view = panel.plots.view
        remember(view, self._bench.settings, "phase")
        keys = {"follow": "Shift+F", "page": "Shift+P", "fit": "Shift+A"}
        add_actions(actions, view, "phase", "Phase curves", "Phase", keys)
        self._export = actions.add(
            "phase.export",
            "Export phase as CSV…",
            "Save time, x, y, turns and amplitude of every frame",
            self._ask_file,
            keys="Ctrl+E",
            menu="Phase",
        )
        self._export.setIconText("CSV…")
        modes = [actions[f"phase.{mode}"] for mode in MODES]
        for button, action in zip(panel.mode_buttons, modes, strict=True):
            button.setDefaultAction(action)
        panel.export_button.setDefaultAction(self._export)
        panel.plots.addActions([*modes, self._export])

    def _connect(self) -> None:
        bench, panel = self._bench, self.panel
        bench.themes.changed.connect(panel.set_theme)
        bench.studio.motion_changed.connect(lambda _: self._settle.start(0))
        bench.studio.source_changed.connect(lambda _: self._settle.start(0))
        bench.studio.figure_changed.connect(self._note_figure)
        bench.studio.restyled_changed.connect(lambda: self._settle.start(SETTLE_MS))
        bench.studio.frame_changed.connect(self._show_frame)
        bench.studio.phase_live.connect(self._show_live)
        bench.bridge.model_loaded.connect(self._note_model)
        bench.bridge.happened.connect(self._note_event)
        panel.scrub_started.connect(bench.transport.begin_scrub)
        panel.scrubbed.connect(bench.transport.seek)
        panel.scrub_finished.connect(bench.transport.end_scrub)
        panel.shown.connect(lambda: self._show_frame(bench.transport.frame))

    def _note_figure(self) -> None:
        if self._bench.studio.source == "latent":
            self._settle.start(SETTLE_MS)

    def _note_model(self, model: str) -> None:
        if model == MODEL:
            self._run()

    def _note_event(self, event: object) -> None:
        if isinstance(event, ModelFailed) and event.model == MODEL:
            self.panel.set_problem(event.message)

    def _run(self) -> None:
        """Compute the curves of what is on the stage now."""
        self._settle.stop()
        self._stop_run()
        problem = self._why_idle()
        self.panel.set_problem(problem)
        self._take_curves(None)
        inputs = None if problem else self._inputs()
        if inputs is not None:
            frames, frame_time = inputs
            self._cancel = self._bench.bridge.bulk(
                MODEL,
                {"frame": frames},
                lambda result: self._take_result(result, frame_time),
            )

    def show_character(self, phases: np.ndarray) -> None:
        """The curves of what the character remembers: (T, 2) at 30 frames a second."""
        if self._bench.studio.source == "character" and self.panel.isVisible():
            room_s = self._bench.transport.span * self._bench.transport.frame_time
            growing = self.curves is not None
            self._take_curves(PhaseCurves(phases, 1 / FPS), growing, room_s)

    def _stop_run(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _why_idle(self) -> str:
        studio, spec = self._bench.studio, MODELS[MODEL]
        if MODEL not in self._bench.bridge.models:
            if spec.available(self._bench.assets):
                return "Loading DeepPhase."
            return f"DeepPhase is {spec.status(self._bench.assets)}: {spec.file} is missing."
        if studio.figure is None:
            return "Open a clip to see its phase."
        if studio.source == "clip" and studio.motion is not None:
            return studio.motion.not_human
        return ""

    def _inputs(self) -> tuple[np.ndarray, float] | None:
        """DeepPhase inputs (T, 132) of the figure on the stage, and its frame time.

        None for the character: its curves come by ``show_character``.
        """
        figure = self._bench.studio.figure
        if not isinstance(figure, Figure) or figure.phases is None:
            return None
        return figure.phases, figure.frame_time

    def _take_result(self, result: Result, frame_time: float) -> None:
        self._cancel = None
        self._take_curves(PhaseCurves(result.outputs["phase"], frame_time))
        self._bench.studio.ask_phase()

    def _take_curves(
        self, curves: PhaseCurves | None, growing: bool = False, room_s: float = 0.0
    ) -> None:
        self.curves = curves
        self._export.setEnabled(curves is not None)
        self.panel.set_curves(curves, growing, room_s)
        self._show_frame(self._bench.transport.frame)

    def _show_frame(self, frame: int) -> None:
        if self.panel.isVisible():
            self.panel.set_time(frame * self._bench.transport.frame_time)

    def _show_live(self, live: PhaseLive) -> None:
        if self.panel.isVisible():
            run = f"run {live.compute_ms * 1e3:.0f} µs, {live.engine}"
            text = f"latency {live.latency_ms:.2f} ms, {run}"
            self.panel.set_now(live.frame, live.x, live.y, text)

    def _ask_file(self) -> None:
        motion = self._bench.studio.motion
        source = self._bench.studio.source
        stem = motion.title if motion and source == "clip" else source
        dialog = QFileDialog(self.panel, "Export phase", f"{stem} phase.csv", "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, path: Path) -> None:
        """Write the curves to ``path`` as CSV in the background; says so, or why not."""
        curves = self.curves
        if curves is None:
            return

        def say(result: object) -> None:
            if isinstance(result, Exception):
                self._bench.studio.notify("error", str(result))
            else:
                self._bench.studio.notify("info", f"Wrote {result} frames to {path}.")

        self._background.run(lambda: write_csv(path, curves), say)


def write_csv(path: Path, curves: PhaseCurves) -> int:
    """Write a row per frame to ``path``; how many. Raises CannotWrite."""
    table = np.column_stack([curves.time_s, curves.xy, curves.turns, curves.amplitude])
    with whole_file(path) as part:
        np.savetxt(part, table, "%.6f", ",", header=COLUMNS, comments="")
    return len(table)
