"""Tab goes through every control of the panels that are in sight, each once, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QImage
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
    QPushButton,
    QScrollBar,
    QWidget,
)

from tests.viewer.conftest import settle, until
from tests.viewer.panel_fixtures import Bench, dispose, open_window
from viewer.style.panel import StylePanel
from viewer.ui.links import Links
from viewer.window.layout import DOCKS
from viewer.window.tabbing import in_reading_order
from viewer.window.window import MainWindow

KINDS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QAbstractItemView,
)  # fmt: skip
PANELS = [name for name, *_ in DOCKS]
MANY = 400
"""More than there are stops of Tab in the window."""


@pytest.fixture(scope="module")
def window(
    app: QApplication, small_assets: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """Paused on a clip that is restyled, all panels in one place, all sections unfolded."""
    bench: Bench = open_window(app, small_assets, tmp_path_factory.mktemp("w") / "settings.ini")
    made = bench.window
    made.open_demo()
    until(lambda: made.studio.motion is not None)
    made.transport.pause()
    made.following.choose("column")
    until(made.actions_["style.random"].isEnabled)
    made.actions_["style.random"].trigger()
    for name, control in made.controls.items():
        raise_panel(made, name)
        for fold in control.panel.findChildren(QAbstractButton):
            if fold.text() in ("More", "Thresholds") and fold.isVisible():
                fold.click()
    bench.until_idle()
    yield made
    dispose(made)


def raise_panel(window: MainWindow, name: str) -> QWidget:
    """The panel, in front and with its window active."""
    dock = window.docks[name]
    dock.raise_()
    until(lambda: not dock.visibleRegion().isEmpty())
    settle(window)
    window.activateWindow()
    until(window.isActiveWindow)
    return dock.widget()


def controls(top: QWidget) -> list[QWidget]:
    """What a person can use in ``top`` now: Qt's kinds of controls, and ours that take keys."""
    return [
        widget for widget in top.findChildren(QWidget)
        if (isinstance(widget, KINDS) or hasattr(widget, "own_keys"))
        and widget.isVisible() and widget.isEnabled()
        and not isinstance(widget, QScrollBar | QHeaderView)
        and not isinstance(widget.parent(), QAbstractSpinBox | QComboBox | QLineEdit)
        and not (isinstance(widget, Links) and not widget.text())
    ]  # fmt: skip


def told(widget: QWidget | None) -> str:
    return f"{type(widget).__name__} {widget.accessibleName() if widget else ''}"


def press(key: Qt.Key) -> QWidget:
    QTest.keyClick(QApplication.focusWidget(), key)
    focused = QApplication.focusWidget()
    assert focused is not None
    return focused


def way_through(panel: QWidget, first: QWidget, key: Qt.Key) -> list[QWidget]:
    """What has the keyboard from ``first`` until ``key`` has led out of ``panel``."""
    first.setFocus(Qt.FocusReason.TabFocusReason)
    way = [first]
    while panel.isAncestorOf(focused := press(key)):
        way.append(focused)
        assert len(way) < MANY
    return way


def stops(panel: QWidget) -> list[QWidget]:
    """The way of Tab through a panel that has just come to the front."""
    before = title_of(panel)
    before.setFocus(Qt.FocusReason.TabFocusReason)
    while not panel.isAncestorOf(focused := press(Qt.Key.Key_Tab)):
        pass
    return way_through(panel, focused, Qt.Key.Key_Tab)


def title_of(panel: QWidget) -> QWidget:
    """The name of its dock."""
    names = panel.parentWidget().titleBarWidget().findChildren(QAbstractButton)
    return next(name for name in names if name.isCheckable() and name.isChecked())


