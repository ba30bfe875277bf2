"""Ruler, lanes and playhead."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.motion.synthetic import walk as walking
from tests.viewer.conftest import FRAMES, open_file, settle, until
from viewer.phase.control import PhaseControl
from viewer.timeline.lanes import ContactLane, TimeScale
from viewer.timeline.track import GUTTER, RULER, SPAN_S, Track
from viewer.ui.theme import DARK, Theme
from viewer.window.window import MainWindow


class Counting:
    """A lane that counts how often it is painted."""

    title, height = "count", 14

    def __init__(self) -> None:
        self.painted = 0

    def paint(self, painter: QPainter, rect: QRectF, to_x: TimeScale, theme: Theme) -> None:
        self.painted += 1
        painter.fillRect(rect, QColor("#ff00ff"))


@pytest.fixture
def track(walking_window: MainWindow) -> Track:
    phase = walking_window.controls["phase"]
    assert isinstance(phase, PhaseControl)
    until(lambda: phase.measures is not None)  # the anomalies are a lane
    return walking_window.timeline.track


def test_playing_moves_the_cursor_and_paints_no_lane(
    walking_window: MainWindow, track: Track
) -> None:
    lane = Counting()
    track.add_lane(lane)
    settle(walking_window)
    painted = lane.painted
    for frame in range(0, FRAMES, 5):
        walking_window.transport.seek_frame(frame)
        QApplication.processEvents()
    assert lane.painted == painted > 0
    track.refresh()
    settle(walking_window)
    assert lane.painted > painted
    track.remove_lane(lane)


def test_lanes_and_cursor_are_seen(walking_window: MainWindow, track: Track) -> None:
    lane = Counting()
    track.add_lane(lane)
    settle(walking_window)
    walking_window.transport.seek_frame(75)
    image = track.grab().toImage()
    ratio = image.devicePixelRatio()

    def color(x: float, y: float) -> str:
        return image.pixelColor(round(x * ratio), round(y * ratio)).name()

    below = track.height() - 12
    assert color(GUTTER + 20, below) == "#ff00ff"
    head = float(track.to_x(75.5 / 60))
    seen = {color(head + dx, below) for dx in (-1, 0, 1)}
    assert seen != {"#ff00ff"}
    track.remove_lane(lane)


def test_contact_lanes_show_contacts(walking_window: MainWindow, track: Track) -> None:
    settle(walking_window)
    image = track.grab().toImage()
    motion = walking_window.studio.motion
    ratio = image.devicePixelRatio()
    for part in range(4):
        y = RULER + 3 + part * ContactLane.height + ContactLane.height / 2
        for frame in range(10, FRAMES - 10, 7):
            around = motion.contacts[frame - 2 : frame + 3, part]
            if around.min() != around.max():
                continue
            x = float(track.to_x((frame + 0.5) / 60))
            seen = image.pixelColor(round(x * ratio), round(y * ratio)).name()
            assert seen == (DARK.contacts[part] if around[0] else DARK.field)


def test_pixels_and_seconds_are_inverse(track: Track) -> None:
    track.view.zoom(3.0, 1.0)
    for x in np.linspace(GUTTER, track.width(), 9):
        assert float(track.to_x(track.to_time(x))) == pytest.approx(x)


def test_the_wheel_zooms_about_the_pointer_and_a_double_click_shows_all(track: Track) -> None:
    x = GUTTER + 300.0
    held = track.to_time(x)
    span = track.to_time(track.width()) - track.to_time(GUTTER)
    at = QPointF(x, 10)
    event = QWheelEvent(
        at, track.mapToGlobal(at), QPoint(), QPoint(0, 480), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(track, event)
    assert track.to_time(x) == pytest.approx(held)
    assert track.to_time(track.width()) - track.to_time(GUTTER) < 0.6 * span
    QTest.mouseDClick(track, Qt.MouseButton.LeftButton, pos=QPoint(200, 5))
    assert track.to_time(GUTTER) == 0
    assert track.to_time(track.width()) - track.to_time(GUTTER) == pytest.approx(span)


def test_zoomed_in_the_view_follows_the_playhead(walking_window: MainWindow, track: Track) -> None:
    track.view.zoom(8.0, 0.0)
    walking_window.transport.seek_frame(FRAMES - 1)
    assert GUTTER <= float(track.to_x((FRAMES - 1) / 60)) <= track.width()


def test_a_long_clip_is_followed_and_fitted_by_keys(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "long.bvh"
    write_bvh(to_clip(walking(2400, 1 / 30), 1 / 30, "long"), path)
    open_file(window, path)
    track, transport = window.timeline.track, window.transport
    transport.seek(40.0)
    assert (track.view.start_s, track.view.end_s) == pytest.approx((25, 55))
    assert track.view.shown_s == SPAN_S
    window.actions_["timeline.fit"].trigger()
    assert (track.view.start_s, track.view.end_s) == pytest.approx((0, 80))
    transport.seek(70.0)
    window.actions_["timeline.follow"].trigger()
    assert (track.view.start_s, track.view.end_s) == pytest.approx((50, 80))


def test_scrolling_copies_what_is_painted(walking_window: MainWindow, track: Track) -> None:
    """The contact lanes stand still under a cursor that stands still while all scrolls."""
    track.view.span_s = 1.0
    track.view.set_mode("follow")
    lane = Counting()
    track.add_lane(lane)
    walking_window.transport.seek_frame(45)
    settle(walking_window)
    painted = lane.painted
    motion, colors = walking_window.studio.motion, []
    for frame in range(45, 70):
        walking_window.transport.seek_frame(frame)
        image = track.grab().toImage()
        for part in range(4):
            y = RULER + 3 + part * ContactLane.height + ContactLane.height / 2
            around = motion.contacts[frame + 8 : frame + 13, part]
            if around.min() == around.max():
                x = float(track.to_x((frame + 10.5) / 60))
                seen = image.pixelColor(round(x), round(y)).name()
                assert seen == (DARK.contacts[part] if around[0] else DARK.field)
                colors.append(seen)
    assert len(set(colors)) > 2
    assert lane.painted <= painted + 2
    track.remove_lane(lane)


@pytest.mark.parametrize("button", ["middle", "shift"])
def test_dragging_aside_pans(track: Track, button: str) -> None:
    track.view.zoom(4.0, 1.0)
    pressed = Qt.MouseButton.MiddleButton if button == "middle" else Qt.MouseButton.LeftButton
    shift = Qt.KeyboardModifier.ShiftModifier if button == "shift" else Qt.KeyboardModifier(0)
    start, held = QPoint(GUTTER + 200, 40), track.to_time(GUTTER + 200)
    QTest.mousePress(track, pressed, shift, start)
    QTest.mouseMove(track, start - QPoint(60, 0))
    QTest.mouseRelease(track, pressed, shift, start - QPoint(60, 0))
    assert track.to_time(GUTTER + 140) == pytest.approx(held, abs=0.01)


def test_dragging_the_playhead_does_not_run_away(walking_window: MainWindow, track: Track) -> None:
    track.view.span_s = 1.0
    track.view.set_mode("follow")
    walking_window.transport.seek(1.0)
    start = track.view.start_s
    at = [QPoint(GUTTER + x, 40) for x in (100, 300, 301, 302)]
    times = [track.to_time(point.x()) for point in at]
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=at[0])
    for point, time_s in zip(at, times, strict=True):
        QTest.mouseMove(track, point)
        assert walking_window.transport.time_s == pytest.approx(time_s, abs=0.02)
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=at[-1])
    assert track.view.start_s == pytest.approx(start)


def test_dragging_the_grips_sets_the_loop_range(walking_window: MainWindow, track: Track) -> None:
    def grip(frame: int) -> QPoint:
        return QPoint(round(float(track.to_x(frame / 60))), RULER - 4)

    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=grip(0))
    QTest.mouseMove(track, grip(30))
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=grip(30))
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=grip(FRAMES))
    QTest.mouseMove(track, grip(100))
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=grip(100))
    first, last = walking_window.transport.range
    assert abs(first - 30) <= 1 and abs(last - 99) <= 1
    assert walking_window.transport.frame == 0


def test_speed_steps_through_the_usual_ones(walking_window: MainWindow) -> None:
    box = walking_window.timeline.speed
    speeds = []
    for _ in range(9):
        box.stepBy(-1)
        speeds.append(walking_window.transport.speed)
    assert speeds == [0.5, 0.25, 0.1, -0.1, -0.25, -0.5, -1, -2, -4]
    box.stepBy(-1)
    assert walking_window.transport.speed == -4
    walking_window.actions_["transport.normal"].trigger()
    assert box.value() == 1
