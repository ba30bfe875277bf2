"""What a lane holds takes the pointer; everywhere else the track is as without it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QHelpEvent, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolTip

from tests.viewer.conftest import until
from viewer.timeline.lanes import ContactLane, HeldLane, TimeScale
from viewer.timeline.track import RULER, Track
from viewer.ui.theme import Theme
from viewer.window.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


class Stone:
    """A lane with one thing on it, at ``at_s``."""

    title, height = "stone", 20

    def __init__(self, at_s: float, actions: tuple[QAction, ...]) -> None:
        self.at_s, self.said, self._actions = at_s, list[str](), actions

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        painter.drawRect(QRectF(float(to_x(self.at_s)), rect.top(), 4, 4))

    def holds(self, time_s: float, reach_s: float) -> bool:
        return abs(time_s - self.at_s) <= reach_s

    def press(self, time_s: float, reach_s: float, adding: bool) -> None:
        self.said.append("add" if adding else "press")

    def drag(self, time_s: float) -> None:
        self.at_s = time_s

    def release(self) -> None:
        self.said.append("release")

    def words_at(self, time_s: float, reach_s: float) -> str:
        return "A stone"

    def actions_at(self, time_s: float, reach_s: float) -> tuple[QAction, ...]:
        return self._actions


@pytest.fixture
def track(walking_window: MainWindow) -> Track:
    return walking_window.timeline.track


@pytest.fixture
def stone(walking_window: MainWindow, track: Track) -> Stone:
    made = Stone(1.0, (walking_window.actions_["transport.play"],))
    track.add_lane(made)
    QApplication.processEvents()
    return made


def at(track: Track, stone: Stone, time_s: float) -> QPoint:
    y = track.sizeHint().height() - 8 - stone.height // 2
    return QPoint(round(float(track.to_x(time_s))), y)


def test_only_lanes_that_hold_something_take_the_pointer(stone: Stone) -> None:
    assert isinstance(stone, HeldLane) and not isinstance(ContactLane(0), HeldLane)


def test_what_a_lane_holds_is_dragged_and_the_playhead_stays(
    walking_window: MainWindow, track: Track, stone: Stone
) -> None:
    walking_window.transport.seek_frame(10)
    QTest.mousePress(track, LEFT, pos=at(track, stone, 1.0))
    QTest.mouseMove(track, at(track, stone, 1.5))
    assert stone.at_s == pytest.approx(1.5, abs=0.01)
    QTest.mouseRelease(track, LEFT, pos=at(track, stone, 1.5))
    assert stone.said == ["press", "release"] and walking_window.transport.frame == 10
    QTest.mouseMove(track, at(track, stone, 0.3))
    assert stone.at_s == pytest.approx(1.5, abs=0.01)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.mouseClick(track, LEFT, control, pos=at(track, stone, 1.5))
    assert stone.said[2:] == ["add", "release"]


def test_beside_it_and_above_it_the_playhead_is_dragged(
    walking_window: MainWindow, track: Track, stone: Stone
) -> None:
    transport = walking_window.transport
    for press in (at(track, stone, 0.5), QPoint(at(track, stone, 1.0).x(), RULER + 8)):
        QTest.mousePress(track, LEFT, pos=press)
        QTest.mouseMove(track, at(track, stone, 2.0))
        QTest.mouseRelease(track, LEFT, pos=at(track, stone, 2.0))
        assert transport.time_s == pytest.approx(2.0, abs=0.02)
    assert stone.said == [] and stone.at_s == 1.0


def test_a_double_click_on_it_does_not_show_all(track: Track, stone: Stone) -> None:
    track.view.zoom(2.0, 1.0)
    span = track.view.shown_s
    QTest.mouseDClick(track, LEFT, pos=at(track, stone, 1.0))
    assert track.view.shown_s == span and stone.said[0] == "press"


def test_a_lane_that_leaves_while_it_is_dragged_is_let_go(track: Track, stone: Stone) -> None:
    QTest.mousePress(track, LEFT, pos=at(track, stone, 1.0))
    track.remove_lane(stone)
    QTest.mouseMove(track, QPoint(300, RULER + 8))
    QTest.mouseRelease(track, LEFT, pos=QPoint(300, RULER + 8))
    assert stone.said == ["press"] and stone.at_s == pytest.approx(1.0, abs=0.01)


def test_it_has_a_menu_of_its_own(walking_window: MainWindow, track: Track, stone: Stone) -> None:
    for time_s, name in ((1.0, "transport.play"), (0.5, "timeline.follow")):
        place = at(track, stone, time_s)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, track.mapToGlobal(place))
        QApplication.sendEvent(track, event)
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu) and menu.actions()[0].objectName() == name
        menu.close()


def test_a_lane_that_holds_nothing_may_say_what_is_there(track: Track) -> None:
    class Told:
        title, height = "told", 12

        def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
            """Nothing is there to be seen."""

        def words_at(self, time_s: float, reach_s: float) -> str:
            return f"{time_s:.1f} s" if time_s > 0.5 else ""

    lane = Told()
    track.add_lane(lane)
    y = track.lane_top(lane) + 6
    assert track.words_at(QPointF(float(track.to_x(1.0)), y)) == "1.0 s"
    assert track.words_at(QPointF(float(track.to_x(0.2)), y)) == track.toolTip()
    assert track.words_at(QPointF(float(track.to_x(1.0)), 4)) == track.toolTip()
    assert track.drag_at(QPointF(float(track.to_x(1.0)), y)) == "head"
    track.remove_lane(lane)


def test_it_says_what_it_is(track: Track, stone: Stone) -> None:
    for time_s, words in ((1.0, "A stone"), (0.5, track.toolTip())):
        place = at(track, stone, time_s)
        QApplication.sendEvent(
            track, QHelpEvent(QEvent.Type.ToolTip, place, track.mapToGlobal(place))
        )
        assert QToolTip.text() == words
    QToolTip.hideText()
    until(lambda: not QToolTip.isVisible())
