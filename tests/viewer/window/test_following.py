"""Panels that follow the window's size, until a person arranges them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar, QToolButton

from tests.viewer.conftest import Opener, settle, until
from tests.viewer.panel_fixtures import Bench, dispose, open_window
from viewer.window.arrangements import STAGE_SHARE
from viewer.window.window import MainWindow

SIZES = {(1100, 640): "column", (1280, 720): "tabs", (2200, 1200): "together"}


@pytest.fixture
def window(shared_bench: Bench) -> MainWindow:
    """A large window whose panels follow it."""
    made = shared_bench.window
    made.following.action.setChecked(False)
    made.following.action.setChecked(True)
    resize(made, 2200, 1200)
    return made


def resize(window: MainWindow, wide: int, high: int) -> None:
    window.resize(wide, high)
    until(lambda: (window.width(), window.height()) == (wide, high))
    settle(window)


def share(window: MainWindow) -> float:
    return window.stage_view.width() / window.width()


def test_the_panels_follow_the_window_and_the_stage_keeps_its_share(window: MainWindow) -> None:
    for size, arrangement in (*SIZES.items(), *reversed(SIZES.items())):
        resize(window, *size)
        assert window.dock_layout.shown == arrangement
        assert share(window) >= STAGE_SHARE


def test_the_stage_keeps_its_share_while_the_window_becomes_narrower(window: MainWindow) -> None:
    for wide in range(2200, 1060, -150):
        resize(window, wide, 800)
        assert share(window) >= STAGE_SHARE - 1e-3, wide


def test_hidden_panels_stay_hidden_and_the_one_in_front_stays_in_front(window: MainWindow) -> None:
    window.docks["distance"].hide()
    window.docks["network"].raise_()
    settle(window)
    for size in (*SIZES, *reversed(SIZES)):
        resize(window, *size)
        assert window.docks["distance"].isHidden()
        assert not window.docks["network"].visibleRegion().isEmpty()
    window.docks["distance"].show()


def test_who_floats_a_panel_has_arranged_them(window: MainWindow) -> None:
    window.docks["phase"].setFloating(True)
    assert not window.following.action.isChecked()
    before = window.dock_layout.shown
    resize(window, 1400, 800)
    assert window.dock_layout.shown == before and window.docks["phase"].isFloating()
    window.following.action.trigger()
    settle(window)
    assert not window.docks["phase"].isFloating()
    assert window.dock_layout.shown == "tabs"


def test_a_chosen_arrangement_stays_whatever_the_size(window: MainWindow) -> None:
    window.actions_["view.column"].trigger()
    resize(window, 2100, 1100)
    assert window.dock_layout.shown == "column"


def test_the_choice_is_kept_between_starts(open_window: Opener) -> None:
    first = open_window()  # arranged by the fixture
    assert not first.following.action.isChecked()
    first.following.action.trigger()
    first.close()
    second = open_window()
    assert second.following.action.isChecked()
    assert second.dock_layout.shown == second.dock_layout.room.best()
    second.actions_["view.tabs"].trigger()
    second.close()
    assert not open_window().following.action.isChecked()


def test_every_panel_of_a_place_is_named_and_brought_to_the_front(window: MainWindow) -> None:
    resize(window, 1100, 640)
    for name in ("phase", "library", "inspect"):
        front = next(d for d in window.docks.values() if not d.visibleRegion().isEmpty())
        tabs = front.titleBarWidget().findChildren(QToolButton)
        shown = {tab.text(): tab for tab in tabs if tab.property("role") == "tab"}
        assert sorted(shown) == sorted(dock.windowTitle() for dock in window.docks.values())
        assert [tab for tab in shown.values() if tab.isChecked()] == [shown[front.windowTitle()]]
        QTest.mouseClick(shown[name.capitalize()], Qt.MouseButton.LeftButton)
        settle(window)
        assert not window.docks[name].visibleRegion().isEmpty()


def test_the_key_of_a_panel_brings_it_to_the_front_then_hides_it(window: MainWindow) -> None:
    resize(window, 1100, 640)
    dock, action = window.docks["phase"], window.actions_["dock.phase"]
    window.docks["style"].raise_()
    settle(window)
    action.trigger()
    settle(window)
    assert not dock.visibleRegion().isEmpty() and action.isChecked()
    action.trigger()
    assert dock.isHidden() and not action.isChecked()
    action.trigger()
    settle(window)
    assert not dock.visibleRegion().isEmpty() and action.isChecked()


def test_full_screen_leaves_the_arrangement_as_it_is(window: MainWindow) -> None:
    resize(window, 1100, 640)
    window.presenting.toggle_fullscreen()
    until(window.isFullScreen)
    settle(window)
    assert window.dock_layout.shown == "column"
    window.presenting.toggle_fullscreen()
    until(lambda: not window.isFullScreen())
    settle(window)
    assert window.following.action.isChecked()


def test_settings_of_an_unknown_arrangement_are_no_matter(
    app: QApplication, small_assets: Path, tmp_path: Path
) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    settings.setValue("window/arrangement", "spiral")
    settings.setValue("window/follow", "maybe")
    settings.sync()
    bench = open_window(app, small_assets, tmp_path / "s.ini")
    settle(bench.window)
    assert share(bench.window) > 0
    dispose(bench.window)


def test_no_tab_bar_of_qts_own_covers_the_window(window: MainWindow) -> None:
    """The titles name what shares a place."""
    for size in (*SIZES, *reversed(SIZES)):
        resize(window, *size)
        bars = [bar for bar in window.findChildren(QTabBar) if bar.parentWidget() is window]
        assert [bar.geometry().getRect() for bar in bars if not bar.visibleRegion().isEmpty()] == []
    assert bars
