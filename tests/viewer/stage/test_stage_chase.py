"""The camera that stays behind the figure, in the real window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.viewer.conftest import FakeClock
from viewer.stage.stage import Stage
from viewer.window.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def stage(walking_window: MainWindow) -> Stage:
    found = walking_window.stage_view.stage
    assert found is not None
    return found


def behind(window: MainWindow) -> float:
    """The azimuth from which the figure's back is seen."""
    assert window.studio.figure is not None
    heading = window.studio.figure.heading(window.transport.frame)
    assert heading is not None
    return heading + np.pi


def play(window: MainWindow, clock: FakeClock, pictures: int) -> None:
    for _ in range(pictures):
        clock.advance(1 / 60)
        window.transport.tick()


def test_paused_it_is_behind_at_once_and_the_document_knows(
    walking_window: MainWindow, stage: Stage
) -> None:
    walking_window.actions_["stage.chase"].trigger()
    assert np.cos(stage.camera.azimuth - behind(walking_window)) == pytest.approx(1)
    looks = walking_window.store.document.view.looks
    assert looks.chase and looks.follow
    walking_window.actions_["stage.side"].trigger()
    assert stage.camera.orthographic and not walking_window.store.document.view.looks.chase


def test_playing_it_swings_there_on_a_spring(
    walking_window: MainWindow, stage: Stage, clock: FakeClock
) -> None:
    walking_window.transport.play()
    play(walking_window, clock, 2)
    before = stage.camera.azimuth
    walking_window.actions_["stage.chase"].trigger()
    turned = []
    for _ in range(120):
        play(walking_window, clock, 1)
        turned.append(stage.camera.azimuth)
    assert abs(turned[0] - before) < 0.05
    assert np.cos(stage.camera.azimuth - behind(walking_window)) > 0.97
    steps = np.diff(np.unwrap(turned))
    assert np.abs(np.diff(steps)).max() < 0.02


def test_a_drag_looks_around_while_it_lasts(
    walking_window: MainWindow, stage: Stage, clock: FakeClock
) -> None:
    walking_window.actions_["stage.chase"].trigger()
    walking_window.transport.play()
    at = QPoint(8, 90)
    QTest.mousePress(stage, LEFT, pos=at)
    QTest.mouseMove(stage, at + QPoint(150, 0))
    held = stage.camera.azimuth
    play(walking_window, clock, 30)
    assert stage.camera.azimuth == pytest.approx(held)
    QTest.mouseRelease(stage, LEFT, pos=at + QPoint(150, 0))
    play(walking_window, clock, 150)
    assert np.cos(stage.camera.azimuth - behind(walking_window)) > 0.97
