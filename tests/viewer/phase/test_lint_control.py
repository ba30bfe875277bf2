"""Anomalies in the real window: walked, looped, judged by thresholds that are undone and kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from motion.phase.thresholds import Thresholds
from tests.viewer.panel_fixtures import Bench
from viewer.model.demo import ASSETS
from viewer.model.edits import set_thresholds
from viewer.phase.control import PhaseControl
from viewer.phase.lint_control import AROUND_S, LintControl
from viewer.timeline.track import RULER
from viewer.window.window import MainWindow

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def window(bench: Bench) -> MainWindow:
    return bench.window


@pytest.fixture
def lint(bench: Bench) -> LintControl:
    """The anomalies of an angry walk; the clip is on stage, its thresholds the usual ones."""
    control = bench.control("PhaseControl")
    assert isinstance(control, PhaseControl)
    window = bench.window
    window.docks["phase"].raise_()
    window.store.apply(set_thresholds(Thresholds()))
    window.open_paths([ASSETS / "clips" / "angry_walk.bvh"])
    bench.until(lambda: len(control.lint.anomalies) == 4)
    window.transport.pause()
    window.transport.seek_frame(0)
    return control.lint


def until_checked(bench: Bench, lint: LintControl) -> None:
    """Wait for the anomalies by the thresholds of now."""
    control = bench.control("PhaseControl")
    wanted = bench.window.store.document.phase.thresholds
    bench.until(lambda: control.measures is not None and control.measures.thresholds == wanted)


def test_next_and_previous_walk_the_anomalies_round_the_ends(
    window: MainWindow, lint: LintControl
) -> None:
    stops = [anomaly.first for anomaly in lint.anomalies]
    walked = []
    for _ in range(5):
        window.actions_["phase.next_anomaly"].trigger()
        walked.append(window.transport.frame)
    assert walked == [*stops, stops[0]]
    assert lint.section.list.chosen == 0
    for stop in (stops[-1], stops[-2]):
        window.actions_["phase.previous_anomaly"].trigger()
        assert window.transport.frame == stop


def test_the_verdict_stands_on_top(bench: Bench, lint: LintControl) -> None:
    control = bench.control("PhaseControl")
    shown = control.panel.verdict.text().replace("\u00a0", " ")
    assert shown == str(control.measures.verdict)
    assert shown.endswith("4 anomalies")


def test_a_click_in_the_list_goes_there(window: MainWindow, lint: LintControl) -> None:
    found = lint.section.list
    at = found.visualRect(found.model().index(1, 0)).center()
    QTest.mouseClick(found.viewport(), LEFT, NO_KEY, at)
    assert window.transport.frame == lint.anomalies[1].first


def test_a_loop_around_one_is_a_step_to_undo(window: MainWindow, lint: LintControl) -> None:
    lint.section.list.loop_asked.emit(1)
    anomaly, around = lint.anomalies[1], round(AROUND_S * 30)
    assert window.transport.range == (anomaly.first - around, anomaly.last + around)
    assert window.transport.frame == anomaly.first - around
    window.actions_["edit.undo"].trigger()
    assert window.transport.range is None
    window.actions_["phase.loop_anomaly"].trigger()  # the one that is chosen
    assert window.transport.range == (anomaly.first - around, anomaly.last + around)


def test_the_timeline_shows_them_and_a_click_goes_there(
    window: MainWindow, lint: LintControl
) -> None:
    track = window.timeline.track
    track.view.set_mode("fit")
    QTest.qWait(20)
    anomaly = lint.anomalies[2]
    middle = (anomaly.first + anomaly.last + 1) / 2 * window.transport.frame_time
    at = QPointF(track.to_x(middle), track.height() - 8 - lint.lane.height / 2).toPoint()
    assert at.y() > RULER and track.drag_at(QPointF(at)) == "lane"
    QTest.mouseClick(track, LEFT, NO_KEY, at)
    assert window.transport.frame == anomaly.first


def test_thresholds_are_an_edit(bench: Bench, window: MainWindow, lint: LintControl) -> None:
    field = lint.section.form.fields["dead_s"]
    field.setValue(0.35)
    until_checked(bench, lint)
    assert window.store.document.phase.thresholds == Thresholds(dead_s=0.35)
    assert [anomaly.kind for anomaly in lint.anomalies] == ["jump"]
    window.actions_["edit.undo"].trigger()
    until_checked(bench, lint)
    assert len(lint.anomalies) == 4 and field.value() == 0.25
    field.setValue(0.36)
    window.actions_["phase.thresholds_reset"].trigger()
    until_checked(bench, lint)
    assert window.store.document.phase.thresholds == Thresholds() and field.value() == 0.25


def test_a_band_that_is_none_is_told_and_not_taken(window: MainWindow, lint: LintControl) -> None:
    form = lint.section.form
    form.fields["frequency_low"].setValue(5)
    assert "not below 'frequency_high'" in form.problem.text()
    assert window.store.document.phase.thresholds == Thresholds()
    assert form.fields["frequency_low"].value() == 0.4
    form.fields["frequency_low"].setValue(0.5)
    assert form.problem.text() == ""


def test_thresholds_go_to_a_file_and_come_back(
    bench: Bench, window: MainWindow, lint: LintControl, tmp_path: Path
) -> None:
    told = []
    window.studio.notice.connect(told.append)
    path = tmp_path / "mine.json"
    window.store.apply(set_thresholds(Thresholds(jump=12)))
    lint.export_file(path)
    bench.until(lambda: len(told) == 1)
    assert json.loads(path.read_text())["jump"] == 12
    path.write_text('{"strike": 0.05}')
    lint.import_file(path)
    bench.until(lambda: window.store.document.phase.thresholds == Thresholds(strike=0.05))
    path.write_text('{"strike": -1}')
    lint.import_file(path)
    bench.until(lambda: len(told) == 2)
    assert told[1].level == "error" and "'strike' is a number above 0" in told[1].text
    lint.import_file(tmp_path / "none.json")
    bench.until(lambda: len(told) == 3)
    assert told[2].level == "error" and "none.json" in told[2].text


def test_a_clip_without_anomalies_leaves_no_lane(
    bench: Bench, window: MainWindow, lint: LintControl
) -> None:
    tall = window.timeline.track.sizeHint().height()
    window.open_paths([ASSETS / "clips" / "walk.bvh"])
    control = bench.control("PhaseControl")
    bench.until(lambda: control.measures is not None and not control.measures.anomalies)
    assert window.timeline.track.sizeHint().height() == tall - lint.lane.height
    assert not window.actions_["phase.next_anomaly"].isEnabled()
    assert lint.section.count.text() == "No anomalies"
