"""Wires the distance map to the phase on stage, the playhead and the loop range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject

from motion.phase.loops import Loop, loop_points
from motion.phase.series import PhaseSeries
from viewer.model.figure import Figure
from viewer.model.language import tr
from viewer.model.overlaid import overlaid
from viewer.model.phase_compare import PhaseComparison
from viewer.model.phase_plots import distance_plot
from viewer.ui.background import Background
from viewer.ui.plot_export import MakePlot, PlotExport, PlotNames
from viewer.workbench import Workbench

from .panel import IDLE, DistancePanel
from .tiles import Pair

GHOST = "distance"
"""Its name among those who show a ghost."""
MENU = "Phase/Distance map"
ZOOM_STEP = 1.5


@dataclass(frozen=True, eq=False)
class Other:
    """B, with which the phase on stage, A, is compared.

    moments_s: (T,) of B, which belongs to each frame of A, NaN where none does. positions:
    (U, 22, 3) of its frames, metres, where there are any.
    """

    title: str
    series: PhaseSeries
    moments_s: np.ndarray
    positions: np.ndarray | None

    @staticmethod
    def of(compared: PhaseComparison, positions: np.ndarray | None) -> Other:
        """B of a comparison."""
        aligned, b = compared.difference.aligned, compared.b
        moments = np.full(len(compared.a.series), np.nan)
        moments[aligned.frames] = aligned.times_s
        return Other(b.label, b.series, moments, positions)


class DistanceControl(QObject):
    """loops: the best loop points of what is on stage, once they are found."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench.studio)
        self._bench = bench
        self._background = Background(self, "loops", wait=False)
        self.panel = DistancePanel(bench.themes.current)
        self._series: PhaseSeries | None = None
        self._beside: Other | None = None
        self._shown: Pair | None = None
        self._shown_beside: Other | None = None
        self._same = self._in_sight = False
        self._overlaid: int | None = None
        self.loops: tuple[Loop, ...] = ()
        self._add_actions()
        self._connect()
        self._show()

    def close(self) -> None:
        self._background.close()
        self.plot.close()
        self.panel.canvas.maker.close()

    def set_in_sight(self, on: bool) -> None:
        """Whether a person can see it: nothing is computed while nobody does."""
        self._in_sight = on
        self._show()

    def show_phase(self, series: PhaseSeries | None, growing: bool = False) -> None:
        """The phase on stage; None while it is not known. growing: of the same motion."""
        self._series, self._same = series, self._same and growing
        self._show()

    def show_comparison(
        self, compared: PhaseComparison | None, positions: np.ndarray | None = None
    ) -> None:
        """What the phase on stage is compared with, and where that moves; None: with itself."""
        before, self._beside = self._beside, Other.of(compared, positions) if compared else None
        titles = [each.title if each else "" for each in (before, self._beside)]
        self._same = self._same and titles[0] == titles[1]
        self._show()

    def _add_actions(self) -> None:
        actions, canvas = self._bench.actions, self.panel.canvas
        fit = actions.add(
            "distance.fit", tr("Distance map: show all of it"),
            tr("Distance map: from the first frame to the last, both ways"),
            lambda: canvas.set_view(canvas.view.fit()), menu=MENU,
        )  # fmt: skip
        actions.add(
            "distance.zoom_in", tr("Distance map: zoom in"), tr("Distance map: show less time"),
            lambda: canvas.zoom(ZOOM_STEP), menu=MENU,
        )  # fmt: skip
        actions.add(
            "distance.zoom_out", tr("Distance map: zoom out"), tr("Distance map: show more time"),
            lambda: canvas.zoom(1 / ZOOM_STEP), menu=MENU,
        )  # fmt: skip
        self._both = actions.add(
            "distance.both", tr("Show both frames on stage"),
            tr("A click on the distance map shows the frame to the right too, translucent"),
            self._set_both, menu=MENU, checkable=True,
        )  # fmt: skip
        self._loop = actions.add(
            "distance.loop", tr("Loop at the best point"),
            tr("Loop where the clip goes on best from a late frame to an early one"),
            lambda: self._take_loop(0), keys="Alt+L", menu=MENU,
        )  # fmt: skip
        fit.setIconText(tr("All"))
        self._both.setIconText(tr("Both frames"))
        for button, action in zip(self.panel.buttons, (fit, self._both), strict=True):
            button.setDefaultAction(action)
        self.plot = PlotExport(
            canvas, actions, PlotNames("distance.plot", tr("Distance map"), MENU), self._ask_plot,
            self._bench.studio.notify,
        )  # fmt: skip

    def _connect(self) -> None:
        bench, panel = self._bench, self.panel
        bench.themes.changed.connect(panel.set_theme)
        bench.studio.frame_changed.connect(self._show_frame)
        bench.studio.figure_changed.connect(self._forget_overlay)
        panel.canvas.pointed.connect(panel.set_pointed)
        panel.canvas.jumped.connect(self._jump)
        panel.canvas.loop_chosen.connect(self._take_loop)
        panel.loops.chosen.connect(self._take_loop)

    def _show(self) -> None:
        """The map of what is on stage, if that can be seen."""
        panel = self.panel
        if not self._in_sight:
            return
        series, beside = self._series, self._beside
        panel.set_problem("" if series else IDLE)
        shown = self._shown
        if series is (shown.a if shown else None) and beside is self._shown_beside:
            self._show_frame(self._bench.transport.frame)
            return
        pair = Pair(series, beside.series if beside else series) if series else None
        self._shown, self._shown_beside = pair, beside
        panel.canvas.set_pair(pair, self._same)
        panel.about.setText(f"B: {beside.title}" if beside else tr("In the phase plane"))
        panel.about.setToolTip(panel.about.text())
        panel.set_pointed(None)
        self.plot.set_ready(pair is not None)
        self._find_loops()
        self._same = pair is not None
        self._show_frame(self._bench.transport.frame)

    def _find_loops(self) -> None:
        """Of a clip or a latent alone, in the background; of the same motion those of before stay
        until then."""
        if not self._same or self._beside is not None:
            self._offer(())
        pair, figure = self._shown, self._bench.studio.figure
        if pair is None or self._beside is not None or not isinstance(figure, Figure):
            return
        if figure.frame_count != len(pair.a):
            return
        positions, phase = figure.positions, pair.a

        def take(found: object) -> None:
            if isinstance(found, Exception):
                raise found
            if isinstance(found, tuple) and self._shown is pair:
                self._offer(found)

        self._background.run(lambda: loop_points(positions, phase.frame_time, phase.xy), take)

    def _offer(self, loops: tuple[Loop, ...]) -> None:
        self.loops = loops
        panel = self.panel
        panel.loops.show_loops(loops, self._shown.a.frame_time if self._shown else 1.0)
        panel.loops.setVisible(bool(loops))
        panel.canvas.set_marks([(loop.first, loop.last) for loop in loops])
        self._loop.setEnabled(bool(loops))

    def _take_loop(self, number: int) -> None:
        loop = self.loops[number]
        self._bench.studio.set_range(loop.first, loop.last - 1)

    def _show_frame(self, frame: int) -> None:
        if self._overlaid is not None and frame != self._overlaid:
            self._forget_overlay()
        pair = self._shown
        if pair is None or not self._in_sight:
            return
        down = across = (frame + 0.5) * pair.a.frame_time
        if (beside := self._beside) is not None:
            moment = beside.moments_s[frame] if frame < len(beside.moments_s) else np.nan
            across = float(moment) + pair.b.frame_time / 2
        self.panel.canvas.set_heads(down, across if np.isfinite(across) else None)

    def _jump(self, row: int, column: int, both: bool) -> None:
        """Go to the frame of A; with ``both`` that of B stands over it."""
        self._forget_overlay()
        both = both or self._both.isChecked()
        if both:
            self._bench.transport.pause()
        self._bench.transport.seek_frame(row)
        figure = self._bench.studio.figure
        if not both or not isinstance(figure, Figure):
            return
        other, pair = self._beside, self._shown
        positions = figure.positions if other is None else other.positions
        if pair is None or positions is None or figure.skeleton is not None:
            return
        times = pair.a.frame_time, pair.b.frame_time
        pose = overlaid(figure.positions, row, positions, column, times)
        self._overlaid = self._bench.transport.frame
        self._bench.studio.ghost.show(GHOST, pose)

    def _set_both(self, on: bool) -> None:
        if not on:
            self._forget_overlay()

    def _forget_overlay(self) -> None:
        if self._overlaid is not None:
            self._overlaid = None
            self._bench.studio.ghost.show(GHOST, None)

    def _ask_plot(self) -> MakePlot | None:
        pair, beside, studio = self._shown, self._beside, self._bench.studio
        if pair is None:
            return None
        motion = studio.motion if studio.source == "clip" else None
        name = motion.title if motion else studio.source
        names = (name, beside.title if beside else name)
        title = tr("{name}: distance in the phase plane", name=name)
        return lambda: distance_plot(title, pair.a, pair.b, names)
