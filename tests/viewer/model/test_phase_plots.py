"""Phases as plots for paper."""

from __future__ import annotations

import numpy as np

from motion.phase.series import PhaseSeries
from motion.phase.verdict import verdict
from tests.viewer.phase.measured import CURVES
from viewer.model.phase_beside import measured_side
from viewer.model.phase_compare import Side, compare
from viewer.model.phase_plots import MOST, curves_plot, distance_plot, portrait_plot


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


def test_the_curves_are_those_of_the_panel_with_b_over_them() -> None:
    own = CURVES.series
    b = PhaseSeries(own.xy[:150] * 0.5, 0.02)
    compared = compare(measured_side("A", CURVES), Side("B", b, None, verdict(b, None, ())), "time")
    alone, both = curves_plot("walk", CURVES), curves_plot("walk", CURVES, compared=compared)
    assert [panel.up.label for panel in alone.panels] == [
        "x", "y", "φ", "A", "f", "φ − stride", "L skate", "R skate",
    ]  # fmt: skip
    assert len(both.panels) == 10 and [c.words for c in both.panels[0].curves] == ["A", "B"]
    found = both.arrays()
    np.testing.assert_array_equal(found["amplitude"], own.amplitude)
    np.testing.assert_allclose(found["amplitude_b"], own.amplitude[:150] / 2)
    np.testing.assert_allclose(found["amplitude_apart"], -own.amplitude[:150] / 2)
    np.testing.assert_allclose(found["turns_apart"], 0, atol=1e-9)
    np.testing.assert_array_equal(found["frequency_turns_per_s"], CURVES.frequency)
    np.testing.assert_allclose(found["left_strike_s"], np.asarray(CURVES.gait.left) * 0.02)
    c = compare(compared.a, Side("C", own, None, compared.b.verdict), "time")
    more = curves_plot("walk", CURVES, compared=compared, further=[c])
    assert len(more.panels) == 10 and [e.words for e in more.panels[0].curves] == ["A", "B", "C"]
    np.testing.assert_allclose(more.arrays()["amplitude_c"], own.amplitude)
    few = curves_plot("walk", CURVES, ["angle"], (0.5, 1.0))
    assert len(few.panels) == 1 and few.panels[0].across.shown == (0.5, 1.0)


def test_the_phase_plane_has_both() -> None:
    (panel,) = portrait_plot("walk", CURVES.series).panels
    assert panel.equal and [c.words for c in panel.curves] == [""]
    np.testing.assert_array_equal(panel.curves[0].at, CURVES.series.xy[:, 0])
