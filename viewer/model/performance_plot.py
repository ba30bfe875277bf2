"""The run times of the models as a plot: every run that is remembered, with the percentiles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .language import tr
from .plot import Axis, Curve, Panel, Plot

PERCENTILES = (50, 95, 99)


def performance_plot(times: Mapping[str, tuple[str, np.ndarray]]) -> Plot:
    """A panel a model. times: title and run times (N,) in seconds, the last ones, by name."""
    return Plot(tr("Run times"), tuple(_panel(name, *found) for name, found in times.items()))


def _panel(name: str, title: str, seconds: np.ndarray) -> Panel:
    milliseconds = 1e3 * np.asarray(seconds, float)
    runs = np.arange(len(milliseconds))
    ends = np.array([0.0, max(len(runs) - 1, 1)])
    shares = [
        Curve(
            f"{name}_p{percent}_ms",
            np.full(2, np.percentile(milliseconds, percent)),
            f"{name}_ends",
            ends,
            words=f"p{percent}",
            tone=tone,
        )
        for tone, percent in enumerate(PERCENTILES, 1)
    ]
    dots = Curve(f"{name}_ms", milliseconds, f"{name}_run", runs, words=title, dots=True)
    return Panel(Axis(tr("run")), Axis(title, "ms"), (dots, *shares))
