"""The row of buttons: it fits, each names its command and does it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from tests.viewer.conftest import FakeClock
from tests.viewer.style.keys_fixtures import KeysBench, keys_bench
from viewer.window.window import MainWindow

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def keys(walking_window: MainWindow, clock: FakeClock) -> KeysBench:
    return keys_bench(walking_window, clock)


def test_the_row_fits_a_narrow_panel(keys: KeysBench) -> None:
    assert keys.row.minimumSizeHint().width() <= 280
    assert keys.row.sizeHint().width() <= 280


def test_every_button_is_named_and_explained(keys: KeysBench) -> None:
    buttons = keys.row.findChildren(QToolButton)
    assert len(buttons) == 7
    for button in buttons:
        assert button.accessibleName() and button.toolTip() and not button.icon().isNull()


def test_buttons_do_what_they_say(keys: KeysBench) -> None:
    row, transport = keys.row, keys.window.transport
    keys.wear(1.0)
    QTest.mouseClick(row.key, LEFT)
    transport.seek_frame(50)
    keys.wear(2.0)
    QTest.mouseClick(row.key, LEFT)
    assert keys.frames() == [0, 50]
    QTest.mouseClick(row.previous, LEFT)
    assert transport.frame == 0
    QTest.mouseClick(row.next, LEFT)
    assert transport.frame == 50
    QTest.mouseClick(row.follow, LEFT)
    assert not keys.window.store.document.style.keyed
    QTest.mouseClick(row.record, LEFT)
    assert keys.keys.recorder.armed and row.record.isChecked()
    QTest.mouseClick(row.record, LEFT)
    QTest.mouseClick(row.delete, LEFT)
    assert keys.frames() == [0] and not row.delete.isEnabled()


def test_the_ease_button_offers_three_and_shows_the_chosen_one(keys: KeysBench) -> None:
    keys.key_at(20, 1.0)
    before = keys.row.ease.icon().cacheKey()
    menu = keys.row.ease.menu()
    assert menu is not None and len(menu.actions()) == 3
    menu.actions()[1].trigger()
    assert keys.held[0].ease == "linear" and menu.actions()[1].isChecked()
    assert keys.row.ease.icon().cacheKey() != before
