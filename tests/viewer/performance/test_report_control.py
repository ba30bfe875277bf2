"""The latency report in a real window."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest

from tests.viewer.panel_fixtures import Bench, heard
from viewer.performance.control import PerformanceControl
from viewer.performance.report_control import LatencyReporting


@pytest.fixture
def reporting(bench: Bench) -> LatencyReporting:
    control = bench.control("PerformanceControl")
    assert isinstance(control, PerformanceControl)
    control.report.seconds, control.report.engines = 1.0, ("numpy",)
    return control.report


def test_one_key_measures_and_shows_a_card(
    bench: Bench, reporting: LatencyReporting, tmp_path: Path
) -> None:
    window = bench.window
    document, steps = window.store.document, window.store.history.undo_name
    window.activateWindow()
    bench.until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert reporting.running
    card = reporting.card
    assert card is not None and card.isVisible() and card.bar.isVisible()
    window.transport.play()
    frames = heard(window.studio.frame_changed)
    bench.until(lambda: reporting.report is not None and not card.bar.isVisible())
    assert len(frames) > 5  # the window went on playing
    window.transport.pause()
    report = reporting.report
    assert report is not None and report.where == "in the window"
    assert report.engines[0].engine == "numpy" and report.engines[0].frames == 60
    assert not card.picture.pixmap().isNull()
    reporting.save(tmp_path / "card.png")
    bench.until((tmp_path / "card.json").exists)
    assert QImage(str(tmp_path / "card.png")).width() > 1000
    kept = json.loads((tmp_path / "card.json").read_text("utf-8"))
    assert kept["engines"][0]["whole"]["p50"] == report.engines[0].whole.p50
    card.reject()
    assert window.store.document == document and window.store.history.undo_name == steps


def test_escape_cancels(bench: Bench, reporting: LatencyReporting) -> None:
    reporting.report, reporting.seconds = None, 60.0
    reporting.start()
    card = reporting.card
    assert card is not None
    bench.until(lambda: card.doing.text().startswith("Measuring"))
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not reporting.running and not card.isVisible()
    bench.until_idle()
    assert reporting.report is None


def test_a_place_that_cannot_be_written_is_told(
    bench: Bench, reporting: LatencyReporting, tmp_path: Path
) -> None:
    reporting.start()
    bench.until(lambda: not reporting.running)
    notices = heard(bench.window.studio.notice)
    reporting.save(tmp_path / "no" / "card.png")
    bench.until(lambda: bool(notices))
    assert "cannot be written" in notices[0][0].text
    assert reporting.card is not None
    reporting.card.reject()
