"""The curves and the phase plane as pictures with their numbers."""

from __future__ import annotations

from viewer.model.language import tr
from viewer.model.phase_compare import PhaseComparison
from viewer.model.phase_plots import curves_plot, portrait_plot
from viewer.ui.plot_export import MakePlot, PlotExport, PlotNames
from viewer.workbench import Workbench

from .overlay_control import OverlayControl
from .panel import PhasePanel
from .reader import PhaseReader


class PhasePictures:
    """What the panel plots, to be taken along: the rows that are shown, over the time in sight."""

    def __init__(
        self, bench: Workbench, panel: PhasePanel, reader: PhaseReader, overlay: OverlayControl
    ) -> None:
        self._panel, self._reader, self._overlay = panel, reader, overlay
        names = (
            PlotNames("phase.curves", tr("Phase curves"), "Phase/Curves as plot"),
            PlotNames("phase.portrait", tr("Phase portrait"), "Phase/Portrait as plot"),
        )
        self.curves, self.portrait = (
            PlotExport(widget, bench.actions, each, ask, bench.studio.notify)
            for widget, each, ask in zip(
                (panel.plots, panel.portrait),
                names,
                (self._ask_curves, self._ask_portrait),
                strict=True,
            )
        )
        reader.changed.connect(lambda _: self._allow())
        self._allow()

    def close(self) -> None:
        """Let what is being written come to its end."""
        self.curves.close()
        self.portrait.close()

    def _allow(self) -> None:
        for export in (self.curves, self.portrait):
            export.set_ready(self._reader.measures is not None)

    def _ask_curves(self) -> MakePlot | None:
        found, view = self._reader.measures, self._panel.plots.view
        if found is None:
            return None
        shown = (view.start_s, min(view.end_s, found.series.length_s))
        rows = [row.name for row in self._panel.plots.rows]
        title, compared = self._overlay.reader.a_label(), self._overlay.reader.comparison
        further = self._further()
        return lambda: curves_plot(title, found, rows, shown, compared, further)

    def _ask_portrait(self) -> MakePlot | None:
        found, overlay, further = self._reader.measures, self._overlay.reader, self._further()
        title, compared = overlay.a_label(), overlay.comparison
        if found is None:
            return None
        return lambda: portrait_plot(title, found.series, compared, further)

    def _further(self) -> list[PhaseComparison]:
        return [each for each in self._overlay.further if each is not None]
