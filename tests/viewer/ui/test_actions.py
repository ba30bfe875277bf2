"""The registry of actions."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSlider, QApplication, QWidget

from tests.viewer.conftest import until
from viewer.ui.actions import ActionError, Actions
from viewer.window.help import CommandPalette, ShortcutSheet
from viewer.window.window import MainWindow


@pytest.fixture
def actions(app: QApplication) -> Actions:
    made = Actions(QWidget())
    made.add("a.one", "One", "The first", lambda: None, keys="Ctrl+G")
    return made


def test_a_doubled_id_fails(actions: Actions) -> None:
    with pytest.raises(ActionError, match=r"'a\.one' is registered twice"):
        actions.add("a.one", "Again", "The same", lambda: None)


@pytest.mark.parametrize("key", ["Ctrl+G", "ctrl+g", "Ctrl+g"])
def test_a_doubled_key_fails_however_it_is_written(actions: Actions, key: str) -> None:
    with pytest.raises(ActionError, match=r"Ctrl\+G is taken by 'a.one'; 'a.two' wants it"):
        actions.add("a.two", "Two", "The second", lambda: None, keys=("T", key))


def test_keys_of_a_mode_may_be_those_of_other_commands_but_not_twice(actions: Actions) -> None:
    drive = actions.add("a.drive", "Drive", "Go on", lambda: None, keys="Ctrl+G", mode="drive")
    assert not drive.shortcuts() and drive.toolTip() == "Go on (Ctrl+G)"
    with pytest.raises(ActionError, match=r"Ctrl\+G is taken by 'a.drive'"):
        actions.add("a.two", "Two", "The second", lambda: None, keys="Ctrl+G", mode="drive")


def test_an_unknown_key_or_menu_fails(actions: Actions) -> None:
    with pytest.raises(ActionError, match="unknown key"):
        actions.add("a.two", "Two", "The second", lambda: None, keys="Ctlr+Q")
    with pytest.raises(ActionError, match="unknown menu"):
        actions.add("a.three", "Three", "The third", lambda: None, menu="Fiel")


def test_tooltip_names_the_key(actions: Actions) -> None:
    assert actions["a.one"].toolTip() == "The first (Ctrl+G)"


def test_every_command_of_the_window_is_explained(window: MainWindow) -> None:
    assert len(list(window.actions_)) > 50
    for entry in window.actions_:
        assert entry.tip and entry.action.text(), entry.id
        for key in entry.keys:
            assert key in entry.action.toolTip() or entry.shortcut in entry.action.toolTip()


def test_menus_hold_every_command_that_names_one(window: MainWindow) -> None:
    shown = set()
    for top in window.menuBar().actions():
        stack = list(top.menu().actions())
        while stack:
            action = stack.pop()
            shown.add(action.objectName())
            if action.menu():
                stack += action.menu().actions()
    assert {entry.id for entry in window.actions_ if entry.menu} <= shown


def test_a_focused_slider_keeps_its_arrows(walking_window: MainWindow) -> None:
    window = walking_window
    window.activateWindow()
    window.docks["style"].raise_()
    slider = next(s for s in window.docks["style"].findChildren(QAbstractSlider)
                  if s.isVisible() and s.focusPolicy() & Qt.FocusPolicy.TabFocus)  # fmt: skip
    slider.setFocus()
    until(slider.hasFocus)
    before = slider.value()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() > before
    assert window.transport.frame == 0
    QTest.keyClick(slider, Qt.Key.Key_Space)
    assert window.transport.playing


def test_the_palette_runs_what_is_typed(window: MainWindow) -> None:
    palette = CommandPalette(window.actions_, window)
    palette.show()
    QTest.keyClicks(palette.field, "ghosts")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.store.document.view.looks.ghosts


def test_the_palette_forgives_left_out_letters(window: MainWindow) -> None:
    palette = CommandPalette(window.actions_, window)
    palette.field.setText("frmall")
    assert "Frame all" in palette.list.currentItem().text(0)
    palette.field.setText("zzzzzz")
    assert palette.list.topLevelItemCount() == 0
    palette.close()


def test_the_sheet_shows_every_key(window: MainWindow) -> None:
    from PySide6.QtWidgets import QLabel

    sheet = ShortcutSheet(window.actions_, window)
    shown = {label.text() for label in sheet.findChildren(QLabel)}
    for entry in window.actions_:
        assert set(filter(None, entry.shortcut.split("  "))) <= shown
    sheet.close()
