"""Buttons over the stage, which are painted when something of them changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import heard
from viewer.character.helm.buttons import SkillButton, SkillLook, SwitchButton
from viewer.ui.theme import ThemeSwitch

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def holder(app: QApplication, show: Callable[[QWidget], None]) -> QWidget:
    made = QWidget()
    show(made)
    return made


@pytest.fixture
def button(app: QApplication, holder: QWidget) -> SkillButton:
    made = SkillButton(holder, 1, ThemeSwitch(app, "dark"))
    made.show_look(SkillLook("Run", 0.5), "Run (2)")
    made.show()
    return made


def test_it_looks_other_when_it_is_performed_or_awaited(button: SkillButton) -> None:
    looks = [
        SkillLook("Run", 0.5),
        SkillLook("Run", 0.9),
        SkillLook("Run", 0.5, performed=True),
        SkillLook("Run", 0.5, awaited=True),
        SkillLook("Walk", 0.5),
        SkillLook("Run"),
    ]
    pictures = []
    for look in looks:
        button.show_look(look, "a skill")
        pictures.append(button.grab().toImage())
    assert all(a != b for n, a in enumerate(pictures) for b in pictures[:n])


def test_its_name_is_that_of_the_skill(button: SkillButton) -> None:
    assert button.accessibleName() == "Run" and button.toolTip() == "Run (2)"
    clicked = heard(button.clicked)
    QTest.mouseClick(button, LEFT)
    assert len(clicked) == 1


def test_a_switch_is_its_action(app: QApplication, holder: QWidget) -> None:
    action = QAction("Get up by itself", holder, checkable=True, checked=True)
    switch = SwitchButton(holder, action, ThemeSwitch(app, "dark"))
    switch.show()
    on = switch.grab().toImage()
    QTest.mouseClick(switch, LEFT)
    assert not action.isChecked() and switch.grab().toImage() != on
    action.setChecked(True)
    assert switch.isChecked() and switch.accessibleName() == "Get up by itself"
