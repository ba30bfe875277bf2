"""Plots to draw and write: stacked curves, and a map."""

from __future__ import annotations

import numpy as np

from viewer.model.plot import Axis, Curve, HeatMap, Mark, Panel, Plot

TIME_S = np.arange(90) / 30
X = np.cos(2 * np.pi * TIME_S)
TURNS = (TIME_S + 0.1) % 1
TIME = Axis("time", "s")


def curves(shown: tuple[float, float] | None = None) -> Plot:
    """Two models' x over time, and an angle with strikes."""
    time = Axis("time", "s", shown)
    pair = Curve("x", X, "time_s", TIME_S, "A"), Curve("x_b", X / 2, "time_s", TIME_S, "B", 1)
    angle = Curve("turns", TURNS, "time_s", TIME_S, tone=2, wraps=True)
    strikes = Mark("strike_s", np.array([0.9, 1.9]), "heel strikes")
    return Plot(
        "walk & run",
        (Panel(time, Axis("x"), pair), Panel(time, Axis("φ", "turn"), (angle,), marks=(strikes,))),
    )


def distances(names: tuple[str, ...] = ()) -> Plot:
    """How far x is from itself, six rows and ninety columns."""
    values = np.abs(X[::15, None] - X)
    heat = HeatMap("distance", values, "a_s", TIME_S[::15], "b_s", TIME_S, Axis("apart"), names)
    return Plot("map", (Panel(Axis("time of B", "s"), Axis("time of A", "s"), heat=heat),))
