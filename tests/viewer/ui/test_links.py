"""Links that are chosen by keyboard as from a list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import heard, until
from viewer.ui.links import Link, Links

NAMES = ("calm", "a < b", "old")


@pytest.fixture
def links(show: Callable[[QWidget], None]) -> Links:
    made = Links("Styles", "Click one", before="Nearest: ")
    show(made)
    made.show_links([Link(name, name[0], "#ff0000") for name in NAMES])
    made.activateWindow()
    until(made.isActiveWindow)
    made.clearFocus()
    return made


def take_keyboard(links: Links) -> None:
    links.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()


def test_arrows_mark_one_after_the_other_and_stop_at_the_ends(links: Links) -> None:
    moved = heard(links.moved)
    assert links.marked == "" and "underline" not in links.text()
    take_keyboard(links)
    seen = [links.marked]
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(links, key)
        seen.append(links.marked)
    assert seen == ["calm", "calm", "a < b", "old", "old"]
    assert moved == [(0.0,), (0.5,), (1.0,), (1.0,)]
    assert links.text().count("underline") == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Space])
def test_the_marked_one_is_followed(links: Links, key: Qt.Key) -> None:
    followed = heard(links.linkActivated)
    QTest.keyClick(links, key)
    assert followed == []
    take_keyboard(links)
    QTest.keyClick(links, Qt.Key.Key_Right)
    QTest.keyClick(links, key)
    assert followed == [("a < b",)]


def test_the_mark_stays_while_the_links_are_the_same(links: Links) -> None:
    take_keyboard(links)
    QTest.keyClick(links, Qt.Key.Key_Right)
    links.show_links([Link(name, name, "#00ff00") for name in NAMES])
    assert links.marked == "a < b"
    links.show_links([Link("new", "new", "#00ff00")])
    assert links.marked == "new"


def test_none_is_no_stop(links: Links) -> None:
    assert links.focusPolicy() == Qt.FocusPolicy.TabFocus
    links.show_links(())
    assert links.focusPolicy() == Qt.FocusPolicy.NoFocus and links.text() == ""
