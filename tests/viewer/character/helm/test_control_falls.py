"""The character of the real window is knocked down and gets up by itself."""

from __future__ import annotations

import pytest

pytest.importorskip("mujoco")

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from character.anatomy import NAMES
from tests.viewer.conftest import until
from tests.viewer.driving import drive_of
from tests.viewer.stage_character import place
from viewer.model.demo import ASSETS
from viewer.window.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


def test_who_is_knocked_down_begins_to_get_up_by_itself(window: MainWindow) -> None:
    driven = window.character
    window.take_dropped([ASSETS / "character" / "skills.json"])
    until(lambda: driven.frame is not None and driven.frame.frame > 2)
    window.activateWindow()
    until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_Up)
    until(lambda: drive_of(driven).skill == "walk")
    stage, chest = window.stage_view.stage, NAMES.index("chest")
    assert stage is not None
    while not drive_of(driven).fallen:
        at = place(driven, window, chest)
        QTest.mousePress(stage, LEFT, pos=at)
        QTest.mouseMove(stage, at + QPoint(300, 0))
        QTest.mouseRelease(stage, LEFT, pos=at + QPoint(300, 0))
        pushed = driven.frame.frame if driven.frame else 0
        until(lambda: driven.frame is not None and driven.frame.frame > pushed + 45)  # noqa: B023
    until(lambda: "getup" in drive_of(driven).skill)
    assert drive_of(driven).fallen and drive_of(driven).falls >= 1
    window.actions_["character.reset"].trigger()
    until(lambda: not drive_of(driven).fallen)
