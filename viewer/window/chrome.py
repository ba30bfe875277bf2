"""All of the window but the stage, which goes away for an audience and comes back as it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget


class Chrome:
    """Hides docks and ``parts`` (menus, bars, timeline), and shows again those that were seen."""

    def __init__(
        self, window: QMainWindow, docks: Iterable[QDockWidget], parts: Sequence[QWidget]
    ) -> None:
        self._window, self._docks, self._parts = window, list(docks), parts
        self._seen: list[QWidget] = []
        self._arranged = QByteArray()
        self._state = Qt.WindowState.WindowNoState
        self.hidden = False

    def hide(self) -> None:
        """The stage alone, on the whole screen."""
        if self.hidden:
            return
        self.hidden = True
        self._state = self._window.windowState()
        self._arranged = self._window.saveState()
        self._seen = [part for part in self._parts if not part.isHidden()]
        for part in (*self._docks, *self._seen):
            part.hide()
        self._window.setWindowState(self._state | Qt.WindowState.WindowFullScreen)

    def show(self) -> None:
        """All that was seen before, where it was."""
        if not self.hidden:
            return
        self.hidden = False
        self._window.setWindowState(self._state)
        for part in self._seen:
            part.show()
        self._window.restoreState(self._arranged)
