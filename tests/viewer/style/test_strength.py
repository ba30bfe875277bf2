"""The strength: a slider, a number past its end, and silence when it is only shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.viewer.panel_fixtures import heard
from viewer.style.strength import StrengthRow


@pytest.fixture
def row(show: Callable[[QWidget], None]) -> StrengthRow:
    made = StrengthRow(3.0)
    show(made)
    return made


def test_the_slider_says_how_strong(row: StrengthRow) -> None:
    spy = heard(row.edited)
    row.slider.setValue(40)
    assert spy == [(pytest.approx(0.4),)]
    assert row.spin.value() == pytest.approx(0.4)


def test_a_typed_strength_goes_past_the_end_of_the_slider(row: StrengthRow) -> None:
    spy = heard(row.edited)
    row.spin.lineEdit().selectAll()
    QTest.keyClicks(row.spin, "2.5")
    assert spy == []
    QTest.keyClick(row.spin, Qt.Key.Key_Return)
    assert spy == [(pytest.approx(2.5),)]
    assert row.slider.value() == row.slider.maximum()
    assert row.value() == pytest.approx(2.5)


def test_showing_a_strength_says_nothing(row: StrengthRow) -> None:
    spy = heard(row.edited)
    row.set_value(0.25)
    assert spy == [] and row.slider.value() == 25
