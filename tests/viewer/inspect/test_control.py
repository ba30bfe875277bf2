"""Joints and slides in the real window: clicked, pinned, measured, kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from motion.canonical import INDEX
from tests.viewer.conftest import FakeClock, Opener, open_file, settle, until
from tests.viewer.inspect.inspected import inspected
from viewer.inspect.control import FULL, InspectControl
from viewer.inspect.panel import HINT
from viewer.model.joint_edits import MOST_JOINTS, pin_joint
from viewer.model.joints import curves
from viewer.stage.stage import Stage
from viewer.window.window import MainWindow

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def stage(walking_window: MainWindow) -> Stage:
    found = walking_window.stage_view.stage
    assert found is not None
    walking_window.transport.seek_frame(40)
    settle(walking_window)
    return found


@pytest.fixture
def control(walking_window: MainWindow) -> InspectControl:
    dock = walking_window.docks["inspect"]
    dock.show()
    dock.raise_()
    settle(walking_window)
    return inspected(walking_window)


def on(window: MainWindow, stage: Stage, joint: str) -> QPoint:
    """Where a joint is seen, in points."""
    pose = window.studio.figure.positions[window.transport.frame]
    pixel = stage.camera.project(pose[INDEX[joint]][None], stage.pixel_size)[0, :2]
    x, y = (pixel / stage.devicePixelRatioF()).round().astype(int).tolist()
    return QPoint(x, y)


def names(control: InspectControl) -> list[str]:
    return [joint.name for joint in control.joints]


def test_a_click_on_a_joint_tells_what_it_does(
    walking_window: MainWindow, stage: Stage, control: InspectControl
) -> None:
    before = walking_window.transport.frame
    QTest.mouseClick(stage, LEFT, pos=on(walking_window, stage, "Head"))
    assert names(control) == ["Head"] and walking_window.transport.frame == before
    assert control.labels is not None and control.labels.isVisible()
    ((label, at, box),) = control.labels.boxes()
    assert label.lines[0] == "Head" and "m/s" in label.lines[2]
    seen = on(walking_window, stage, "Head")
    assert (at.toPoint() - seen).manhattanLength() <= 2
    assert stage.rect().toRectF().contains(box)
    assert len(walking_window.studio.scene.points) == 1
    QTest.mouseClick(stage, LEFT, pos=QPoint(6, stage.height() - 6))
    assert names(control) == [] and not control.labels.isVisible()


def test_a_drag_is_the_cameras_and_picks_nothing(
    walking_window: MainWindow, stage: Stage, control: InspectControl
) -> None:
    start, camera = on(walking_window, stage, "Head"), stage.camera
    QTest.mousePress(stage, LEFT, pos=start)
    QTest.mouseMove(stage, start + QPoint(60, 0))
    QTest.mouseRelease(stage, LEFT, pos=start + QPoint(60, 0))
    assert names(control) == [] and stage.camera != camera


def test_control_click_pins_several_and_the_distance_is_a_curve(
    walking_window: MainWindow, stage: Stage, control: InspectControl
) -> None:
    for joint in ("Head", "LeftHand"):
        QTest.mouseClick(stage, LEFT, CONTROL, on(walking_window, stage, joint))
    assert names(control) == ["Head", "LeftHand"]
    assert all(joint.pinned for joint in control.joints)
    plots = control.panel.plots
    until(lambda: [row.name for row in plots.rows][-1:] == ["distance"])
    assert [row.name for row in plots.rows] == ["height", "speed", "x", "z", "distance"]
    figure = walking_window.studio.figure
    head, hand = curves(figure, "Head"), curves(figure, "LeftHand")
    np.testing.assert_allclose(plots.rows[-1].lines[0].values, head.apart(hand))
    assert len(plots.rows[0].lines) == 2 and len(walking_window.studio.scene.points) == 2
    control.panel.joints.row("LeftHand").name.click()
    assert names(control) == ["LeftHand", "Head"]
    control.panel.joints.row("Head").close_button.click()
    until(lambda: [row.name for row in plots.rows] == ["height", "speed", "x", "z"])


def test_the_curves_share_the_playhead(
    walking_window: MainWindow, stage: Stage, control: InspectControl
) -> None:
    control.panel.chosen.emit("Head")
    plots = control.panel.plots
    until(lambda: len(plots.rows) == 4)
    walking_window.transport.seek_frame(90)
    assert plots.view.time_s == pytest.approx(1.5)
    told = control.panel.joints.row("Head").told.text
    assert f"{walking_window.studio.figure.positions[90, INDEX['Head'], 1]:.2f} m" in told
    box = plots.row_rect("speed")
    at = QPoint(round(float(plots.to_x(0.5))), round(box.center().y()))
    QTest.mouseClick(plots, LEFT, pos=at)
    assert walking_window.transport.time_s == pytest.approx(0.5, abs=0.03)


def test_a_key_pins_and_another_lets_all_go(
    walking_window: MainWindow, control: InspectControl
) -> None:
    assert not walking_window.actions_["joint.pin"].isEnabled()
    control.panel.chosen.emit("Head")
    walking_window.actions_["joint.pin"].trigger()
    control.panel.chosen.emit("Hips")
    assert names(control) == ["Head", "Hips"]
    walking_window.actions_["joint.clear"].trigger()
    assert names(control) == [] and control.panel.hint.text() == HINT


def test_no_more_are_pinned_than_there_is_room_for(
    walking_window: MainWindow, control: InspectControl
) -> None:
    told: list[str] = []
    walking_window.studio.notice.connect(lambda notice: told.append(notice.text))
    for joint in [*INDEX][:MOST_JOINTS]:
        walking_window.store.apply(pin_joint(joint))
    control.panel.chosen.emit("RightHand")
    assert len(control.joints) == MOST_JOINTS and told == [FULL]


def test_a_rig_that_is_not_human_has_joints_of_its_own(
    walking_window: MainWindow, control: InspectControl, snake: Path
) -> None:
    control.panel.chosen.emit("Head")
    open_file(walking_window, snake)
    control.panel.chosen.emit("Jaw")
    until(lambda: len(control.panel.plots.rows) == 4)
    assert control.skating is None and control.panel.skating.isHidden()
    assert "Jaw" in [control.panel.choice.itemData(n) for n in range(control.panel.choice.count())]


def test_the_worst_slides_are_listed_and_gone_to(
    walking_window: MainWindow, control: InspectControl
) -> None:
    until(lambda: control.skating is not None)
    skating, transport = control.skating, walking_window.transport
    assert skating is not None
    assert control.panel.slides.topLevelItemCount() == len(skating.worst)
    track = walking_window.timeline.track
    assert control.lane in track.lanes
    walking_window.actions_["slide.lane"].trigger()
    assert control.lane not in track.lanes
    walking_window.actions_["slide.lane"].trigger()
    if not skating.worst:
        pytest.skip("this walk does not slide")
    item = control.panel.slides.topLevelItem(0)
    control.panel.slides.itemClicked.emit(item, 0)
    assert transport.frame == skating.worst[0].worst
    transport.seek_frame(0)
    shown = []
    for _ in skating.worst:
        walking_window.actions_["slide.next"].trigger()
        shown.append(transport.frame)
    frames = sorted(slide.worst for slide in skating.worst)
    assert sorted(set(shown)) == sorted(set(frames) - {0} or {0})


def test_a_session_keeps_the_joints(
    open_window: Opener, walking_window: MainWindow, control: InspectControl, tmp_path: Path
) -> None:
    control.panel.chosen.emit("Head")
    walking_window.actions_["joint.pin"].trigger()
    control.panel.chosen.emit("LeftHand")
    held, path = control.joints, tmp_path / "joints.stride"
    walking_window.sessions.save_to(path)
    until(path.exists)
    settle(walking_window)
    other = open_window()
    other.open_paths([path])
    until(lambda: inspected(other).joints == held)


def test_playing_measures_nothing_anew(
    walking_window: MainWindow, control: InspectControl, clock: FakeClock
) -> None:
    control.panel.chosen.emit("Head")
    plots = control.panel.plots
    until(lambda: len(plots.rows) == 4)
    rows = plots.rows
    walking_window.transport.play()
    for _ in range(30):
        clock.advance(1 / 60)
        walking_window.transport.tick()
        QApplication.processEvents()
    assert plots.rows is rows
