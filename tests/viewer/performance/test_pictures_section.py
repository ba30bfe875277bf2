"""The latency lane and the flame bar on the pictures of a real window."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from inference.worker.messages import Run
from tests.viewer.panel_fixtures import Bench
from viewer.model.picture_record import STAGES, Picture, PictureRecord
from viewer.performance.control import PerformanceControl
from viewer.performance.latency_lane import picture_text
from viewer.performance.pictures_section import PicturesSection

SLOW_S = 0.08


class Sleeper:
    """A job that takes its time over every command."""

    def due(self) -> float | None:
        return None

    def step(self, run: Run) -> None:
        raise AssertionError

    def handle(self, command: object, run: Run) -> object:
        time.sleep(SLOW_S)
        return command


def shown_frame(bench: Bench, frame: int) -> Picture:
    """Go to a frame; the picture of it, once it is on screen."""
    record = bench.window.studio.pictures.record
    before = record.count
    bench.window.transport.seek_frame(frame)

    def newest() -> Picture | None:
        return record.picture(record.count - 1) if record.count > before else None

    bench.until(lambda: (found := newest()) is not None and found.frame == frame)
    found = newest()
    assert found is not None
    return found


def slow_picture(bench: Bench) -> int:
    """The number of a picture that shows the second of two slow answers, one behind the other."""
    bridge, heard = bench.window.bridge, []
    record = bench.window.studio.pictures.record
    first = record.count
    bridge.attach("sleeper", Sleeper(), heard.extend)
    for command in ("one", "two"):
        bridge.command("sleeper", command, interactive=True)
    bench.until(lambda: heard == ["one", "two"])
    bridge.detach("sleeper")

    def found() -> list[int]:
        told = {number: record.picture(number) for number in range(first, record.count)}
        return [number for number, each in told.items() if each and each.work == "sleeper"]

    bench.window.transport.seek_frame(bench.window.transport.frame + 3)
    bench.until(lambda: bool(found()))
    return found()[0]


def test_the_stages_of_a_picture_are_measured(
    bench: Bench, performance: PerformanceControl
) -> None:
    picture = shown_frame(bench, 31)
    stages = dict(zip(STAGES, picture.stages, strict=True))
    assert picture.frame == 31
    assert all(took >= 0 for took in picture.stages)
    for name in ("scene", "upload", "draw", "swap"):
        assert stages[name] > 0, name
    assert time.perf_counter() - picture.at < 30


def test_a_slow_answer_is_in_queue_and_inference(
    bench: Bench, performance: PerformanceControl
) -> None:
    picture = bench.window.studio.pictures.record.picture(slow_picture(bench))
    assert picture is not None
    stages = dict(zip(STAGES, picture.stages, strict=True))
    assert picture.work == "sleeper"
    assert stages["inference"] >= SLOW_S
    assert stages["queue"] + stages["inference"] >= 2 * SLOW_S or stages["queue"] < SLOW_S


def test_a_click_on_a_slow_picture_shows_its_stages(
    bench: Bench, performance: PerformanceControl
) -> None:
    number = slow_picture(bench)
    performance.refresh()
    section = performance.panel.pictures
    lane = section.lane
    column = next(x for x in range(lane.width()) if lane.number_at(x) == number)
    QTest.mouseClick(lane, Qt.MouseButton.LeftButton, pos=QPoint(column, lane.height() - 4))
    assert lane.marked == number
    assert section.flame.isVisible()
    names = [name for name, _ in section.flame.blocks()]
    assert "inference" in names and "draw" in names
    widths = sum(box.width() for _, box in section.flame.blocks())
    assert widths == pytest.approx(section.flame.width())
    widest = max(section.flame.blocks(), key=lambda block: block[1].width())[0]
    assert section.flame.picture is not None and widest == section.flame.picture.longest
    assert section.values["inference"].text.endswith(" ms")
    assert float(section.values["inference"].text.split()[0]) >= 1e3 * SLOW_S
    assert "by sleeper" in section.about.text()


def test_the_slowest_is_a_command(bench: Bench, performance: PerformanceControl) -> None:
    slow_picture(bench)
    bench.window.docks["phase"].raise_()
    record = bench.window.studio.pictures.record
    bench.window.actions_["performance.slowest"].trigger()
    bench.until(performance.panel.isVisible)
    numbers = record.last(10.0, time.perf_counter())
    slowest = int(numbers[record.seconds(numbers).argmax()])
    assert performance.panel.pictures.lane.marked == slowest


def test_arrows_go_on_among_the_bars(bench: Bench, performance: PerformanceControl) -> None:
    for frame in (12, 15, 18):
        shown_frame(bench, frame)
        time.sleep(0.15)
    performance.refresh()
    section = performance.panel.pictures
    section.lane.setFocus()
    section.choose_slowest()
    first = section.lane.marked
    QTest.keyClick(section.lane, Qt.Key.Key_Right)
    QTest.keyClick(section.lane, Qt.Key.Key_Left)
    QTest.keyClick(section.lane, Qt.Key.Key_Left)
    assert section.lane.marked is not None and first is not None
    assert section.lane.marked <= first


def test_the_span_is_chosen(bench: Bench, performance: PerformanceControl) -> None:
    section: PicturesSection = performance.panel.pictures
    shown_frame(bench, 44)
    performance.refresh()
    section.spans.buttons["300"].click()
    assert section.lane.number_at(section.lane.width()) is None or section.lane.isVisible()
    assert section.spans.buttons["300"].isChecked()
    section.spans.buttons["10"].click()


def test_late_and_dropped_are_told(bench: Bench, performance: PerformanceControl) -> None:
    bridge = bench.window.bridge
    before = bridge.dropped
    for frame in range(40):
        bench.window.transport.seek_frame(frame)
    bench.until_idle()
    assert bridge.dropped > before
    shown_frame(bench, 77)
    performance.refresh()
    assert performance.panel.pictures.late.text().startswith("Late: ")
    assert "replaced by a newer one" in performance.panel.pictures.dropped.text()


def test_a_late_picture_says_by_how_much() -> None:
    record = PictureRecord()
    stages = [0.0] * len(STAGES)
    stages[STAGES.index("wait")] = 0.05
    record.add(at=1.0, frame=9, work="", missed=3, dropped=0, stages=stages)
    picture = record.picture(0)
    assert picture is not None
    expected = "50.0 ms, most of it wait, 3 refreshes late; frame 9, 4 s ago"
    assert picture_text(picture, 5.0) == expected


def test_a_slow_frame_is_clicked_on_the_timeline(
    bench: Bench, performance: PerformanceControl
) -> None:
    window = bench.window
    lane, track = performance.lane, window.timeline.track
    high = track.sizeHint().height()
    window.transport.seek_frame(50)
    number = slow_picture(bench)
    lane.action.setChecked(True)
    assert track.sizeHint().height() == high + lane.height
    picture = window.studio.pictures.record.picture(number)
    assert picture is not None
    time_s = (picture.frame + 0.5) * window.transport.frame_time
    assert lane.holds(time_s, 0.01) and "ms" in lane.words_at(time_s, 0.01)
    window.docks["phase"].raise_()
    x, y = round(float(track.to_x(time_s))), round(track.lane_top(lane) + lane.height / 2)
    QTest.mouseClick(track, Qt.MouseButton.LeftButton, pos=QPoint(x, y))
    bench.until(performance.panel.isVisible)
    assert performance.panel.pictures.lane.marked == number
    lane.action.setChecked(False)
    assert track.sizeHint().height() == high
