"""Markers in the real window: placed, gone to, dragged, named, coloured, deleted, undone, kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.viewer.conftest import Opener, open_file, settle, until
from tests.viewer.inspect.inspected import inspected
from viewer.inspect.marker_dialog import MarkerDialog
from viewer.inspect.markers import Markers
from viewer.timeline.track import Track
from viewer.window.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def markers(walking_window: MainWindow) -> Markers:
    for frame in (20, 60, 110):
        place(walking_window, frame)
    return inspected(walking_window).markers


def place(window: MainWindow, frame: int) -> None:
    window.transport.seek_frame(frame)
    do(window, "place")


def do(window: MainWindow, name: str) -> None:
    action = window.actions_[f"marker.{name}"]
    assert action.isEnabled(), name
    action.trigger()


def frames(markers: Markers) -> list[int]:
    return [round(marker.time_s * 60) for marker in markers.held]


def on_lane(window: MainWindow, frame: float) -> QPoint:
    track, lane = window.timeline.track, inspected(window).markers.lane
    top = track.lane_top(lane)
    return QPoint(round(float(track.to_x((frame + 0.5) / 60))), round(top + lane.height / 2))


@pytest.fixture
def track(walking_window: MainWindow) -> Track:
    return walking_window.timeline.track


def test_markers_are_placed_at_the_playhead_and_undone(
    walking_window: MainWindow, markers: Markers
) -> None:
    assert frames(markers) == [20, 60, 110]
    assert [marker.name for marker in markers.held] == ["Marker 1", "Marker 2", "Marker 3"]
    assert len({marker.colour for marker in markers.held}) == 3
    walking_window.actions_["edit.undo"].trigger()
    assert frames(markers) == [20, 60]
    assert walking_window.actions_["edit.redo"].text() == "Redo place Marker 3"
    walking_window.actions_["edit.redo"].trigger()
    assert frames(markers) == [20, 60, 110]


def test_keys_go_from_marker_to_marker(walking_window: MainWindow, markers: Markers) -> None:
    shown = []
    for name in ("previous", "previous", "next"):
        do(walking_window, name)
        shown.append(walking_window.transport.frame)
    assert shown == [60, 20, 60]
    walking_window.transport.seek_frame(0)
    assert not walking_window.actions_["marker.previous"].isEnabled()
    do(walking_window, "next")
    assert walking_window.transport.frame == 20


def test_the_lane_is_there_while_there_are_markers(
    walking_window: MainWindow, track: Track
) -> None:
    bare = track.sizeHint().height()
    place(walking_window, 30)
    assert track.sizeHint().height() == bare + inspected(walking_window).markers.lane.height
    do(walking_window, "delete")
    assert track.sizeHint().height() == bare and inspected(walking_window).markers.held == ()


def test_a_click_goes_there_and_a_drag_moves_it_as_one_step(
    walking_window: MainWindow, markers: Markers, track: Track
) -> None:
    QTest.mouseClick(track, LEFT, pos=on_lane(walking_window, 60))
    assert walking_window.transport.frame == 60 and frames(markers) == [20, 60, 110]
    QTest.mousePress(track, LEFT, pos=on_lane(walking_window, 60))
    for frame in (70, 110, 130, 999):
        QTest.mouseMove(track, on_lane(walking_window, frame))
    assert frames(markers) == [20, 110, 149]
    QTest.mouseMove(track, on_lane(walking_window, 90))
    QTest.mouseRelease(track, LEFT, pos=on_lane(walking_window, 90))
    assert frames(markers) == [20, 90, 110]
    assert walking_window.actions_["edit.undo"].text() == "Undo move Marker 2"
    walking_window.actions_["edit.undo"].trigger()
    assert frames(markers) == [20, 60, 110]


def dialog_of(window: MainWindow) -> MarkerDialog:
    found: list[MarkerDialog] = window.findChildren(MarkerDialog)
    (dialog,) = found
    return dialog


def test_name_colour_and_note_are_given_in_a_dialog(
    walking_window: MainWindow, markers: Markers, track: Track
) -> None:
    do(walking_window, "place")  # there is one here: it is named
    dialog = dialog_of(walking_window)
    QTest.keyClicks(dialog.name, "heel strike")
    dialog.note.setText("left foot")
    dialog.colour.setCurrentIndex(5)
    dialog.accept()
    marker = markers.held[2]
    assert (marker.name, marker.colour, marker.note) == ("heel strike", "red", "left foot")
    pointed = on_lane(walking_window, 110)
    words = track.words_at(pointed.toPointF())
    assert "heel strike" in words and "left foot" in words
    assert walking_window.actions_["edit.undo"].text() == "Undo rename Marker 3"
    do(walking_window, "edit")
    QApplication.processEvents()
    dialog = walking_window.findChildren(MarkerDialog)[-1]
    dialog.name.setText("other")
    dialog.reject()
    assert markers.held[2].name == "heel strike"


def test_the_menu_of_a_marker_recolours_and_deletes(
    walking_window: MainWindow, markers: Markers, track: Track
) -> None:
    at = on_lane(walking_window, 20)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, track.mapToGlobal(at))
    QApplication.sendEvent(track, event)
    menu = track.findChildren(QMenu)[-1]
    actions = {action.text(): action for action in menu.actions()}
    assert list(actions) == ["Name and note…", "Colour", "Delete"]
    colours = actions["Colour"].menu()
    assert isinstance(colours, QMenu)
    next(action for action in colours.actions() if action.text() == "Violet").trigger()
    assert markers.held[0].colour == "violet"
    menu.close()
    QApplication.sendEvent(track, event)
    menu = track.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text() == "Delete").trigger()
    menu.close()
    assert frames(markers) == [60, 110]


def test_each_clip_has_its_own_and_only_clips_have_some(
    walking_window: MainWindow, markers: Markers, snake: Path
) -> None:
    open_file(walking_window, snake)
    assert markers.held == () and walking_window.actions_["marker.place"].isEnabled()
    walking_window.actions_["clip.close"].trigger()
    until(lambda: walking_window.studio.motion is not None)
    assert frames(markers) == [20, 60, 110]
    walking_window.actions_["clip.close"].trigger()
    until(lambda: walking_window.studio.motion is None)
    assert not walking_window.actions_["marker.place"].isEnabled()


def test_a_session_keeps_them(
    open_window: Opener, walking_window: MainWindow, markers: Markers, tmp_path: Path
) -> None:
    held, path = markers.held, tmp_path / "marked.stride"
    walking_window.sessions.save_to(path)
    until(path.exists)
    settle(walking_window)
    other = open_window()
    other.open_paths([path])
    until(lambda: inspected(other).markers.held == held)
