"""The docks around the stage: where they stand, and how that is kept between starts."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from viewer.model.language import tr, within
from viewer.ui.actions import Actions
from viewer.ui.dock_title import DockTitle
from viewer.ui.icons import Icons

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
DOCKS = (
    ("library", tr("Library"), LEFT, "Ctrl+1"),
    ("style", tr("Style"), RIGHT, "Ctrl+2"),
    ("phase", tr("Phase"), RIGHT, "Ctrl+3"),
    ("performance", tr("Performance"), RIGHT, "Ctrl+4"),
    ("character", tr("Character"), RIGHT, "Ctrl+5"),
    ("network", tr("Network"), RIGHT, "Ctrl+6"),
    ("distance", tr("Distance"), RIGHT, "Ctrl+7"),
    ("inspect", tr("Inspect"), RIGHT, "Ctrl+8"),
)
RIGHT_DOCKS = ("style", "phase", "performance", "character", "network", "distance", "inspect")
ROOMY = 1500
"""The width in points from which all panels are shown at once."""
_VERSION = 3


class DockLayout:
    """The window's docks, by name, in one of two arrangements until someone moves them."""

    def __init__(self, window: QMainWindow, actions: Actions, icons: Icons) -> None:
        self._window, self._actions, self._icons = window, actions, icons
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        window.setTabPosition(RIGHT, QTabWidget.TabPosition.North)
        window.setTabPosition(LEFT, QTabWidget.TabPosition.North)
        self.docks = {name: self._add(name, title, area, keys) for name, title, area, keys in DOCKS}

    def show_together(self) -> None:
        """Style, Character, Network, Distance and Inspect in a column beside Phase over
        Performance."""
        style, phase, performance, character, network, distance, inspect = self._right_docks()
        self._window.splitDockWidget(style, phase, Qt.Orientation.Horizontal)
        self._window.splitDockWidget(phase, performance, Qt.Orientation.Vertical)
        self._window.tabifyDockWidget(style, character)
        self._window.tabifyDockWidget(character, network)
        self._window.tabifyDockWidget(network, distance)
        self._window.tabifyDockWidget(distance, inspect)
        self._show()
        self._window.resizeDocks([phase, performance], [2, 1], Qt.Orientation.Vertical)

    def show_tabs(self) -> None:
        """Style, Phase, Network, Character and Performance as tabs of one column, what else
        there is hidden: more tabs have no room for their names."""
        style, phase, performance, character, network, distance, inspect = self._right_docks()
        self._window.tabifyDockWidget(style, phase)
        self._window.tabifyDockWidget(phase, network)
        self._window.tabifyDockWidget(network, distance)
        self._window.tabifyDockWidget(distance, inspect)
        self._window.tabifyDockWidget(inspect, character)
        self._window.tabifyDockWidget(character, performance)
        self._show()
        distance.hide()
        inspect.hide()

    def save(self, settings: QSettings) -> None:
        """Keep where everything stands."""
        settings.setValue("window/geometry", self._window.saveGeometry())
        settings.setValue("window/state", self._window.saveState(_VERSION))

    def restore(self, settings: QSettings) -> None:
        """As it was kept, or as fits the screen."""
        window = self._window
        geometry = settings.value("window/geometry")
        if not isinstance(geometry, QByteArray) or not window.restoreGeometry(geometry):
            available = window.screen().availableGeometry().size()
            window.resize(min(1600, available.width()), min(1000, available.height()))
        state = settings.value("window/state")
        if not isinstance(state, QByteArray) or not window.restoreState(state, _VERSION):
            self.show_together() if window.width() >= ROOMY else self.show_tabs()
        for name, dock in self.docks.items():
            self._actions[f"dock.{name}"].setChecked(not dock.isHidden())

    def _add(self, name: str, title: str, area: Qt.DockWidgetArea, keys: str) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(QWidget())
        self._window.addDockWidget(area, dock)
        action = self._actions.add(
            f"dock.{name}", title, tr("Show or hide the {title} panel", title=within(title)),
            dock.setVisible, keys=keys, menu="View", checkable=True, checked=True,
        )  # fmt: skip
        dock.toggleViewAction().toggled.connect(action.setChecked)
        dock.setTitleBarWidget(DockTitle(dock, self._icons))
        return dock

    def _right_docks(self) -> list[QDockWidget]:
        """The docks at the right, one under the other."""
        docks = [self.docks[n] for n in RIGHT_DOCKS]
        for dock in docks:
            self._window.removeDockWidget(dock)
            self._window.addDockWidget(RIGHT, dock)
        return docks

    def _show(self) -> None:
        for dock in self.docks.values():
            dock.show()
        self.docks["style"].raise_()
        wide = [self.docks[name] for name in ("library", "style", "phase")]
        self._window.resizeDocks(wide, [230, 330, 340], Qt.Orientation.Horizontal)
