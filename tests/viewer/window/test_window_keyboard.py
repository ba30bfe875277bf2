"""The window by keyboard: every command and control is reached, and one sees where one is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QScrollBar,
    QToolButton,
    QWidget,
)

from tests.viewer.conftest import settle, until
from tests.viewer.panel_fixtures import Bench, dispose, open_window
from viewer.window.layout import DOCKS
from viewer.window.window import MainWindow

KINDS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView,
)  # fmt: skip
MANY = 400
"""More than there are stops of Tab in the window."""
PANELS = [name for name, *_ in DOCKS]


@pytest.fixture(scope="module")
def window(
    app: QApplication, small_assets: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """Paused on a clip, all panels in one place."""
    bench: Bench = open_window(app, small_assets, tmp_path_factory.mktemp("w") / "settings.ini")
    made = bench.window
    made.open_demo()
    until(lambda: made.studio.motion is not None)
    made.transport.pause()
    made.following.choose("column")
    bench.until_idle()
    yield made
    dispose(made)


def controls(top: QWidget) -> list[QWidget]:
    """What a person can use in ``top`` now."""
    return [
        widget for widget in top.findChildren(QWidget)
        if isinstance(widget, KINDS) and not isinstance(widget, QScrollBar | QHeaderView)
        and widget.isVisible() and widget.isEnabled()
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox)
        and not widget.objectName().startswith("qt_")
    ]  # fmt: skip


def raise_panel(window: MainWindow, name: str) -> QWidget:
    dock = window.docks[name]
    dock.raise_()
    until(lambda: not dock.visibleRegion().isEmpty())
    settle(window)
    window.activateWindow()
    until(window.isActiveWindow)
    return dock


def in_sight(widget: QWidget) -> bool:
    """Any of it, or of what covers it and is its own."""
    parts = (widget, *widget.findChildren(QWidget))
    return any(not part.visibleRegion().isEmpty() for part in parts)


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}"


def test_every_command_has_a_key_or_stands_in_a_menu(window: MainWindow) -> None:
    assert [entry.id for entry in window.actions_ if not (entry.keys or entry.menu)] == []
    assert [entry.id for entry in window.actions_ if not entry.tip] == []


@pytest.mark.parametrize("name", PANELS)
def test_tab_reaches_every_control_of_a_panel(window: MainWindow, name: str) -> None:
    dock = raise_panel(window, name)
    wanted = controls(dock)
    first = wanted[0]
    first.setFocus(Qt.FocusReason.TabFocusReason)
    reached, unseen = [first], []
    while len(reached) < MANY and (reached[-1] is not first or len(reached) == 1):
        QTest.keyClick(reached[-1], Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
        if not in_sight(reached[-1]):
            unseen.append(told(reached[-1]))
    assert not unseen
    missed = [widget for widget in wanted if not among(widget, reached)]
    assert not missed, [told(widget) for widget in missed]


def test_tab_goes_along_what_is_seen_and_back(window: MainWindow) -> None:
    """From the title of a panel into it; Shift+Tab returns."""
    dock = raise_panel(window, "distance")
    title, panel = dock.titleBarWidget(), dock.widget()
    hide = title.findChildren(QToolButton)[1]
    hide.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(hide, Qt.Key.Key_Tab)
    inside = QApplication.focusWidget()
    assert panel.isAncestorOf(inside)
    QTest.keyClick(inside, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is hide


def among(widget: QWidget, reached: list[QWidget]) -> bool:
    """Of buttons of which one is down, arrow keys go on from the one that Tab reaches."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    alike = group.buttons() if group is not None and group.exclusive() else [widget]
    return any(each in reached for each in alike)


@pytest.mark.parametrize("name", PANELS)
def test_the_control_that_has_the_keyboard_is_seen(window: MainWindow, name: str) -> None:
    dock = raise_panel(window, name)
    window.stage_view.setFocus()
    unseen = []
    for control in controls(dock):
        if control.focusPolicy() & Qt.FocusPolicy.TabFocus:
            before = control.grab().toImage()
            control.setFocus(Qt.FocusReason.TabFocusReason)
            if control.grab().toImage() == before:
                unseen.append(told(control))
            control.clearFocus()
    assert not unseen
