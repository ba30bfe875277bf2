"""Wires the phase panel to what is measured, the transport and the stage."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton

from viewer.model.engines import short
from viewer.model.language import tr
from viewer.model.phase_csv import save_measures
from viewer.model.phase_measures import PhaseMeasures
from viewer.studio.live_phase import PhaseLive
from viewer.ui.background import Background
from viewer.ui.time_view import MODES, add_actions, remember
from viewer.workbench import Workbench

from .lint_control import LintControl
from .overlay_control import OverlayControl
from .panel import PhasePanel
from .pictures import PhasePictures
from .reader import MODEL, PhaseReader, Remembered
from .rows import APART, ROWS

SETTLE_MS = 200
_HIDDEN = "phase/hidden"
_ROWS = {**ROWS, **APART}


class PhaseControl(QObject):
    """Shows the phase of what is on the stage and follows the playhead."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self._background = Background(self, "export")
        self.panel = PhasePanel(bench.themes.current)
        self.reader = PhaseReader(bench, self)
        self._same = True
        self._settle = QTimer(self, singleShot=True)
        self._settle.timeout.connect(self._read)
        self._add_actions()
        self._add_rows()
        self.lint = LintControl(bench, self.reader, self.panel.lint)
        self.overlay = OverlayControl(bench, self.reader, self.panel.overlay, self.panel.content)
        self.pictures = PhasePictures(bench, self.panel, self.reader, self.overlay)
        self._connect()
        self._read()

    @property
    def measures(self) -> PhaseMeasures | None:
        """Of the whole clip; None until they are there."""
        return self.reader.measures

    def close(self) -> None:
        self._settle.stop()
        self.reader.close()
        self.lint.close()
        self.overlay.close()
        self.pictures.close()
        self._background.close()

    def _add_actions(self) -> None:
        actions, panel = self._bench.actions, self.panel
        view = panel.plots.view
        remember(view, self._bench.settings, "phase")
        keys = {"follow": "Shift+F", "page": "Shift+P", "fit": "Shift+A"}
        add_actions(actions, view, "phase", tr("Phase curves"), "Phase", keys)
        self._measure = actions.add(
            "phase.measure", tr("Measure Δt and Δφ (or Ctrl+drag)"),
            tr("Drag over the phase curves to measure time and turns; Ctrl+drag does so at any "
               "time"),
            self._set_measuring, keys="Shift+M", menu="Phase", checkable=True,
        )  # fmt: skip
        self._measure.setIconText("Δ")
        self._export = actions.add(
            "phase.export",
            tr("Export phase as CSV…"),
            tr("Save every number of the plots, frame by frame, with anomalies and verdict"),
            self._ask_file,
            keys="Alt+E",
            menu="Phase",
        )
        self._bench.icons.bind(self._export, "export")
        modes = [actions[f"phase.{mode}"] for mode in MODES]
        for button, action in zip(panel.mode_buttons, modes, strict=True):
            button.setDefaultAction(action)
        panel.measure_button.setDefaultAction(self._measure)
        panel.export_button.setDefaultAction(self._export)
        panel.plots.addActions([*modes, self._measure, self._export])

    def _add_rows(self) -> None:
        """A menu of the rows, each on until someone has switched it off."""
        hidden = str(self._bench.settings.value(_HIDDEN, "")).split(",")
        menu, button = QMenu(self.panel), self.panel.rows_button
        for name, (title, tip) in _ROWS.items():
            action = self._bench.actions.add(
                f"phase.row.{name}", title, tip, lambda _: self._show_rows(), menu="Phase/Rows",
                checkable=True, checked=name not in hidden,
            )  # fmt: skip
            menu.addAction(action)
        button.setText(tr("Rows"))
        button.setToolTip(tr("Which rows the plots show"))
        button.setAccessibleName(tr("Rows of the phase plots"))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._show_rows()

    def _show_rows(self) -> None:
        on = {name: self._bench.actions[f"phase.row.{name}"].isChecked() for name in _ROWS}
        self.panel.plots.show_rows([name for name in _ROWS if on[name]])
        off = ",".join(name for name in _ROWS if not on[name])
        self._bench.settings.setValue(_HIDDEN, off)

    def _set_measuring(self, on: bool) -> None:
        self.panel.plots.measuring = on

    def _connect(self) -> None:
        bench, panel = self._bench, self.panel
        bench.themes.changed.connect(panel.set_theme)
        bench.studio.motion_changed.connect(lambda _: self._soon(0))
        bench.studio.source_changed.connect(lambda _: self._soon(0))
        bench.studio.figure_changed.connect(self._note_figure)
        bench.studio.restyled_changed.connect(lambda: self._soon(SETTLE_MS, same=True))
        bench.studio.frame_changed.connect(self._show_frame)
        bench.studio.phase_live.connect(self._show_live)
        bench.bridge.model_loaded.connect(self._note_model)
        self.reader.changed.connect(self._show_measures)
        self.overlay.changed.connect(lambda: self._show_measures(growing=True))
        panel.scrub_started.connect(bench.transport.begin_scrub)
        panel.scrubbed.connect(bench.transport.seek)
        panel.scrub_finished.connect(bench.transport.end_scrub)
        panel.shown.connect(lambda: self._show_frame(bench.transport.frame))

    def _note_figure(self) -> None:
        if self._bench.studio.source == "latent":
            self._soon(SETTLE_MS)

    def _soon(self, wait_ms: int, same: bool = False) -> None:
        """Read once nothing has changed for a while; same: the clip is that which was read."""
        self._same = self._same and same
        self._settle.start(wait_ms)

    def _note_model(self, model: str) -> None:
        if model == MODEL:
            self._read()

    def _read(self) -> None:
        self._settle.stop()
        same, self._same = self._same, True
        self.reader.read(same)

    def show_character(self, remembered: Remembered) -> None:
        """The character remembers more, or other things."""
        if self._bench.studio.source == "character":
            self.reader.read_character(remembered)

    def _show_measures(self, growing: bool) -> None:
        bench, reader = self._bench, self.reader
        driven = bench.studio.source == "character"
        room_s = bench.transport.span * bench.transport.frame_time if driven else 0.0
        self._export.setEnabled(reader.measures is not None)
        self.panel.set_problem(reader.problem)
        rows = self.overlay.over(reader.plotted)
        self.panel.portrait.set_others(self.overlay.planes())
        self.panel.set_measures(reader.measures, rows, growing, room_s)
        self._show_frame(bench.transport.frame)
        if not growing and reader.measures is not None:
            bench.studio.ask_phase()

    def _show_frame(self, frame: int) -> None:
        if self.panel.isVisible():
            self.panel.set_time(frame * self._bench.transport.frame_time)

    def _show_live(self, live: PhaseLive) -> None:
        if self.panel.isVisible() and not self.reader.problem:
            run = tr(
                "run {compute_ms:.0f} µs, {name}",
                compute_ms=live.compute_ms * 1e3,
                name=short(live.engine),
            )
            text = f"{live.latency_ms:.2f} ms, {run}"
            self.panel.set_now(live.frame, live.x, live.y, text)

    def _ask_file(self) -> None:
        motion = self._bench.studio.motion
        source = self._bench.studio.source
        stem = motion.title if motion and source == "clip" else source
        dialog = QFileDialog(
            self.panel, tr("Export phase"), tr("{stem} phase.csv", stem=stem), "CSV (*.csv)"
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda name: self.export(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def export(self, path: Path) -> None:
        """Write what is measured to ``path`` as CSV in the background; says so, or why not."""
        found = self.measures
        if found is None:
            return

        def say(result: object) -> None:
            if isinstance(result, Exception):
                self._bench.studio.notify("error", str(result))
            else:
                self._bench.studio.notify(
                    "info", tr("Wrote {result} frames to {path}.", result=result, path=path)
                )

        clip = self._bench.clip
        markers = clip.markers if clip else ()
        self._background.run(lambda: save_measures(path, found, markers), say)
