"""A combo box that says what a person chose, and nothing by the way."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import heard
from viewer.ui.choice_box import ChoiceBox
from viewer.ui.theme import DARK


def test_keys_choose_and_the_wheel_does_not(show: Callable[[QWidget], None]) -> None:
    box = ChoiceBox("Fruit", "Which one", DARK)
    show(box)
    box.offer({"a": "Apple", "b": "Banana", "c": "Cherry"}, "b")
    said = heard(box.chosen)
    at = QPointF(10, 10)
    wheel = QWheelEvent(
        at, box.mapToGlobal(at), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert said == [] and box.currentText() == "Banana" and not wheel.isAccepted()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert said == [("c",)]
