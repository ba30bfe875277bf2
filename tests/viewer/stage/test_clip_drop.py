"""Clips dragged over the stage of a real window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.conftest import until
from tests.viewer.panel_fixtures import heard
from viewer.stage.clip_drop import ClipDrop
from viewer.ui.clip_drag import carried
from viewer.window.window import MainWindow

COPY = Qt.DropAction.CopyAction
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def stage(window: MainWindow) -> QWidget:
    assert window.stage_view.stage is not None
    return window.stage_view.stage


@pytest.fixture
def drop(window: MainWindow, stage: QWidget) -> ClipDrop:
    return window.stage_view.clip_drop


def enter(stage: QWidget, data: QMimeData, share: float) -> bool:
    at = QPoint(int(share * stage.width()), 50)
    event = QDragEnterEvent(at, COPY, data, LEFT, NONE)
    QApplication.sendEvent(stage, event)
    return event.isAccepted()


def move(stage: QWidget, data: QMimeData, share: float) -> None:
    at = QPoint(int(share * stage.width()), 50)
    QApplication.sendEvent(stage, QDragMoveEvent(at, COPY, data, LEFT, NONE))


def let_go(stage: QWidget, data: QMimeData, share: float) -> None:
    at = QPointF(share * stage.width(), 50)
    QApplication.sendEvent(stage, QDropEvent(at, COPY, data, LEFT, NONE))


def test_two_halves_say_what_a_drop_does(stage: QWidget, drop: ClipDrop) -> None:
    data = carried("/a.bvh")
    assert not drop.isVisible()
    assert enter(stage, data, 0.2)
    assert drop.isVisible() and drop.half == 0 and drop.size() == stage.size()
    left = drop.grab().toImage()
    move(stage, data, 0.8)
    assert drop.half == 1
    assert drop.grab().toImage() != left
    QApplication.sendEvent(stage, QDragLeaveEvent())
    assert drop.half is None and not drop.isVisible()


def test_each_half_asks_for_its_own(stage: QWidget, drop: ClipDrop) -> None:
    drop.opened.disconnect()
    drop.style_taken.disconnect()
    opened, taken = heard(drop.opened), heard(drop.style_taken)
    for share in (0.1, 0.9):
        enter(stage, carried("/a.bvh"), share)
        let_go(stage, carried("/a.bvh"), share)
        assert not drop.isVisible()
    assert opened == taken == [("/a.bvh",)]


def test_files_of_the_desktop_still_go_to_the_window(
    window: MainWindow, stage: QWidget, drop: ClipDrop, walk: Path
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(walk))])
    assert enter(stage, data, 0.9)
    assert not drop.isVisible()
    let_go(stage, data, 0.9)
    until(lambda: window.studio.motion is not None and window.studio.motion.path == walk)
