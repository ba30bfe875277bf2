"""The strip of styles tried last: pick, scroll, keys, pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from motion.canonical import OFFSETS
from tests.viewer.panel_fixtures import heard, until
from viewer.style.history_strip import MOST, HistoryStrip
from viewer.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
POSE = np.cumsum(np.asarray(OFFSETS), axis=0)
FEW = [("walk", POSE), ("a martial art, kicking", None), ("run", POSE)]


@pytest.fixture
def strip(show: Callable[[QWidget], None]) -> HistoryStrip:
    made = HistoryStrip(DARK)
    show(made)
    made.resize(270, made.height())
    return made


def many() -> list[tuple[str, np.ndarray | None]]:
    return [(f"style {index}", POSE) for index in range(MOST + 3)]


def middle(strip: HistoryStrip, index: int) -> QPoint:
    return strip.cell(index).center()


def turn_wheel(strip: HistoryStrip, notches: int) -> bool:
    """Whether the strip took the turn for itself."""
    place = QPointF(20, 20)
    wheel = QWheelEvent(
        place, strip.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(strip, wheel)
    return wheel.isAccepted()


def test_a_click_picks_what_is_under_it(strip: HistoryStrip) -> None:
    spy = heard(strip.picked)
    strip.set_items(FEW)
    QTest.mouseClick(strip, LEFT, pos=middle(strip, 2))
    QTest.mouseClick(strip, LEFT, pos=QPoint(250, 20))
    assert spy == [(2,)]


def test_at_most_twelve_are_kept_the_newest_first(strip: HistoryStrip) -> None:
    strip.set_items(many())
    assert [label for label, _ in strip.items()] == [f"style {index}" for index in range(MOST)]


def test_keys_choose_and_pick_and_what_is_chosen_is_in_sight(strip: HistoryStrip) -> None:
    spy = heard(strip.picked)
    strip.set_items(many())
    QTest.keyClick(strip, Qt.Key.Key_Left)
    QTest.keyClick(strip, Qt.Key.Key_Return)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    QTest.keyClick(strip, Qt.Key.Key_Space)
    QTest.keyClick(strip, Qt.Key.Key_End)
    QTest.keyClick(strip, Qt.Key.Key_Return)
    assert spy == [(0,), (1,), (MOST - 1,)]
    assert strip.rect().contains(strip.cell(MOST - 1))
    assert f"style {MOST - 1}" in strip.accessibleDescription()
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert strip.rect().contains(strip.cell(0))


def test_the_wheel_scrolls_to_the_end_and_then_leaves_the_turn_to_the_panel(
    strip: HistoryStrip,
) -> None:
    strip.set_items(many())
    assert not turn_wheel(strip, 1)
    turns = 0
    while turn_wheel(strip, -1):
        turns += 1
    assert turns > 3 and strip.cell(MOST - 1).right() == strip.width() - 1


def test_a_drag_scrolls_and_picks_nothing(strip: HistoryStrip) -> None:
    spy = heard(strip.picked)
    strip.set_items(many())
    QTest.mousePress(strip, LEFT, pos=QPoint(200, 20))
    QTest.mouseMove(strip, QPoint(80, 20))
    QTest.mouseRelease(strip, LEFT, pos=QPoint(80, 20))
    assert strip.cell(0).left() == -120 and spy == []
    strip.set_items([(label, None) for label, _ in many()])
    assert strip.cell(0).left() == -120, "only poses came"
    strip.set_items([("newer", POSE), *many()])
    assert strip.cell(0).left() == 0


def test_the_tooltip_says_the_whole_name(strip: HistoryStrip) -> None:
    strip.set_items(FEW)
    at = middle(strip, 1)
    QApplication.sendEvent(strip, QHelpEvent(QHelpEvent.Type.ToolTip, at, strip.mapToGlobal(at)))
    until(lambda: FEW[1][0] in QToolTip.text())
    QToolTip.hideText()


def test_it_says_when_it_is_empty_and_follows_theme_and_state(strip: HistoryStrip) -> None:
    pictures = [strip.grab().toImage()]
    strip.set_items(FEW)
    pictures.append(strip.grab().toImage())
    strip.set_theme(LIGHT)
    pictures.append(strip.grab().toImage())
    strip.setEnabled(False)
    pictures.append(strip.grab().toImage())
    assert all(before != after for before, after in zip(pictures, pictures[1:], strict=False))
    assert strip.accessibleName() and strip.toolTip()


def test_a_row_that_goes_on_fades_at_its_end(strip: HistoryStrip) -> None:
    strip.set_items(many())
    cell = strip.cell(4)
    strip.resize(cell.right() - 8, strip.height())
    inside = QPoint(strip.width() - 1, 6)
    assert cell.contains(inside)
    shade = QColor(DARK.field).lightness()
    assert strip.grab().toImage().pixelColor(inside).lightness() > shade + 3
    strip.set_items(many()[:2])
    assert strip.grab().toImage().pixelColor(strip.cell(1).right() - 2, 6).name() == DARK.field
