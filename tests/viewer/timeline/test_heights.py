"""Rows of the timeline are made taller by dragging, kept, and give way where there is no room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QSettings, Qt
from PySide6.QtTest import QTest

from tests.viewer.conftest import Opener, open_file, settle, until
from viewer.timeline.heights import TALLEST, LaneHeights
from viewer.timeline.lanes import CONTACT_TITLES, ContactLane
from viewer.timeline.track import STRETCH, Track
from viewer.window.window import MainWindow

LEFT = Qt.MouseButton.LeftButton
AT = 20


@pytest.fixture
def heights(tmp_path: Path) -> LaneHeights:
    return LaneHeights(QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def track(walking_window: MainWindow) -> Track:
    """With the row of anomalies, which comes once the phase is measured."""
    phase: Any = walking_window.controls["phase"]
    until(lambda: phase.measures is not None)
    return walking_window.timeline.track


def edge(track: Track, row: int = 0) -> QPoint:
    """The lower edge of a row's name."""
    lane = track.lanes[row]
    return QPoint(AT, round(track.lane_top(lane) + track.lane_height(lane)))


def test_a_row_has_its_usual_height_until_it_is_dragged(heights: LaneHeights) -> None:
    lane = ContactLane(0)
    assert heights.of(lane) == lane.height
    for wanted, got in ((50, 50), (3, lane.height), (9999, TALLEST)):
        heights.drag(lane, wanted)
        assert heights.of(lane) == got
    assert heights.of(ContactLane(1)) == lane.height


@pytest.mark.parametrize("kept", ["tall", "-4", "99999", ""])
def test_damaged_settings_are_no_matter(tmp_path: Path, kept: str) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    settings.setValue(f"timeline/heights/{CONTACT_TITLES[0]}", kept)
    assert ContactLane.height <= LaneHeights(settings).of(ContactLane(0)) <= TALLEST


def test_what_was_added_gives_way_where_there_is_too_little_room(heights: LaneHeights) -> None:
    lanes = [ContactLane(part) for part in range(3)]
    heights.drag(lanes[0], 31)
    heights.drag(lanes[1], 21)
    assert heights.within(lanes, 500) == [31, 21, 11]
    assert heights.within(lanes, 33 + 15) == [21, 16, 11]
    assert heights.within(lanes, 10) == [11, 11, 11]


def test_a_drag_at_its_name_makes_a_row_taller_and_a_double_click_as_usual(
    walking_window: MainWindow, track: Track
) -> None:
    before, frame = track.sizeHint().height(), walking_window.transport.frame
    start = edge(track)
    assert track.words_at(QPointF(start)) == STRETCH
    QTest.mousePress(track, LEFT, pos=start)
    QTest.mouseMove(track, start + QPoint(0, 30))
    QTest.mouseRelease(track, LEFT, pos=start + QPoint(0, 30))
    assert track.sizeHint().height() == before + 30
    until(lambda: track.height() == before + 30)
    assert track.lane_height(track.lanes[0]) == ContactLane.height + 30
    assert track.lane_top(track.lanes[1]) == track.lane_top(track.lanes[0]) + 41
    assert walking_window.transport.frame == frame
    QTest.mouseMove(track, edge(track))
    assert track.cursor().shape() == Qt.CursorShape.SizeVerCursor
    QTest.mouseDClick(track, LEFT, pos=edge(track))
    QTest.mouseRelease(track, LEFT, pos=edge(track))
    assert track.sizeHint().height() == before


def test_heights_are_kept_for_the_next_window(
    open_window: Opener, walking_window: MainWindow, walk: Path
) -> None:
    walking_window.actions_["timeline.taller"].trigger()
    tall = walking_window.timeline.track.sizeHint().height()
    other = open_window()
    open_file(other, walk)
    assert other.timeline.track.sizeHint().height() == tall
    for _ in range(3):
        other.actions_["timeline.lower"].trigger()
    track = other.timeline.track
    assert track.sizeHint().height() == track.minimumSizeHint().height()


def test_the_stage_keeps_its_room(walking_window: MainWindow, track: Track) -> None:
    settle(walking_window)
    least = walking_window.minimumSizeHint()
    for _ in range(12):
        walking_window.actions_["timeline.taller"].trigger()
    settle(walking_window)
    # lanes would add hundreds of pixels; words elsewhere may begin another line meanwhile
    assert walking_window.minimumSizeHint().height() < least.height() + 24
    walking_window.resize(least)
    settle(walking_window)
    stage = walking_window.stage_view.stage
    assert stage is not None and stage.height() >= stage.minimumHeight()
    last = track.lanes[-1]
    assert track.lane_top(last) + track.lane_height(last) <= track.height()
