"""The performance panel shows the worker's own numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QWidget

from tests.viewer.panel_fixtures import Bench
from viewer.performance.control import PerformanceControl
from viewer.performance.panel import ModelRow, PerformancePanel, duration_text
from viewer.ui.theme import DARK


def test_the_table_equals_the_statistics(bench: Bench, performance: PerformanceControl) -> None:
    bridge = bench.window.bridge
    for frame in range(101, 109):
        before = bridge.stats().delivered
        bench.window.transport.seek_frame(frame)
        bench.until(lambda before=before: bridge.stats().delivered > before)
    bench.until_idle()
    performance.refresh()
    stats = bridge.stats()
    timed = stats.models["deepphase"]
    cells = performance.panel.cells
    assert timed.count >= 8
    assert cells["deepphase", "count"].text == str(timed.count)
    for column in ("p50", "p95", "p99"):
        expected = duration_text(getattr(timed, column))
        assert cells["deepphase", column].text == expected
    facts = {name: label.text for name, label in performance.panel.facts.items()}
    assert facts["Queue"] == str(stats.queue_depth)
    assert facts["Dropped"] == f"{stats.stale} of {stats.stale + stats.delivered}"
    assert facts["Running on"] == "numpy · cpu · fp32"
    assert facts["Late"] == str(bench.window.transport.late_frames)
    assert performance.panel.notes["deepmimic_actor"].text() == "no single run yet"


def test_it_rests_when_nothing_runs(bench: Bench, performance: PerformanceControl) -> None:
    bench.window.transport.pause()
    bench.until_idle()
    bench.until(lambda: not performance.asking)
    bench.window.transport.seek_frame(11)
    bench.until(lambda: performance.asking)
    bench.until(lambda: not performance.asking)
    assert performance.panel.facts["Queue"].text == "0"


def test_it_shows_the_frame_rate_while_playing(
    bench: Bench, performance: PerformanceControl
) -> None:
    bench.window.transport.play()
    bench.until(lambda: performance.panel.facts["Frames"].text.endswith(" fps"))
    bench.window.transport.pause()
    bench.until(lambda: performance.panel.facts["Frames"].text == "paused")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(41.6e-6, "42 µs"), (1.234e-3, "1.23 ms"), (0.25, "250 ms"), (2.0, "2.00 s")],
)
def test_durations_read_well(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_an_unchanged_row_is_not_written_again(show: Callable[[QWidget], None]) -> None:
    panel = PerformancePanel(DARK, {"a": "A model"})
    show(panel)
    panel.set_model("a", ModelRow(3, 1e-3, 2e-3, 3e-3))
    panel.cells["a", "p50"].set_text("kept")
    panel.set_model("a", ModelRow(3, 1e-3, 2e-3, 3e-3))
    assert panel.cells["a", "p50"].text == "kept"
    panel.set_model("a", ModelRow(4, 1e-3, 2e-3, 3e-3))
    assert panel.cells["a", "p50"].text == "1 ms"
