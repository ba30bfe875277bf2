"""The docks around the stage: where they stand, and how that is kept between starts."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QByteArray, QSettings, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QStyle, QWidget

from viewer.model.language import tr, within
from viewer.ui.actions import Actions
from viewer.ui.dock_title import DockTitle
from viewer.ui.icons import Icons

from .arrangements import ARRANGEMENTS, FRONT, Arrangement, Columns, Room

LEFT, RIGHT = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
DOCKS = (
    ("library", tr("Library"), "Ctrl+1"),
    ("style", tr("Style"), "Ctrl+2"),
    ("phase", tr("Phase"), "Ctrl+3"),
    ("performance", tr("Performance"), "Ctrl+4"),
    ("character", tr("Character"), "Ctrl+5"),
    ("network", tr("Network"), "Ctrl+6"),
    ("distance", tr("Distance"), "Ctrl+7"),
    ("inspect", tr("Inspect"), "Ctrl+8"),
)
_VERSION = 4


class DockLayout:
    """The window's docks, by name, in one of three arrangements until someone moves them.

    ``shown``: the arrangement that they stand in, or stood in before.
    """

    def __init__(
        self, window: QMainWindow, center: QWidget, actions: Actions, icons: Icons
    ) -> None:
        self._window, self._actions, self._icons = window, actions, icons
        self.shown: Arrangement = "tabs"
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks | QMainWindow.DockOption.AllowTabbedDocks
        )
        self._naming = QTimer(window, singleShot=True, interval=0)
        self._naming.timeout.connect(self._show_names)
        self._titles: dict[QDockWidget, DockTitle] = {}
        self.docks = {name: self._add(name, title, keys) for name, title, keys in DOCKS}
        self.room = Room(window, center, self.docks)

    def show(self, arrangement: Arrangement) -> None:
        """Arrange the docks; those that are hidden stay so, those in front stay in front."""
        hidden = {dock for dock in self.docks.values() if dock.isHidden()}
        front = [dock for dock in self.docks.values() if not dock.visibleRegion().isEmpty()]
        columns = ARRANGEMENTS[arrangement]
        for dock in self.docks.values():
            self._window.removeDockWidget(dock)
        if not any("library" in group for column in columns for group in column):
            self._window.addDockWidget(LEFT, self.docks["library"])
        self._place(columns)
        self.shown = arrangement
        for dock in self.docks.values():
            dock.setVisible(dock not in hidden)
        for dock in (self.docks[FRONT], *front):
            dock.raise_()
        self.room.share(arrangement)

    def _place(self, columns: Columns) -> None:
        """At the right of the stage."""
        groups = [[self.docks[name] for name in names] for column in columns for names in column]
        for group in groups:
            for dock in group:
                self._window.addDockWidget(RIGHT, dock)
        tops = [[self.docks[names[0]] for names in column] for column in columns]
        for left, right in pairwise(tops):
            self._window.splitDockWidget(left[0], right[0], Qt.Orientation.Horizontal)
        for column_tops in tops:
            for above, below in pairwise(column_tops):
                self._window.splitDockWidget(above, below, Qt.Orientation.Vertical)
        for group in groups:
            for front, behind in pairwise(group):
                self._window.tabifyDockWidget(front, behind)

    def show_all(self, arrangement: Arrangement) -> None:
        """Arrange the docks, with none hidden."""
        for dock in self.docks.values():
            dock.show()
        self.show(arrangement)

    def save(self, settings: QSettings) -> None:
        """Keep where everything stands."""
        settings.setValue("window/geometry", self._window.saveGeometry())
        settings.setValue("window/state", self._window.saveState(_VERSION))
        settings.setValue("window/arrangement", self.shown)

    def restore(self, settings: QSettings) -> None:
        """As it was kept, or as fits the screen, with room for the title that the system draws."""
        window = self._window
        geometry = settings.value("window/geometry")
        if not isinstance(geometry, QByteArray) or not window.restoreGeometry(geometry):
            available = window.screen().availableGeometry().size()
            title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
            window.resize(min(1600, available.width()), min(1000, available.height() - title))
        state, kept = settings.value("window/state"), settings.value("window/arrangement")
        if isinstance(state, QByteArray) and window.restoreState(state, _VERSION):
            self.shown = next((name for name in ARRANGEMENTS if name == kept), self.shown)
        else:
            self.show(self.room.best())
        for name, dock in self.docks.items():
            self._actions[f"dock.{name}"].setChecked(not dock.isHidden())

    def _add(self, name: str, title: str, keys: str) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        dock.setObjectName(f"dock.{name}")
        dock.setWidget(QWidget())
        self._window.addDockWidget(RIGHT, dock)
        action = self._actions.add(
            f"dock.{name}", title, tr("Show or hide the {title} panel", title=within(title)),
            partial(self._toggle, name), keys=keys, menu="View", checkable=True, checked=True,
        )  # fmt: skip
        dock.toggleViewAction().toggled.connect(partial(_show_checked, action))
        self._titles[dock] = DockTitle(dock, self._icons, action)
        dock.setTitleBarWidget(self._titles[dock])
        for moved in (dock.dockLocationChanged, dock.topLevelChanged, dock.visibilityChanged):
            moved.connect(lambda _: self._naming.start())
        return dock

    def _toggle(self, name: str, on: bool) -> None:
        """Show a dock in front, or hide it; what is behind others comes to the front first."""
        dock = self.docks[name]
        if on and dock.isHidden():
            dock.show()
            dock.raise_()
        elif not on and not dock.isHidden():
            if len(self._sharing(dock)) > 1 and dock.visibleRegion().isEmpty():
                self._actions[f"dock.{name}"].setChecked(True)
                dock.raise_()
            else:
                dock.hide()

    def _show_names(self) -> None:
        """Docks that share a place name each other; one that comes before another takes over the
        keyboard from it."""
        for dock, title in self._titles.items():
            title.show_names([self._titles[other] for other in self._sharing(dock)])
            focused = QApplication.focusWidget()
            if focused is not None and dock.isAncestorOf(focused) and _behind(dock):
                for other in self._sharing(dock):
                    if not _behind(other):
                        self._titles[other].take_focus()

    def _sharing(self, dock: QDockWidget) -> list[QDockWidget]:
        """A dock and those of the same tabs, as they are in the View menu."""
        others = self._window.tabifiedDockWidgets(dock)
        return [
            each for each in self._titles
            if each is dock or (each in others and not each.isHidden())
        ]  # fmt: skip


def _show_checked(action: QAction, on: bool) -> None:
    """A dock was shown or hidden, whoever did it."""
    with QSignalBlocker(action):
        action.setChecked(on)


def _behind(dock: QDockWidget) -> bool:
    """Whether others of its place are before it: Qt keeps it outside the window."""
    return not dock.isHidden() and dock.visibleRegion().isEmpty()
