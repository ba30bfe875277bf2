"""The line that tells of a dot."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from viewer.style.heard import HeardRow


def test_it_is_hidden_until_it_tells(show: Callable[[QWidget], None]) -> None:
    page = QWidget()
    row = HeardRow(page)
    row.resize(300, 30)
    show(page)
    assert not row.isVisible()
    row.tell("Walk at 2.0 s · walk", "/mocap/walk.bvh")
    assert row.isVisible() and row.text == "Walk at 2.0 s · walk"
    assert "/mocap/walk.bvh" in row.label.toolTip()
    row.tell("")
    assert not row.isVisible()


def test_a_long_line_loses_its_middle_and_the_button_stays(
    show: Callable[[QWidget], None],
) -> None:
    row = HeardRow()
    action = QAction("Play beside", row)
    action.setCheckable(True)
    row.set_action(action)
    row.tell("A clip with a name that is much too long for the panel at 12.0 s · some style " * 3)
    show(row)
    row.resize(260, 30)
    assert "…" in row.label.text() and len(row.label.text()) < len(row.text)
    assert row.button.geometry().right() <= 260
    row.button.click()
    assert action.isChecked()
