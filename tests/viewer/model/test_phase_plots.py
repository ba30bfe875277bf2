"""Phases as plots for paper."""

from __future__ import annotations

import numpy as np

from motion.phase.series import PhaseSeries
from viewer.model.phase_plots import MOST, distance_plot


def test_the_distance_map_has_both_times() -> None:
    rng = np.random.default_rng(5)
    a, b = (PhaseSeries(rng.normal(size=(n, 2)), step) for n, step in ((40, 0.1), (2500, 0.02)))
    plot = distance_plot("map", a, b, ("walk", "run"))
    found = plot.arrays()
    assert found["distance"].shape == (40, MOST)
    np.testing.assert_allclose(found["time_a_s"], a.time_s)
    frames = np.round(found["time_b_s"] / 0.02).astype(int)
    expected = np.linalg.norm(a.xy[:, None] - b.xy[frames][None], axis=-1)
    np.testing.assert_allclose(found["distance"], expected, atol=1e-5)
    assert plot.panels[0].up.title == "walk, time (s)"
    assert plot.panels[0].across.title == "run, time (s)"
