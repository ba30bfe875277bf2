"""Panels that follow the window: few columns where it is narrow, more where there is room."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QObject, QSettings, QTimer
from PySide6.QtWidgets import QMainWindow

from viewer.model.language import tr
from viewer.ui.actions import Actions

from .arrangements import Arrangement
from .layout import DockLayout

SETTING = "window/follow"


class Following(QObject):
    """Arranges the panels anew when the window's size asks for it, until someone arranges them.

    Who drags or floats a panel, or chooses an arrangement, keeps that; the command in the View
    menu, which is checked as long as they follow, takes it back.
    """

    def __init__(
        self, window: QMainWindow, layout: DockLayout, actions: Actions, settings: QSettings
    ) -> None:
        super().__init__(window)
        self._window, self._layout, self._settings = window, layout, settings
        self.action = actions.add(
            "view.follow", tr("Panels follow the window"),
            tr("Arrange the panels by the room there is, and anew when that changes"),
            self._set_on, menu="View", checkable=True,
            checked=settings.value(SETTING, True, bool) is True,
        )  # fmt: skip
        choices: tuple[tuple[Arrangement, str, str], ...] = (
            (
                "together",
                tr("Panels side by side"),
                tr("Style and Character beside Phase and Performance"),
            ),
            (
                "tabs",
                tr("Panels as tabs"),
                tr("All panels but the library in one place at the right"),
            ),
            ("column", tr("Panels in one place"), tr("All panels in one place at the right")),
        )
        for arrangement, text, tip in choices:
            choose = partial(self.choose, arrangement)
            actions.add(f"view.{arrangement}", text, tip, choose, menu="View")
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._arrange)
        window.installEventFilter(self)
        for dock in layout.docks.values():
            dock.topLevelChanged.connect(lambda out: self.action.setChecked(False) if out else None)
        self._set_least()

    def choose(self, arrangement: Arrangement) -> None:
        """Have this arrangement, with all panels, whatever the window's size."""
        self.action.setChecked(False)
        self._layout.show_all(arrangement)

    def look_again(self) -> None:
        """What the panels show, or their letters, may need other room than before."""
        self._settle.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._settle.start()
        return False

    def _set_on(self, on: bool) -> None:
        self._settings.setValue(SETTING, on)
        self._set_least()
        if on:
            for dock in self._layout.docks.values():
                dock.setFloating(False)
            self._layout.show(self._layout.room.best())

    def _arrange(self) -> None:
        if not self.action.isChecked() or self._window.isFullScreen():
            return
        self._set_least()
        best = self._layout.room.best()
        if best != self._layout.shown:
            self._layout.show(best)
        elif self._layout.room.short():
            self._layout.room.share(best)

    def _set_least(self) -> None:
        """A window whose panels follow may become as narrow as one column of them allows."""
        least = self._layout.room.least() if self.action.isChecked() else 0
        self._window.setMinimumWidth(least)
