"""The pad for the mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import heard
from viewer.character.helm.helm import HASTE, turn_rate
from viewer.character.helm.pad import SIDE, Pad
from viewer.ui.theme import ThemeSwitch

LEFT = Qt.MouseButton.LeftButton
RUN = 3.0


@pytest.fixture
def pad(app: QApplication, show: Callable[[QWidget], None]) -> Pad:
    holder = QWidget()
    made = Pad(holder, ThemeSwitch(app, "dark"))
    made.set_marks([("Walk", 1.0), ("Run", RUN)])
    show(holder)
    return made


def test_up_is_faster_and_across_turns(pad: Pad) -> None:
    held = heard(pad.held)
    for at in (QPoint(SIDE // 2, SIDE - 1), QPoint(1, 1), QPoint(SIDE - 2, 1)):
        QTest.mousePress(pad, LEFT, pos=at)
        QTest.mouseRelease(pad, LEFT, pos=at)
    (turn, speed), (left, fast), (right, _) = held
    assert speed == 0.0 and abs(turn) < 0.05
    assert fast == pytest.approx(HASTE * RUN) and left == pytest.approx(turn_rate(fast))
    assert right == pytest.approx(-left)


def test_a_release_says_so_once_and_a_move_without_a_press_nothing(pad: Pad) -> None:
    held, released = heard(pad.held), heard(pad.released)
    QTest.mouseMove(pad, QPoint(20, 20))
    QTest.mousePress(pad, LEFT, pos=QPoint(30, 30))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(30, 30))
    QTest.mouseMove(pad, QPoint(60, 60))
    assert len(held) == len(released) == 1


def test_the_knob_stands_where_a_press_there_would_put_it(pad: Pad) -> None:
    held = heard(pad.held)
    at = QPoint(40, 50)
    QTest.mousePress(pad, LEFT, pos=at)
    pad.show_asked(*held[0])
    assert (pad.knob().toPoint() - at).manhattanLength() <= 1
    QTest.mouseRelease(pad, LEFT, pos=at)


def test_it_has_a_name_and_says_how_it_is_used(pad: Pad) -> None:
    assert pad.accessibleName() and "turns" in pad.toolTip()
