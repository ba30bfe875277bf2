"""A corner of the mix: pin, wear, unpin by mouse, keys and menu."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from motion.canonical import OFFSETS
from tests.viewer.panel_fixtures import heard
from viewer.style.mix_pin import MixPin
from viewer.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
POSE = np.cumsum(np.asarray(OFFSETS), axis=0)


@pytest.fixture
def pin(show: Callable[[QWidget], None]) -> MixPin:
    made = MixPin("A", DARK)
    show(made)
    return made


def said(pin: MixPin) -> list[list[tuple[object, ...]]]:
    return [heard(signal) for signal in (pin.pin_asked, pin.chosen, pin.unpin_asked)]


def test_an_empty_corner_asks_for_the_current_style(pin: MixPin) -> None:
    asked, chosen, cleared = said(pin)
    QTest.mouseClick(pin, LEFT, pos=QPoint(10, 30))
    QTest.keyClick(pin, Qt.Key.Key_Return)
    QTest.keyClick(pin, Qt.Key.Key_Space)
    QTest.keyClick(pin, Qt.Key.Key_Delete)
    assert (len(asked), chosen, cleared) == (3, [], [])


def test_a_pinned_one_is_worn_by_a_click_and_cleared_by_its_cross_or_delete(pin: MixPin) -> None:
    pin.set_style("Run", POSE)
    asked, chosen, cleared = said(pin)
    QTest.mouseClick(pin, LEFT, pos=QPoint(10, 30))
    assert (asked, len(chosen), cleared) == ([], 1, [])
    QTest.mouseClick(pin, LEFT, pos=pin.cross().center().toPoint())
    QTest.keyClick(pin, Qt.Key.Key_Delete)
    assert (asked, len(chosen), len(cleared)) == ([], 1, 2)


def test_the_menu_pins_anew_and_clears(pin: MixPin) -> None:
    assert len(pin.menu().actions()) == 1
    pin.set_style("Run", None)
    asked, _, cleared = said(pin)
    for action in pin.menu().actions():
        action.trigger()
    assert (len(asked), len(cleared)) == (1, 1)


def test_it_shows_figure_name_and_share(pin: MixPin) -> None:
    pictures = [pin.grab().toImage()]
    pin.set_style("Run", None)
    pictures.append(pin.grab().toImage())
    pin.set_style("Run", POSE)
    pictures.append(pin.grab().toImage())
    pin.set_share(0.42)
    pictures.append(pin.grab().toImage())
    pin.set_theme(LIGHT)
    pictures.append(pin.grab().toImage())
    pin.setEnabled(False)
    pictures.append(pin.grab().toImage())
    assert all(before != after for before, after in zip(pictures, pictures[1:], strict=False))


def test_it_says_what_is_pinned(pin: MixPin) -> None:
    assert "empty" in pin.accessibleName() and "Pin" in pin.toolTip()
    pin.set_style("Martial arts, a kick", None)
    assert "Martial arts, a kick" in pin.accessibleName() and "kick" in pin.toolTip()
