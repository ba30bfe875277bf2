"""The list of loop points."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from motion.phase.loops import Loop
from tests.viewer.panel_fixtures import heard
from viewer.distance.loop_list import LoopList


def test_a_click_or_enter_chooses(show: Callable[[QWidget], None]) -> None:
    found = LoopList()
    show(found)
    found.show_loops([Loop(10, 40, 0.021), Loop(3, 63, 0.034)], 1 / 30)
    rows = [found.topLevelItem(n) for n in range(2)]
    assert [rows[1].text(column) for column in range(5)] == [
        "2",
        "0.10 s",
        "2.10 s",
        "2.00 s",
        "3.4 cm",
    ]
    said = heard(found.chosen)
    place = found.visualItemRect(rows[1]).center()
    QTest.mouseClick(found.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert said == [(1,)]
    QTest.keyClick(found, Qt.Key.Key_Up)
    QTest.keyClick(found, Qt.Key.Key_Return)
    assert said == [(1,), (0,)]
    found.show_loops([], 1 / 30)
    assert found.topLevelItemCount() == 0
