"""A named slider: drag, type, keys, lock, reset; what it says and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from motion.canonical import OFFSETS, PARENTS
from tests.viewer.panel_fixtures import heard
from viewer.model.demo import ASSETS
from viewer.style.named_slider import NamedSlider
from viewer.ui.icons import Icons
from viewer.ui.theme import DARK, LIGHT, ThemeSwitch

LEFT = Qt.MouseButton.LeftButton


def upright() -> np.ndarray:
    pose = np.zeros((22, 3))
    for joint, parent in enumerate(PARENTS):
        pose[joint] = OFFSETS[joint] + (pose[parent] if parent >= 0 else 0)
    return pose


@pytest.fixture
def row(show: Callable[[QWidget], None]) -> NamedSlider:
    made = NamedSlider("Arm swing", DARK)
    made.setMaximumHeight(44)
    show(made)
    return made


def at(row: NamedSlider, value: int) -> QPoint:
    return QPoint(round(row.slider.position_of(value)), row.slider.height() // 2)


def test_a_drag_is_enclosed_and_says_every_value(row: NamedSlider) -> None:
    edited, pressed, released = (heard(s) for s in (row.edited, row.pressed, row.released))
    QTest.mousePress(row.slider, LEFT, pos=at(row, 50))
    QTest.mouseMove(row.slider, at(row, 120))
    assert (len(pressed), len(released)) == (1, 0)
    QTest.mouseRelease(row.slider, LEFT, pos=at(row, 120))
    assert [sigma for (sigma,) in edited] == pytest.approx([0.5, 1.2], abs=0.04)
    assert (len(pressed), len(released)) == (1, 1)
    assert row.spin.value() == pytest.approx(row.value(), abs=0.01)


def test_a_value_is_typed_and_reset(row: NamedSlider) -> None:
    edited = heard(row.edited)
    row.spin.lineEdit().selectAll()
    QTest.keyClicks(row.spin, "-1.75")
    QTest.keyClick(row.spin, Qt.Key.Key_Return)
    QTest.mouseClick(row.reset, LEFT)
    assert edited == [(-1.75,), (0.0,)]
    assert not row.reset.isEnabled()


def test_keys_move_it(row: NamedSlider) -> None:
    QTest.keyClick(row.slider, Qt.Key.Key_Right)
    QTest.keyClick(row.slider, Qt.Key.Key_PageUp)
    assert row.value() == pytest.approx(1.1)


def test_showing_a_value_says_nothing(row: NamedSlider) -> None:
    spies = [heard(s) for s in (row.edited, row.pressed, row.released, row.lock_toggled)]
    row.set_value(2.5)
    row.set_locked(True)
    assert spies == [[], [], [], []]
    assert (row.value(), row.slider.value(), row.locked()) == (2.5, 250, True)


def test_a_locked_one_cannot_be_moved_and_can_be_unlocked(row: NamedSlider) -> None:
    edited, toggled = heard(row.edited), heard(row.lock_toggled)
    row.set_value(1.0)
    QTest.mouseClick(row.lock, LEFT)
    QTest.mouseClick(row.slider, LEFT, pos=at(row, -100))
    QTest.mouseDClick(row.slider, LEFT)
    QTest.mouseClick(row.reset, LEFT)
    assert edited == [] and row.value() == 1.0
    QTest.mouseClick(row.lock, LEFT)
    QTest.mouseClick(row.reset, LEFT)
    assert toggled == [(True,), (False,)] and edited == [(0.0,)]


def test_what_it_does_stands_in_the_tooltip(row: NamedSlider) -> None:
    effect = "+2 σ: arm swing +38 %, stride +3 %"
    row.set_effect(effect)
    assert effect in row.slider.toolTip() and effect in row.label.toolTip()
    assert row.slider.accessibleDescription() == effect


def test_poses_appear_at_both_ends(row: NamedSlider) -> None:
    before = row.grab().toImage()
    row.set_poses(None, upright())
    after = row.grab().toImage()
    left, right = row.low.geometry(), row.high.geometry()
    assert before.copy(left) == after.copy(left) and before.copy(right) != after.copy(right)
    row.set_theme(LIGHT)
    assert row.grab().toImage().copy(right) != after.copy(right)


def test_widths_are_seen_from_the_front(show: Callable[[QWidget], None]) -> None:
    wide = upright()
    wide[:, 0] *= 2
    rows = [NamedSlider(name, DARK) for name in ("stride", "step width")]
    for row in rows:
        row.set_poses(upright(), wide)
        show(row)
    side, front = ([part.grab().toImage() for part in (row.low, row.high)] for row in rows)
    assert side[0] != front[0] and side[1] != front[1]
    assert rows[1].label.text() == "Step width"


def test_the_lock_shows_whether_it_is_closed(row: NamedSlider, app: QApplication) -> None:
    themes = ThemeSwitch(app, "dark")
    row.bind_icons(Icons(Path(ASSETS) / "icons", themes, row))
    opened = row.lock.icon().pixmap(40).toImage()
    row.set_locked(True)
    assert row.lock.icon().pixmap(40).toImage() != opened
    row.set_locked(False)
    assert row.lock.icon().pixmap(40).toImage() == opened
    themes.deleteLater()


def test_it_fits_a_narrow_panel(row: NamedSlider) -> None:
    assert row.minimumSizeHint().width() <= 248
    assert row.sizeHint().height() <= 44


def test_every_control_is_named_and_explained(row: NamedSlider) -> None:
    for part in (row.slider, row.spin, row.low, row.high, *row.findChildren(QToolButton)):
        assert part.accessibleName() and part.toolTip()
