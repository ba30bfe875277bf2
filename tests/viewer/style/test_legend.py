"""The legend of the style map: whole lines, three of them, that the keyboard scrolls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.drawn_text import cut_texts
from viewer.style.legend import LINES, StyleLegend
from viewer.ui.theme import DARK

MANY = [f"style number {number}" for number in range(60)]


@pytest.fixture
def legend(show: Callable[[QWidget], None]) -> StyleLegend:
    made = StyleLegend()
    made.show_styles(MANY[:1], "", DARK)
    top = QWidget()
    made.setParent(top)
    show(top)
    made.show()
    made.resize(320, made.height())
    return made


def test_it_is_as_high_as_its_styles_up_to_three_lines(legend: StyleLegend) -> None:
    line = legend.links.heightForWidth(320)
    heights = []
    for count in (1, 3, 60):
        legend.show_styles(MANY[:count], "", DARK)
        heights.append(legend.height())
    assert heights[0] < heights[1] < heights[2]
    assert heights[0] == line and heights[2] >= LINES * line


def test_no_line_is_cut(legend: StyleLegend) -> None:
    for count in (1, 5, 7):
        legend.show_styles(MANY[:count], "", DARK)
        QApplication.processEvents()
        assert cut_texts(legend) == []


def test_the_keyboard_scrolls_to_the_last(legend: StyleLegend) -> None:
    legend.show_styles(MANY, "", DARK)
    legend.activateWindow()
    legend.links.setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    bar = legend.verticalScrollBar()
    assert bar.value() == 0 < bar.maximum()
    for _ in MANY:
        QTest.keyClick(legend.links, Qt.Key.Key_Right)
    assert bar.value() == bar.maximum()


def test_without_styles_there_is_none(legend: StyleLegend) -> None:
    legend.show_styles((), "", DARK)
    assert legend.isHidden()
