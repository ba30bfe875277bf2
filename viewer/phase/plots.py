"""Phase over time: four plots on one time axis with a playhead that seeks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from viewer.ui.plotting import PointerView, StillView, paint_axes, pen
from viewer.ui.theme import Theme, mono_font

ROWS = ("x", "y", "φ (turn)", "A")
KEY_STEP_S = 0.1
LEAST_SPAN_S = 0.2
FLOOR = 1e-3


@dataclass(frozen=True, eq=False)
class PhaseCurves:
    """DeepPhase over a clip: xy (T, 2) per frame, frame_time in seconds."""

    xy: np.ndarray
    frame_time: float

    @property
    def time_s(self) -> np.ndarray:
        return np.arange(len(self.xy)) * self.frame_time

    @property
    def turns(self) -> np.ndarray:
        """Phase in [0, 1) of a turn, (T,)."""
        return np.arctan2(self.xy[:, 1], self.xy[:, 0]) / (2 * np.pi) % 1.0

    @property
    def amplitude(self) -> np.ndarray:
        return np.hypot(self.xy[:, 0], self.xy[:, 1])

    @property
    def reach(self) -> float:
        """The largest amplitude, never zero."""
        return max(float(self.amplitude.max(initial=0.0)), FLOOR)


def joined(turns: np.ndarray) -> np.ndarray:
    """Which points of (T,) turns a line may join to the next: not at a wrap."""
    apart = np.abs(np.diff(turns, append=turns[-1:]))
    return (apart < 0.5).astype(np.uint8)


class PhasePlots(StillView, pg.GraphicsLayoutWidget):
    """x, y, angle and amplitude; drag or click seeks, the wheel zooms in time."""

    scrub_started = Signal()
    scrubbed = Signal(float)
    scrub_finished = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None):
        super().__init__(parent)
        self.setAccessibleName("Phase over time")
        self.setToolTip("Drag or click to seek, wheel to zoom in time, double-click to see all")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(230)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.ci.setContentsMargins(2, 4, 8, 2)
        self.ci.setSpacing(4)
        self.follow = True
        self.time_s, self._span_s = 0.0, 1.0
        self.plots = [self._add_plot(row) for row in range(len(ROWS))]
        for plot in self.plots[1:]:
            plot.setXLink(self.plots[0])
        self.curves = [self._add_curve(row) for row in range(len(ROWS))]
        self._head_x = 0
        self.set_theme(theme)
        self.fit()
        self.watch_scene()

    def sizeHint(self) -> QSize:
        return QSize(280, 230)

    def set_theme(self, theme: Theme) -> None:
        self._head_pen = pen(theme.text)
        self.setBackground(theme.panel)
        look = {"color": theme.muted, "font-size": "8pt"}
        for row, plot in enumerate(self.plots):
            paint_axes(plot, theme, mono_font(-2))
            plot.getAxis("left").setLabel(ROWS[row], **look)
            plot.getViewBox().setBackgroundColor(QColor(theme.field))
            self.curves[row].setPen(pen(theme.series[row]))
        self.plots[-1].getAxis("bottom").setLabel("time (s)", **look)

    def set_curves(self, curves: PhaseCurves | None, growing: bool = False) -> None:
        """Draw a clip's curves, once; None clears them.

        growing: the same curves as before, and more; a view that is zoomed in stays.
        """
        low, high = self.plots[0].viewRange()[0]
        zoomed = growing and high - low < 0.99 * self._span_s
        if curves is None or not len(curves.xy):
            for curve in self.curves:
                curve.clear()
            return
        time_s, turns = curves.time_s, curves.turns
        rows = (curves.xy[:, 0], curves.xy[:, 1], turns, curves.amplitude)
        for row, values in enumerate(rows):
            connect = joined(turns) if row == 2 else "all"
            self.curves[row].setData(time_s, values, connect=connect, skipFiniteCheck=True)
        reach = curves.reach * 1.1
        for row, low in ((0, -reach), (1, -reach), (3, 0.0)):
            self.plots[row].setYRange(low, reach, padding=0)
        self._span_s = max(float(time_s[-1]), LEAST_SPAN_S)
        for plot in self.plots:
            plot.setLimits(xMin=0, xMax=self._span_s, minXRange=LEAST_SPAN_S)
        if not zoomed:
            self.fit()

    def set_time(self, time_s: float) -> None:
        """Move the playhead; in follow mode the zoomed view turns the page."""
        self.time_s = time_s
        self.moved(self._strip(self._head_x), self._strip(self.head_x()))
        low, high = self.plots[0].viewRange()[0]
        if self.follow and not low <= time_s <= high:
            start = min(max(time_s - 0.1 * (high - low), 0.0), self._span_s - (high - low))
            self.plots[0].setXRange(start, start + high - low, padding=0)

    def head_x(self) -> int:
        """The column of pixels under the playhead, also where that is out of view."""
        area = self.area_of(self.plots[0].getViewBox())
        low, high = self.plots[0].viewRange()[0]
        return int(area.left() + (self.time_s - low) / (high - low) * area.width())

    def paint_moving(self, painter: QPainter) -> None:
        self._head_x = self.head_x()
        painter.setPen(self._head_pen)
        x = self._head_x + 0.5
        for plot in self.plots:
            area = self.area_of(plot.getViewBox())
            if area.left() <= x <= area.right():
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def fit(self) -> None:
        """Show the whole clip."""
        self.plots[0].setXRange(0, self._span_s, padding=0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        direction = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if direction is None:
            super().keyPressEvent(event)
        else:
            self._seek(self.time_s + direction * KEY_STEP_S)

    def _add_plot(self, row: int) -> pg.PlotItem:
        view = PointerView(zoom_y=False)
        plot = self.addPlot(row, 0, viewBox=view)
        plot.hideButtons()
        plot.getAxis("left").setWidth(46)
        plot.getAxis("left").enableAutoSIPrefix(False)
        last = row == len(ROWS) - 1
        plot.getAxis("bottom").setStyle(showValues=last)
        plot.getAxis("bottom").setHeight(34 if last else 4)
        if last:
            plot.getAxis("bottom").enableAutoSIPrefix(False)
        plot.disableAutoRange()
        plot.setYRange(*((0, 1) if row >= 2 else (-1, 1)), padding=0)
        view.drag_started.connect(lambda _: self.scrub_started.emit())
        view.dragged.connect(self._seek_to)
        view.drag_finished.connect(self.scrub_finished)
        view.clicked.connect(self._seek_to)
        view.fit_requested.connect(self.fit)
        return plot

    def _add_curve(self, row: int) -> pg.PlotDataItem:
        curve = pg.PlotDataItem(antialias=True)
        curve.setClipToView(True)
        if row != 2:
            curve.setDownsampling(auto=True, method="peak")
        self.plots[row].addItem(curve)
        return curve

    def _strip(self, x: int) -> QRect:
        return QRect(x - 1, 0, 3, self.height())

    def _seek_to(self, at: QPointF) -> None:
        self._seek(at.x())

    def _seek(self, time_s: float) -> None:
        self.scrubbed.emit(min(max(time_s, 0.0), self._span_s))
