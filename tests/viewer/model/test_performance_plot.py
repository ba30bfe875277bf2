"""The run times of models as a plot."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from viewer.model.performance_plot import performance_plot
from viewer.model.plot_files import write_numbers


def test_every_run_and_the_percentiles(tmp_path: Path) -> None:
    seconds = np.arange(1, 101) * 1e-3
    plot = performance_plot({"a": ("Model A", seconds), "b": ("Model B", seconds[:3])})
    assert [panel.up.title for panel in plot.panels] == ["Model A (ms)", "Model B (ms)"]
    arrays = plot.arrays()
    assert arrays["a_ms"] == pytest.approx(seconds * 1e3) and len(arrays["b_ms"]) == 3
    assert arrays["a_p50_ms"] == pytest.approx([50.5, 50.5])
    assert write_numbers(plot, tmp_path / "a.csv") == str(tmp_path / "a.csv")
    head, *rows = (tmp_path / "a.csv").read_text().splitlines()
    assert head.startswith("a_run,a_ms,") and len(rows) == 100
