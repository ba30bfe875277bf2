"""The curves of joints over time, with a crosshair that reads them."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QMouseEvent, QPainter

from viewer.model.language import tr
from viewer.ui.row_plots import Drawn, RowPlots
from viewer.ui.theme import Theme
from viewer.ui.time_view import LEAST_SPAN_S


class JointPlots(RowPlots):
    """Rows of a clip's joints; the pointer tells their values."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._pointer_x: float | None = None
        self.setAccessibleName(tr("Joints over time"))
        self.setToolTip(
            tr(
                "Drag or click to seek, wheel to zoom in time, Shift+drag to pan, double-click to "
                "see all.\nThe crosshair tells the values under the pointer."
            )
        )

    def show_rows(self, drawn: Drawn, anew: bool) -> None:
        """Draw these; anew: of another motion than before."""
        length_s = max((drawn.frames - 1) * drawn.frame_time, LEAST_SPAN_S) if drawn.frames else 0.0
        time_s = self.view.time_s
        if anew:
            self.view.begin(0.0)
        self.view.set_length(length_s)
        if anew:
            self.view.show(time_s)
        self.draw(drawn)

    def set_time(self, time_s: float) -> None:
        """Move the playhead; what lives may be ahead of its curves."""
        if time_s > self.view.known_s > 0:
            self.view.set_length(time_s)
        self.show_time(time_s)
        if self._pointer_x is not None:
            self.update()

    def paint_over(self, painter: QPainter) -> None:
        frame = None if self._pointer_x is None else self.frame_under(self._pointer_x)
        if frame is not None:
            self.paint_values(painter, frame)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        inside = self.area.contains(event.position())
        self._pointer_x = event.position().x() if inside else None
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer_x = None
        self.update()
