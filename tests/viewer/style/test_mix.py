"""The whole pad: corners and square speak with one voice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.viewer.panel_fixtures import heard
from viewer.style.mix import MixPad
from viewer.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def pad(show: Callable[[QWidget], None]) -> MixPad:
    made = MixPad(DARK)
    show(made)
    return made


def test_corners_say_which_one_is_meant(pad: MixPad) -> None:
    pinned, cleared, mixed = (heard(s) for s in (pad.pin_asked, pad.unpin_asked, pad.mixed))
    pad.set_pins([("Walk", None), None, None, ("Run", None)])
    QTest.mouseClick(pad.pins[2], LEFT, pos=QPoint(10, 30))
    QTest.keyClick(pad.pins[0], Qt.Key.Key_Delete)
    QTest.mouseClick(pad.pins[3], LEFT, pos=QPoint(10, 30))
    assert (pinned, cleared) == ([(2,)], [(0,)])
    assert [weights.tolist() for (weights,) in mixed] == [[0, 0, 0, 1]]


def test_corners_stand_where_the_square_has_them(pad: MixPad) -> None:
    a, b, c, d = (pin.geometry().center() for pin in pad.pins)
    middle = pad.square.geometry().center()
    assert a.x() == c.x() < middle.x() < b.x() == d.x()
    assert a.y() == b.y() < middle.y() < c.y() == d.y()


def test_a_drag_is_enclosed_and_mixes_only_what_is_pinned(pad: MixPad) -> None:
    mixed, pressed, released = (heard(s) for s in (pad.mixed, pad.pressed, pad.released))
    pad.set_pins([("Walk", None), ("Run", None), None, None])
    QTest.mousePress(pad.square, LEFT, pos=pad.square.spot((0.25, 0.8)).toPoint())
    QTest.mouseRelease(pad.square, LEFT, pos=pad.square.spot((0.25, 0.8)).toPoint())
    ((weights,),) = mixed
    assert weights == pytest.approx([0.75, 0.25, 0, 0], abs=0.01)
    assert (len(pressed), len(released)) == (1, 1)


def test_showing_says_nothing(pad: MixPad) -> None:
    spies = [heard(s) for s in (pad.mixed, pad.pin_asked, pad.unpin_asked)]
    pad.set_pins([("Walk", None)] * 4)
    pad.set_weights(np.full(4, 0.25))
    pad.set_weights(None)
    assert spies == [[], [], []] and pad.square.handle() is None


def test_it_fits_a_narrow_panel_and_follows_the_theme(pad: MixPad) -> None:
    assert pad.minimumSizeHint().width() <= 256 and pad.sizeHint().height() <= 124
    before = pad.grab().toImage()
    pad.set_theme(LIGHT)
    assert pad.grab().toImage() != before


def test_every_control_is_named_and_explained(pad: MixPad) -> None:
    for part in (pad.square, *pad.pins):
        assert part.accessibleName() and part.toolTip()
