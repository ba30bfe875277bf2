"""The window by keyboard: every command is reached, and one sees which control is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from tests.viewer.conftest import settle, until
from tests.viewer.panel_fixtures import Bench, dispose, open_window
from viewer.window.layout import DOCKS
from viewer.window.window import MainWindow

KINDS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView,
)  # fmt: skip
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
        if isinstance(widget, KINDS) and not isinstance(widget, QScrollBar)
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


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.accessibleName()}"


def test_every_command_has_a_key_or_stands_in_a_menu(window: MainWindow) -> None:
    assert [entry.id for entry in window.actions_ if not (entry.keys or entry.menu)] == []
    assert [entry.id for entry in window.actions_ if not entry.tip] == []


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
