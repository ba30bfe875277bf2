"""Phases as plots for paper: the distance map; no Qt."""

from __future__ import annotations

from motion.phase.distance import overview
from motion.phase.series import PhaseSeries

from .phase_compare import PhaseComparison
from .plot import Axis, HeatMap, Panel, Plot

MOST = 1000
"""Frames of a side that a map on paper has, evenly spread."""


def distance_plot(title: str, a: PhaseSeries, b: PhaseSeries, names: tuple[str, str]) -> Plot:
    """How far the frames of ``a``, downwards, are from those of ``b`` in the phase plane.

    names: what both are called on the axes.
    """
    distance, rows, columns = overview(a.xy, b.xy, MOST)
    heat = HeatMap(
        key="distance",
        values=distance,
        row_key="time_a_s",
        rows=rows * a.frame_time,
        column_key="time_b_s",
        columns=columns * b.frame_time,
        scale=Axis("distance in the phase plane"),
    )
    down, across = (Axis(f"{name}, time", "s") for name in names)
    return Plot(title, (Panel(across, down, heat=heat),))


def compared_plot(found: PhaseComparison) -> Plot:
    """The distance map of A and B."""
    names = (f"A, {found.a.label}", f"B, {found.b.label}")
    return distance_plot("Distance in the phase plane", found.a.series, found.b.series, names)
