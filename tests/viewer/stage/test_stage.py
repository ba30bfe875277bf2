"""The stage: pixels, camera and what it costs to stand still."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from motion.canonical import FOOT_JOINTS
from motion.features import CONTACTS, motion_features, motion_from_features
from tests.motion.synthetic import walk as walking
from tests.viewer.conftest import FakeClock, settle, until
from viewer.stage.stage import Stage
from viewer.window.window import MainWindow


@pytest.fixture
def stage(walking_window: MainWindow) -> Stage:
    found = walking_window.stage_view.stage
    assert found is not None
    return found


def pixels(stage: Stage) -> np.ndarray:
    """The picture on stage as (H, W, 3)."""
    image = stage.grabFramebuffer().convertToFormat(stage.grabFramebuffer().Format.Format_RGB888)
    data = np.frombuffer(image.constBits(), np.uint8)
    rows = data.reshape(image.height(), image.bytesPerLine())[:, : 3 * image.width()]
    return rows.reshape(image.height(), image.width(), 3).astype(int)


def on_joint(stage: Stage, joint: int, window: MainWindow) -> tuple[int, int]:
    """Row and column where a joint of the displayed pose is seen."""
    pose = window.studio.figure.positions[window.transport.frame]
    x, y, _ = stage.camera.project(pose[joint : joint + 1], stage.pixel_size)[0]
    return round(y), round(x)


def drag(stage: Stage, button: Qt.MouseButton, dx: int, dy: int) -> None:
    start = QPoint(stage.width() // 2, stage.height() // 2)
    QTest.mousePress(stage, button, pos=start)
    QTest.mouseMove(stage, start + QPoint(dx, dy))
    QTest.mouseRelease(stage, button, pos=start + QPoint(dx, dy))


def test_the_figure_stands_where_the_camera_says(walking_window: MainWindow, stage: Stage) -> None:
    seen = pixels(stage)
    assert seen.shape[:2] == (stage.pixel_size.height, stage.pixel_size.width)
    corner = seen[40:80, 200:240].mean(axis=(0, 1))
    for joint in (0, 11, 13):
        row, column = on_joint(stage, joint, walking_window)
        assert np.abs(seen[row, column] - corner).sum() > 120


def test_another_frame_is_another_picture(walking_window: MainWindow, stage: Stage) -> None:
    before = pixels(stage)
    walking_window.transport.seek_frame(20)
    assert np.abs(pixels(stage) - before).sum() > 0
    walking_window.transport.seek_frame(0)
    assert np.array_equal(pixels(stage), before)


def test_contact_marks_can_be_switched(walking_window: MainWindow, stage: Stage) -> None:
    contacts = walking_window.studio.motion.contacts
    walking_window.transport.seek_frame(int(np.argmax(contacts.sum(axis=1))))
    with_marks = pixels(stage)
    assert len(walking_window.studio.scene.discs)
    walking_window.actions_["stage.contacts"].trigger()
    assert np.abs(pixels(stage) - with_marks).sum() > 0
    assert not len(walking_window.studio.scene.discs)


@pytest.mark.parametrize("name", ["trails", "ghosts", "grid", "shadow"])
def test_each_switch_changes_the_picture_and_back(
    walking_window: MainWindow, stage: Stage, name: str
) -> None:
    walking_window.transport.seek_frame(60)
    before = pixels(stage)
    walking_window.actions_[f"stage.{name}"].trigger()
    assert np.abs(pixels(stage) - before).sum() > 0
    walking_window.actions_[f"stage.{name}"].trigger()
    assert np.array_equal(pixels(stage), before)


def test_the_mouse_moves_the_camera(stage: Stage) -> None:
    start = stage.camera
    drag(stage, Qt.MouseButton.LeftButton, 60, 0)
    assert stage.camera.azimuth != start.azimuth and stage.camera.target == start.target
    drag(stage, Qt.MouseButton.MiddleButton, 0, 50)
    assert stage.camera.target != start.target
    at = QPointF(100, 100)
    wheel = QWheelEvent(
        at, stage.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(stage, wheel)
    assert stage.camera.distance < start.distance


def test_views_and_framing(walking_window: MainWindow, stage: Stage) -> None:
    walking_window.actions_["stage.side"].trigger()
    assert stage.camera.orthographic and stage.camera.azimuth == pytest.approx(np.pi / 2)
    walking_window.actions_["stage.perspective"].trigger()
    stage.set_camera(stage.camera.zoom(0.01))
    walking_window.actions_["stage.frame"].trigger()
    pose = walking_window.studio.figure.positions[0]
    seen = stage.camera.project(pose, stage.pixel_size)
    assert (seen[:, :2] > 0).all() and (seen[:, :2] < stage.pixel_size[:2]).all()
    assert np.ptp(seen[:, 1]) > 0.4 * stage.pixel_size.height


def test_the_camera_goes_along_with_a_clip_that_another_style_puts_elsewhere(
    walking_window: MainWindow, stage: Stage, clock: FakeClock
) -> None:
    window, studio = walking_window, walking_window.studio
    motion = studio.motion
    assert motion is not None and motion.figure is not None
    window.transport.seek_frame(20)
    window.transport.play()
    window.transport.tick()
    plain, before = motion.figure, np.array(stage.camera.target)
    for apart in (2.0, -1.0):
        by = np.array([apart, 0, 0], np.float32)
        moved = replace(plain, positions=plain.positions + by)
        clock.advance(1 / 60)
        studio.wear(motion.key, moved)
        assert stage.camera.target == pytest.approx(before + by, abs=0.05)
        window.transport.tick()
        assert stage.camera.target == pytest.approx(before + by, abs=0.1)
    studio.wear(motion.key, None)
    assert stage.camera.target == pytest.approx(before, abs=0.1)


def test_a_following_camera_keeps_up(
    walking_window: MainWindow, stage: Stage, clock: FakeClock
) -> None:
    transport = walking_window.transport
    transport.play()
    for _ in range(100):
        clock.advance(1 / 60)
        transport.tick()
    root = walking_window.studio.figure.root(transport.frame)
    assert np.hypot(stage.camera.target[0] - root[0], stage.camera.target[2] - root[2]) < 0.35
    walking_window.actions_["stage.follow"].trigger()
    held = stage.camera
    transport.seek(0)
    assert stage.camera is held


def test_nothing_is_drawn_while_nothing_changes(walking_window: MainWindow, stage: Stage) -> None:
    drawn: list[int] = []
    stage.frameSwapped.connect(lambda: drawn.append(1))

    def still() -> bool:
        drawn.clear()
        QTest.qWait(400)
        return not drawn

    until(still)
    walking_window.transport.step_frames(1)
    until(lambda: bool(drawn))


def test_graphics_can_be_freed_twice_and_made_again(
    walking_window: MainWindow, stage: Stage
) -> None:
    before = pixels(stage)
    stage.close_gl()
    stage.close_gl()
    stage.makeCurrent()
    stage.initializeGL()
    stage.doneCurrent()
    stage.update()
    assert np.array_equal(pixels(stage), before)


def test_moving_to_another_window_keeps_the_picture(
    walking_window: MainWindow, stage: Stage
) -> None:
    """Reparenting may destroy and make the context anew."""
    for dock in walking_window.docks.values():
        dock.hide()  # they would take the room meanwhile
    settle(walking_window)
    move_out_and_back(walking_window)  # the first time its splitter shares the height anew
    before, size = pixels(stage), stage.size()
    move_out_and_back(walking_window)
    until(lambda: stage.size() == size)
    assert np.array_equal(pixels(stage), before)


def move_out_and_back(window: MainWindow) -> None:
    """Have what is in the middle of the window be a window of its own, and come back."""
    center = window.takeCentralWidget()
    center.show()
    settle(window)
    window.setCentralWidget(center)
    settle(window)


def test_a_decoded_latent_takes_the_stage_and_gives_it_back(
    walking_window: MainWindow, clock: FakeClock
) -> None:
    studio, transport = walking_window.studio, walking_window.transport
    features = motion_features(walking(60, 1 / 30))
    positions = motion_from_features(features)
    transport.seek_frame(50)
    studio.show_latent(positions, features[:, CONTACTS])
    assert studio.source == "clip"
    studio.set_source("latent")
    assert (studio.source, transport.frame_count) == ("latent", 60)
    assert np.allclose(studio.figure.positions[0, FOOT_JOINTS[0]], positions[0, FOOT_JOINTS[0]])
    transport.play()
    clock.advance(2.5)
    transport.tick()
    assert transport.frame == 15
    studio.show_latent(positions[::-1].copy(), features[::-1, CONTACTS])
    assert transport.frame == 15 and transport.playing
    walking_window.actions_["stage.swap"].trigger()
    assert (studio.source, transport.frame) == ("clip", 50)
    walking_window.actions_["stage.source.latent"].trigger()
    assert (studio.source, transport.frame) == ("latent", 15)


def test_each_displayed_frame_asks_for_its_phase(walking_window: MainWindow) -> None:
    heard = []
    walking_window.studio.phase_live.connect(heard.append)
    walking_window.transport.seek_frame(77)
    until(lambda: bool(heard) and heard[-1].frame == 77)
    assert heard[-1].latency_ms >= heard[-1].compute_ms > 0
    assert heard[-1].engine == "numpy"
    assert walking_window.studio.latency.milliseconds == heard[-1].latency_ms


def test_a_preview_is_a_ghost_that_goes_away(walking_window: MainWindow) -> None:
    studio = walking_window.studio
    pose = studio.figure.positions[10]
    studio.ghost.show("test", pose + np.float32([1, 0, 0]))
    assert len(studio.scene.ghosts) > 0
    studio.ghost.show("test", None)
    assert len(studio.scene.ghosts) == 0
