"""The real window, driven as a person would."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QSpinBox,
    QWidget,
)

import viewer.stage.view
from tests.viewer.conftest import FRAMES, FakeClock, Opener, open_file, settle, until
from viewer.model.edits import MAX_OPEN
from viewer.ui.recent import RecentFiles
from viewer.window.window import MainWindow


def drop(window: MainWindow, *paths: Path) -> None:
    """Let go of files over the window."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(300, 300), Qt.DropAction.CopyAction, mime,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)


def test_opened_files_play_at_once(window: MainWindow, clock: FakeClock, walk: Path) -> None:
    window.open_paths([walk])
    until(lambda: window.transport.playing)
    clock.advance(1.0)
    window.transport.tick()
    assert window.transport.frame == 60
    assert window.windowTitle().startswith("walk")
    assert window.stage_view.bar.facts.text() == "60 fps · cm · Y up"


def test_keys_drive_the_transport(walking_window: MainWindow) -> None:
    window, transport = walking_window, walking_window.transport
    window.activateWindow()
    until(window.isActiveWindow)
    assert window.focusWidget() is window.stage_view.stage

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> int:
        QTest.keyClick(window, key, modifier)
        return transport.frame

    assert press(Qt.Key.Key_Period) == 1
    assert press(Qt.Key.Key_Comma) == 0
    assert press(Qt.Key.Key_Right) == 6
    assert press(Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier) == 66
    assert press(Qt.Key.Key_Left) == 60
    assert press(Qt.Key.Key_End) == FRAMES - 1
    assert press(Qt.Key.Key_Home) == 0
    press(Qt.Key.Key_Space)
    assert transport.playing
    press(Qt.Key.Key_Minus)
    assert transport.speed == 0.5
    transport.seek_frame(30)
    press(Qt.Key.Key_I)
    transport.seek_frame(90)
    press(Qt.Key.Key_O)
    assert transport.range == (30, 90)
    press(Qt.Key.Key_X)
    assert transport.range is None


def test_go_to_a_frame_by_typing(walking_window: MainWindow) -> None:
    window = walking_window
    window.actions_["transport.go"].trigger()
    (edit,) = (box for box in window.timeline.findChildren(QSpinBox) if box.isVisible())
    assert edit.accessibleName() == "Go to frame"
    QTest.keyClicks(edit, "42")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert window.transport.frame == 42
    assert not edit.isVisible()


def test_a_broken_file_is_told_once_and_the_old_clip_stays(
    walking_window: MainWindow, broken: Path
) -> None:
    window = walking_window
    window.transport.seek_frame(33)
    drop(window, broken)
    until(lambda: bool(window.toasts.shown))
    settle(window)
    (toast,) = window.toasts.shown
    assert toast.notice.level == "error"
    assert toast.notice.text.startswith(f"{broken}:") and "MOTION" in toast.notice.text
    assert window.studio.motion.title == "walk"
    assert window.transport.frame == 33


def test_dropped_files_open_and_the_first_plays(
    window: MainWindow, walk: Path, snake: Path
) -> None:
    drop(window, walk, snake)
    until(lambda: len(window.studio.motions) == 2)
    settle(window)
    assert window.studio.motion.title == "walk"
    assert window.transport.playing


def test_a_rig_that_is_not_human_plays_and_says_so(window: MainWindow, snake: Path) -> None:
    open_file(window, snake)
    texts = [toast.notice.text for toast in window.toasts.shown]
    assert any("human rig" in text and "LeftHand" in text for text in texts)
    assert len(window.studio.scene.capsules) > 0
    window.transport.step_frames(1)
    assert window.transport.frame == 1


def test_units_are_read_again_on_request(walking_window: MainWindow) -> None:
    window = walking_window
    window.actions_["clip.units.inch"].trigger()
    until(lambda: window.studio.motion.clip.units == "inch")
    assert window.stage_view.bar.facts.text() == "60 fps · inch · Y up"
    assert len(window.studio.motions) == 1
    window.actions_["clip.units.auto"].trigger()
    until(lambda: window.studio.motion.clip.units == "cm")


def test_closing_the_clip_empties_the_stage(walking_window: MainWindow) -> None:
    window = walking_window
    window.transport.play()
    window.actions_["clip.close"].trigger()
    assert window.studio.motion is None and not window.transport.playing
    assert len(window.studio.scene.capsules) == 0
    assert window.transport.frame_count == 0


def test_open_motions_are_bounded(window: MainWindow, walk: Path, tmp_path: Path) -> None:
    paths = []
    for n in range(MAX_OPEN + 3):
        paths.append(tmp_path / f"take {n}.bvh")
        paths[-1].write_bytes(walk.read_bytes())
    window.studio.open_paths(paths)
    until(lambda: any(m.path == paths[-1] for m in window.studio.motions))
    settle(window)
    assert len(window.studio.motions) <= MAX_OPEN
    assert window.studio.motion.path == paths[0]


def test_an_error_keeps_its_details_behind_a_button(window: MainWindow) -> None:
    window.studio.notify("error", "It broke.", "Traceback: because")
    window.studio.notify("error", "It broke.", "Traceback: because")
    (toast,) = window.toasts.shown
    pane = toast.findChild(QWidget, "details")
    assert pane is not None and not pane.isVisible()
    low = toast.height()
    toast.details.click()
    assert pane.isVisible() and toast.height() > low
    assert toast.geometry().bottom() < window.stage_view.height()


