"""Widgets side by side, in rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from viewer.ui.flow import Flow

TALL = 20


class Box(QWidget):
    """Asks for some room, and counts how often it was asked."""

    def __init__(self, wide: int) -> None:
        super().__init__()
        self.wide, self.asked = wide, 0

    def sizeHint(self) -> QSize:
        self.asked += 1
        return QSize(self.wide, TALL)


@pytest.fixture
def flow(app: QApplication, show: Callable[[QWidget], None]) -> tuple[Flow, list[Box]]:
    """Three boxes 100 wide, none apart."""
    boxes = [Box(100) for _ in range(3)]
    holder = QWidget()
    made = Flow(0, *boxes)
    holder.setLayout(made)
    show(holder)
    return made, boxes


def test_what_has_no_room_begins_another_row(flow: tuple[Flow, list[Box]]) -> None:
    rows = {width: flow[0].heightForWidth(width) // TALL for width in (320, 300, 299, 199, 50)}
    assert rows == {320: 1, 300: 1, 299: 2, 199: 3, 50: 3}


def test_a_height_is_found_once(flow: tuple[Flow, list[Box]]) -> None:
    layout, boxes = flow
    layout.heightForWidth(250)
    before = sum(box.asked for box in boxes)
    for _ in range(100):
        assert layout.heightForWidth(250) == 2 * TALL
    assert sum(box.asked for box in boxes) == before


def test_it_is_found_anew_when_a_box_changes_comes_or_goes(
    flow: tuple[Flow, list[Box]],
) -> None:
    layout, boxes = flow
    assert layout.heightForWidth(300) == TALL
    boxes[0].wide = 150
    boxes[0].updateGeometry()
    assert layout.heightForWidth(300) == 2 * TALL
    boxes[1].hide()
    assert layout.heightForWidth(300) == TALL
    added = Box(100)
    layout.addWidget(added)
    added.show()
    assert layout.heightForWidth(300) == 2 * TALL
    layout.removeWidget(boxes[0])
    assert layout.heightForWidth(300) == TALL