def stands_for(widget: QWidget, others: list[QWidget]) -> bool:
    """Among ``others``, itself or the one of its group from which arrow keys lead to it."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    alike = group.buttons() if group is not None and group.exclusive() else [widget]
    return any(each in others for each in alike)


@pytest.mark.parametrize("name", PANELS)
def test_tab_reaches_every_control_of_a_panel_once_and_goes_back(
    window: MainWindow, name: str
) -> None:
    panel = raise_panel(window, name)
    way = stops(panel)
    wanted = controls(panel)
    assert [told(each) for each in wanted if not stands_for(each, way)] == []
    assert [told(each) for each in way if each not in wanted] == []
    assert len(set(map(id, way))) == len(way)
    assert way_through(panel, way[-1], Qt.Key.Key_Backtab) == way[::-1]


@pytest.mark.parametrize("name", PANELS)
def test_the_way_goes_down_the_panel(window: MainWindow, name: str) -> None:
    panel = raise_panel(window, name)
    boxes = [QRect(each.mapTo(panel, each.rect().topLeft()), each.size()) for each in stops(panel)]
    for before, after in zip(boxes, boxes[1:], strict=False):
        below = after.center().y() > before.top()
        assert below or after.left() > before.right(), (before, after)


@pytest.mark.parametrize("name", PANELS)
def test_every_control_is_named_and_explained_and_shows_that_it_has_the_keyboard(
    window: MainWindow, name: str
) -> None:
    panel = raise_panel(window, name)
    window.stage_view.setFocus()
    way = stops(panel)
    assert [told(each) for each in way if not (named(each) and each.toolTip())] == []
    unseen = []
    for control in way:
        window.setFocus()
        before = picture(control)
        control.setFocus(Qt.FocusReason.TabFocusReason)
        if picture(control) == before:
            unseen.append(told(control))
    assert unseen == []


def named(control: QWidget) -> str:
    text = control.text() if isinstance(control, QAbstractButton) else ""
    return control.accessibleName() or text


def picture(control: QWidget) -> QImage:
    QApplication.processEvents()
    return control.grab().toImage()


def test_docks_behind_others_are_left_out(window: MainWindow) -> None:
    raise_panel(window, "distance")
    start = title_of(window.docks["distance"].widget())
    start.setFocus(Qt.FocusReason.TabFocusReason)
    way = [start]
    while len(way) < MANY and (focused := press(Qt.Key.Key_Tab)) is not start:
        way.append(focused)
    assert focused is start
    behind = [dock for name, dock in window.docks.items() if name != "distance"]
    assert [told(each) for each in way for dock in behind if dock.isAncestorOf(each)] == []
    assert len(way) > len(controls(window.timeline))


def test_what_is_scrolled_out_of_sight_is_scrolled_to(window: MainWindow) -> None:
    panel = raise_panel(window, "style")
    assert isinstance(panel, StylePanel)
    for control in stops(panel):
        control.setFocus()
        press(Qt.Key.Key_Tab)
        focused = press(Qt.Key.Key_Backtab)
        assert focused is control and in_sight(control, panel), told(control)


def in_sight(control: QWidget, panel: StylePanel) -> bool:
    viewport = panel.viewport()
    place = QRect(control.mapTo(viewport, control.rect().topLeft()), control.size())
    seen = place & viewport.rect()
    return seen.height() >= min(place.height(), viewport.height() // 2)


def test_arrows_bring_the_panel_beside_to_the_front_with_the_keyboard(window: MainWindow) -> None:
    for here, key, there in (
        ("style", Qt.Key.Key_Right, "phase"),
        ("phase", Qt.Key.Key_Left, "style"),
    ):
        panel, dock = raise_panel(window, here), window.docks[there]
        title_of(panel).setFocus(Qt.FocusReason.TabFocusReason)
        frame = window.transport.frame
        QTest.keyClick(QApplication.focusWidget(), key)
        until(lambda dock=dock: dock.isAncestorOf(QApplication.focusWidget()))
        assert QApplication.focusWidget() is title_of(dock.widget())
        assert window.transport.frame == frame


def test_a_panel_that_comes_to_the_front_takes_over_the_keyboard(window: MainWindow) -> None:
    panel = raise_panel(window, "style")
    controls(panel)[0].setFocus()
    window.docks["phase"].raise_()
    until(lambda: QApplication.focusWidget() is title_of(window.docks["phase"].widget()))
    window.stage_view.stage.setFocus()
    window.docks["style"].raise_()
    settle(window)
    assert QApplication.focusWidget() is window.stage_view.stage


def test_arrows_move_what_they_are_for_and_not_the_playhead(window: MainWindow) -> None:
    panel = raise_panel(window, "style")
    assert isinstance(panel, StylePanel)
    frame, ring = window.transport.frame, panel.map.marker()
    panel.map.setFocus()
    QTest.keyClick(panel.map, Qt.Key.Key_Right)
    assert panel.map.marker() != ring and window.transport.frame == frame
    panel = raise_panel(window, "network")
    choice = window.controls["network"].panel.choice
    choice.buttons["layers"].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(choice.buttons["layers"], Qt.Key.Key_Right)
    until(choice.buttons["saliency"].isChecked)
    assert window.transport.frame == frame
    choice.buttons["layers"].click()


def test_one_whose_control_goes_away_leaves_the_rest_of_the_way(window: MainWindow) -> None:
    """What has the keyboard is hidden, disabled or deleted: Tab goes on all the same."""
    panel = raise_panel(window, "distance")
    first = stops(panel)[0]
    for end in ("hide", "deleteLater"):
        extra = QPushButton("Extra", panel)
        extra.show()
        extra.setFocus()
        getattr(extra, end)()
        settle(window)
        assert QApplication.focusWidget() is not extra or end == "deleteLater"
        extra.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    first.setFocus()
    assert press(Qt.Key.Key_Tab) is stops(panel)[1]


def test_reading_goes_row_by_row(app: QApplication) -> None:
    top = QWidget()
    places = {
        "label": (0, 4, 60, 16), "field": (70, 0, 80, 24), "tall": (0, 40, 60, 90),
        "right": (70, 40, 60, 24), "below it": (70, 80, 60, 24), "last": (0, 140, 60, 24),
    }  # fmt: skip
    parts = {name: QWidget(top) for name in reversed(places)}
    for name, place in places.items():
        parts[name].setGeometry(QRect(*place))
        parts[name].setObjectName(name)
    assert [part.objectName() for part in in_reading_order(parts.values())] == list(places)
    dispose(top)