def test_notices_never_pile_up_beyond_the_stage(window: MainWindow) -> None:
    for n in range(12):
        window.studio.notify("warning", f"Warning {n}. " + "Words that wrap. " * 12)
    assert 1 <= len(window.toasts.shown) <= 4
    assert window.toasts.shown[-1].notice.text.startswith("Warning 11")
    assert all(toast.y() >= 0 for toast in window.toasts.shown)


def test_themes_swap_and_are_remembered(window: MainWindow) -> None:
    window.actions_["view.theme.swap"].trigger()
    assert window.studio.scene.scheme.name == "light"
    assert window.bench.settings.value("theme") == "light"
    window.actions_["view.theme.swap"].trigger()
    assert window.studio.scene.scheme.name == "dark"


def test_the_layout_is_remembered(open_window: Opener) -> None:
    first = open_window()
    first.docks["phase"].hide()
    first.resize(1210, 777)
    settle(first)
    first.close()
    second = open_window()
    assert not second.docks["phase"].isVisible()
    assert not second.actions_["dock.phase"].isChecked()
    assert second.docks["style"].isVisible()
    assert (second.width(), second.height()) == (1210, 777)


def test_docks_hide_by_their_action_and_by_their_button(window: MainWindow) -> None:
    action, dock = window.actions_["dock.library"], window.docks["library"]
    action.trigger()
    assert not dock.isVisible()
    action.trigger()
    assert dock.isVisible()
    next(b for b in dock.titleBarWidget().findChildren(QAbstractButton)
         if "hide" in b.toolTip()).click()  # fmt: skip
    assert not dock.isVisible() and not action.isChecked()


def test_another_tab_on_top_is_not_a_hidden_panel(window: MainWindow) -> None:
    window.following.choose("tabs")
    window.docks["phase"].raise_()
    settle(window)
    window.docks["style"].raise_()
    settle(window)
    for name in ("style", "phase", "performance"):
        assert window.actions_[f"dock.{name}"].isChecked()
        assert not window.docks[name].isHidden()


def test_side_by_side_shows_every_panel(window: MainWindow) -> None:
    window.resize(1600, 950)
    window.following.choose("together")
    settle(window)
    shown = [name for name, dock in window.docks.items() if not dock.visibleRegion().isEmpty()]
    assert shown == ["library", "style", "phase", "performance"]
    window.docks["character"].raise_()
    settle(window)
    assert not window.docks["character"].visibleRegion().isEmpty()


@pytest.mark.parametrize("size", [(1100, 700), (1600, 950)])
def test_the_window_fits(window: MainWindow, size: tuple[int, int]) -> None:
    window.following.choose("together") if size[0] >= 1500 else window.following.choose("tabs")
    window.resize(*size)
    settle(window)
    assert (window.width(), window.height()) == size


def test_every_control_has_a_name_and_a_tooltip(walking_window: MainWindow) -> None:
    kinds = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)
    missing = []
    for kind in kinds:
        for control in walking_window.findChildren(kind):
            inside = isinstance(control, QScrollBar) or control.objectName().startswith("qt_")
            owner = control.parent()
            if inside or isinstance(owner, QAbstractSpinBox | QComboBox | QLineEdit):
                continue
            if type(owner).__name__ in ("QTabBar", "QMenuBar", "QMainWindow"):
                continue
            if not (control.accessibleName() or getattr(control, "text", str)()):
                missing.append(("name", control, control.parent(), control.objectName()))
            if not control.toolTip():
                missing.append(("tooltip", control, control.parent(), control.objectName()))
    assert not missing


def test_without_opengl_a_sentence_stands_in(
    open_window: Opener, walk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = "The stage needs OpenGL 3.3, and this display offers 2.1; update the driver."
    monkeypatch.setattr(viewer.stage.view, "gl_problem", lambda: sentence)
    window = open_window()
    assert window.stage_view.stage is None
    labels = window.stage_view.findChildren(QLabel)
    assert sentence in [label.text() for label in labels if label.isVisible()]
    open_file(window, walk)
    window.transport.step_frames(5)
    window.actions_["stage.frame"].trigger()
    window.actions_["stage.front"].trigger()
    assert window.transport.frame == 5


def test_two_windows_live_side_by_side(open_window: Opener, walk: Path, snake: Path) -> None:
    one, two = open_window(), open_window()
    open_file(one, walk)
    open_file(two, snake)
    one.transport.seek_frame(9)
    assert (one.transport.frame, two.transport.frame) == (9, 0)
    two.close()
    settle(one)
    one.transport.seek_frame(10)
    assert one.studio.motion.title == "walk"


def test_recent_files_forget_what_is_gone(window: MainWindow, walk: Path, tmp_path: Path) -> None:
    passing = tmp_path / "passing.bvh"
    passing.write_bytes(walk.read_bytes())
    open_file(window, passing)
    open_file(window, walk)
    recent = RecentFiles(window.bench.settings)
    assert recent.paths() == [walk.resolve(), passing.resolve()]
    passing.unlink()
    assert recent.paths() == [walk.resolve()]


def test_scrubbing_on_the_ruler_seeks(walking_window: MainWindow) -> None:
    window = walking_window
    track = window.timeline.track
    window.transport.play()

    def at(frame: int) -> QPoint:
        return QPoint(round(float(track.to_x((frame + 0.5) / 60))), 8)

    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=at(20))
    assert abs(window.transport.frame - 20) <= 1
    QTest.mouseMove(track, at(70))
    settle(window)
    assert abs(window.transport.frame - 70) <= 1
    assert window.transport.playing
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=at(70))
    assert window.transport.playing
