"""Phase over time: its rows, and a crosshair that reads and measures."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from viewer.model.language import tr
from viewer.ui.row_plots import Drawn, RowPlots
from viewer.ui.theme import Theme
from viewer.ui.time_view import LEAST_SPAN_S

from .crosshair import Crosshair, Measured, measure
from .rows import APART, ROWS, Plotted


class PhasePlots(RowPlots):
    """Draws the rows of a phase that are to be shown.

    Drag or click seeks, the wheel zooms in time, a drag with Ctrl, or any while ``measuring``,
    measures from moment to moment.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.plotted: Plotted | None = None
        self.measuring = False
        self.crosshair = Crosshair()
        self._shown: tuple[str, ...] = (*ROWS, *APART)
        self._growing = False
        self.setAccessibleName(tr("Phase over time"))
        self.setToolTip(
            tr(
                "Drag or click to seek, wheel to zoom in time, Shift+drag to pan, double-click to "
                "see all.\nThe crosshair tells the values under the pointer; Ctrl+drag measures "
                "Δt and Δφ."
            )
        )

    @property
    def measured(self) -> Measured | None:
        """What was last measured by a drag; None once something else was clicked."""
        ends = self.crosshair.measured
        return measure(self.plotted.series, *ends) if ends and self.plotted else None

    def show_rows(self, names: Collection[str]) -> None:
        """Draw these rows and no others."""
        self._shown = tuple(names)
        self._draw()

    def set_plotted(
        self, plotted: Plotted | None, growing: bool = False, room_s: float = 0.0
    ) -> None:
        """Draw a clip's rows; None clears them.

        growing: the same clip as before, and more or other rows. room_s: how long it may become.
        """
        self.plotted = plotted
        self._growing = plotted is not None and room_s > 0
        known_s = 0.0 if plotted is None else max(plotted.series.length_s, LEAST_SPAN_S)
        time_s = self.view.time_s
        if not growing:
            self.crosshair.forget()
            self.view.begin(0.0)
        self.view.set_length(max(known_s, room_s) if plotted else 0.0, known_s)
        if not growing:
            self.view.show(time_s)
        self._draw()

    def _draw(self) -> None:
        plotted = self.plotted
        if plotted is None:
            self.draw(Drawn())
            return
        rows = tuple(row for row in plotted.rows if row.name in self._shown)
        series = plotted.series
        self.draw(Drawn(rows, len(series), series.frame_time, plotted.spans))

    def set_time(self, time_s: float) -> None:
        """Move the playhead; what still grows may lie behind it."""
        if self._growing and time_s > self.view.known_s:
            self.view.set_length(max(self.view.length_s, time_s), time_s)
        self.show_time(time_s)
        if self.crosshair.at is not None:
            self.update()

    def paint_over(self, painter: QPainter) -> None:
        self.crosshair.paint(painter, self, self.measured)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        self.crosshair.armed = (self.measuring or control) and self.plotted is not None
        if event.button() == Qt.MouseButton.LeftButton:
            self.crosshair.begin(None)
            self.update()
        super().mousePressEvent(event)

    def drag_at(self, at: QPointF) -> str:
        return "measure" if self.crosshair.armed else "head"

    def drag_begun(self, what: str, event: QMouseEvent) -> None:
        self.crosshair.begin(self.frame_at(event.position().x()))

    def drag_to(self, what: str, time_s: float) -> None:
        self.crosshair.stretch_to(self.frame_at(float(self.to_x(time_s))))
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        inside = self.plotted is not None and self.area.contains(event.position())
        self.crosshair.at = event.position().x() if inside else None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.crosshair.at = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.crosshair.measured is not None:
            self.crosshair.begin(None)
            self.update()
        else:
            super().keyPressEvent(event)
