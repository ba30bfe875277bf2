"""Which keys drive, and when."""

from __future__ import annotations

import pytest

pytest.importorskip("mujoco")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from character.deeds import Steer, Want
from tests.viewer.conftest import until
from tests.viewer.driving import asked, drive_of, driven
from tests.viewer.stage_character import hold
from viewer.character.control import CharacterControl
from viewer.window.window import MainWindow

__all__ = ["driven"]
Key, Keypad = Qt.Key, Qt.KeyboardModifier.KeypadModifier
NONE = Qt.KeyboardModifier.NoModifier


def test_what_is_typed_in_a_field_does_not_drive(
    driven: CharacterControl, window: MainWindow
) -> None:
    search = window.controls["library"].panel.search  # type: ignore[attr-defined]
    search.setFocus()
    QTest.keyClicks(search, "wasd2")
    assert search.text() == "wasd2" and driven.hands.helm.turning == 0.0
    at = hold(driven)
    driven.driver.step()
    until(lambda: driven.frame is not None and driven.frame.frame > at)
    assert not asked(driven, Steer) and not asked(driven, Want)


def test_a_key_that_is_held_repeats_nothing_and_is_let_go_with_the_window(
    driven: CharacterControl, window: MainWindow
) -> None:
    QTest.keyPress(window, Key.Key_D)
    for _ in range(5):
        for kind in (QEvent.Type.KeyRelease, QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            QApplication.sendEvent(window, QKeyEvent(kind, Key.Key_D, NONE, "d", True))
    until(lambda: len(asked(driven, Steer)) == 1)
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    until(lambda: len(asked(driven, Steer)) == 2)
    held, released = asked(driven, Steer)
    assert held.turn < 0 and released.turn == 0.0


def test_they_come_before_other_uses_while_the_character_is_on_stage(
    driven: CharacterControl, window: MainWindow
) -> None:
    stage = window.stage_view.stage
    assert stage is not None
    window.actions_["stage.chase"].setChecked(False)
    camera = stage.camera
    QTest.keyClick(window, Key.Key_3)
    until(lambda: asked(driven, Want) == [Want("spinkick")])
    assert stage.camera.orthographic == camera.orthographic
    QTest.keyClick(window, Key.Key_3, Keypad)
    assert stage.camera.orthographic
    until(lambda: drive_of(driven).wanted == "spinkick" or drive_of(driven).skill == "spinkick")
    assert len(asked(driven, Want)) == 1


def test_in_the_past_the_arrows_go_through_time(
    driven: CharacterControl, window: MainWindow
) -> None:
    last = hold(driven)
    window.transport.seek_frame(0)
    until(lambda: driven.frame is not None and driven.frame.frame == 0)
    QTest.keyClick(window, Key.Key_Right)
    until(lambda: driven.frame is not None and driven.frame.frame > 0)
    assert not asked(driven, Steer) and driven.frame is not None
    assert driven.frame.frame <= last and driven.hands.helm.drive is None
