"""The performance panel of a window."""

from __future__ import annotations

import pytest

from tests.viewer.panel_fixtures import Bench
from viewer.performance.control import PerformanceControl


@pytest.fixture
def performance(bench: Bench) -> PerformanceControl:
    control = bench.control("PerformanceControl")
    assert isinstance(control, PerformanceControl)
    bench.window.docks["performance"].raise_()
    bench.until(control.panel.isVisible)
    return control
