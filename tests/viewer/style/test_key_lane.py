"""The row of keys on the timeline, with a real mouse."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from tests.viewer.conftest import FakeClock, until
from tests.viewer.style.keys_fixtures import KeysBench, keys_bench, style
from viewer.style.key_lane import key_places
from viewer.timeline.track import Track
from viewer.window.window import MainWindow

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def keys(walking_window: MainWindow, clock: FakeClock) -> KeysBench:
    made = keys_bench(walking_window, clock)
    for frame in (20, 60, 110):
        made.key_at(frame, frame / 60)
    made.keys.select([])
    QApplication.processEvents()
    return made


@pytest.fixture
def track(keys: KeysBench) -> Track:
    return keys.window.timeline.track


def test_the_lane_is_there_for_keys_and_while_armed(
    walking_window: MainWindow, clock: FakeClock
) -> None:
    keys = keys_bench(walking_window, clock)
    track = walking_window.timeline.track
    bare = track.sizeHint().height()
    keys.do("style.record")
    assert track.sizeHint().height() == bare + keys.keys.lane.height
    keys.do("style.record")
    assert track.sizeHint().height() == bare
    keys.key_at(30, 1.0)
    assert track.sizeHint().height() == bare + keys.keys.lane.height
    walking_window.actions_["edit.undo"].trigger()
    assert track.sizeHint().height() == bare


def test_a_click_chooses_a_key_and_goes_there(keys: KeysBench, track: Track) -> None:
    steps = keys.names
    QTest.mouseClick(track, LEFT, pos=keys.on_lane(60))
    assert keys.keys.selected == keys.held[1:2] and keys.window.transport.frame == 60
    QTest.mouseClick(track, LEFT, CONTROL, pos=keys.on_lane(110))
    assert keys.keys.selected == keys.held[1:]
    QTest.mouseClick(track, LEFT, CONTROL, pos=keys.on_lane(60))
    assert keys.keys.selected == keys.held[2:]
    assert keys.names == steps


def test_a_drag_moves_a_key_from_frame_to_frame_as_one_step(keys: KeysBench, track: Track) -> None:
    before = keys.held
    QTest.mousePress(track, LEFT, pos=keys.on_lane(60))
    for frame in (62, 70, 110, 125.4, 130.3):  # over another key, and beyond it
        QTest.mouseMove(track, keys.on_lane(frame))
    assert keys.frames() == [20, 110, 130]
    QTest.mouseMove(track, keys.on_lane(90.2))
    QTest.mouseRelease(track, LEFT, pos=keys.on_lane(90.2))
    assert keys.frames() == [20, 90, 110] and keys.window.transport.frame == 60
    assert [key.style for key in keys.held] == [key.style for key in before]
    assert keys.keys.selected == keys.held[1:2]
    QTest.mouseMove(track, keys.on_lane(40))
    assert keys.frames() == [20, 90, 110]
    assert keys.window.actions_["edit.undo"].text() == "Undo move style key"
    keys.window.actions_["edit.undo"].trigger()
    assert keys.held == before
    keys.window.actions_["edit.redo"].trigger()
    assert keys.frames() == [20, 90, 110]


def test_chosen_keys_move_together_and_stay_in_the_clip(keys: KeysBench, track: Track) -> None:
    keys.keys.select(keys.held[1:])
    QTest.mousePress(track, LEFT, pos=keys.on_lane(60))
    QTest.mouseMove(track, keys.on_lane(70))
    assert keys.frames() == [20, 70, 120]
    QTest.mouseMove(track, keys.on_lane(140))
    QTest.mouseRelease(track, LEFT, pos=keys.on_lane(140))
    assert keys.frames() == [20, 99, 149]


def test_a_shaky_click_moves_nothing(keys: KeysBench, track: Track) -> None:
    at = keys.on_lane(60)
    steps = keys.names
    QTest.mousePress(track, LEFT, pos=at)
    QTest.mouseMove(track, at + QPoint(2, 1))
    QTest.mouseRelease(track, LEFT, pos=at + QPoint(2, 1))
    assert keys.frames() == [20, 60, 110] and keys.names == steps


def test_beside_the_keys_the_lane_moves_the_playhead(keys: KeysBench, track: Track) -> None:
    keys.keys.select(keys.held[:1])
    QTest.mousePress(track, LEFT, pos=keys.on_lane(40))
    QTest.mouseMove(track, keys.on_lane(80))
    QTest.mouseRelease(track, LEFT, pos=keys.on_lane(80))
    assert abs(keys.window.transport.frame - 80) <= 1 and keys.frames() == [20, 60, 110]


def test_the_menu_of_a_key_eases_copies_and_deletes(keys: KeysBench, track: Track) -> None:
    def menu(at: QPoint) -> QMenu:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, track.mapToGlobal(at))
        QApplication.sendEvent(track, event)
        found = QApplication.activePopupWidget()
        assert isinstance(found, QMenu)
        return found

    offered = menu(keys.on_lane(60))
    names = [action.objectName() for action in offered.actions()]
    assert names == [
        "style.ease_smooth", "style.ease_linear", "style.ease_hold", "style.key_copy",
        "style.key_delete",
    ]  # fmt: skip
    assert keys.keys.selected == keys.held[1:2]
    QTest.mouseClick(offered, LEFT, pos=offered.actionGeometry(offered.actions()[2]).center())
    until(lambda: QApplication.activePopupWidget() is None)
    assert [key.ease for key in keys.held] == ["smooth", "hold", "smooth"]
    offered = menu(keys.on_lane(40))
    assert offered.actions()[0].objectName() == "timeline.follow"
    offered.close()


def test_a_key_says_what_it_is(keys: KeysBench, track: Track) -> None:
    lane, reach_s = keys.keys.lane, 0.05
    said = lane.words_at(track.to_time(keys.on_lane(60).x()), reach_s)
    assert said == "1.00 at 1.00 s, strength 1, smooth to the next"
    assert lane.words_at(track.to_time(keys.on_lane(40).x()), reach_s) == ""


def test_keys_are_seen_and_the_chosen_one_is_bright(keys: KeysBench, track: Track) -> None:
    def color(frame: int) -> str:
        track.refresh()
        image = track.grab().toImage()
        ratio = image.devicePixelRatio()
        at, place = (
            keys.on_lane(frame),
            key_places(tuple(k.style.values.tobytes() for k in keys.held)),
        )
        y = at.y() + 7 * (1 - 2 * place[keys.frames().index(frame)])
        return image.pixelColor(round(at.x() * ratio), round(y * ratio)).name()

    theme = keys.window.bench.themes.current
    keys.window.transport.seek_frame(0)
    assert color(60) == QColor(theme.muted).name()
    keys.keys.select(keys.held[1:2])
    assert color(60) == QColor(theme.accent).name() and color(110) == QColor(theme.muted).name()


def test_keys_stand_along_what_tells_them_apart() -> None:
    styles = [style(sigma).values.tobytes() for sigma in (0.0, 1.0, 4.0)]
    assert key_places(tuple(styles)) == pytest.approx([0, 0.25, 1])
    assert key_places((styles[0],) * 3) == pytest.approx([0.5] * 3)
    others = (styles[0], np.zeros(3, np.float32).tobytes())
    assert key_places(others) == pytest.approx([0.5] * 2)
    assert len(key_places(())) == 0
