"""Before an audience: the stage alone on the whole screen, and the demo."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSettings, QTemporaryDir, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from viewer.model.engines import start_order
from viewer.model.language import tr, within
from viewer.ui.theme import ThemeSwitch
from viewer.workbench import Workbench

from .chrome import Chrome
from .demo_band import SCENES
from .memory import give_back_soon

if TYPE_CHECKING:  # loaded with the demo, as its panels are
    from .demo import Demo

MENU, MODE = "View/Demo scene", "demo"
MakeWindow = Callable[..., Any]
"""Another window of the same kind, with nothing of its person's in it."""


class Presenting(QObject):
    """Full screen, and a demo that runs in a window of its own: with a document, a worker and
    settings of its own, so that nothing that the person has is touched.

    While it is shown the person's window holds still; then it goes on where it was.
    """

    def __init__(
        self, window: QMainWindow, bench: Workbench, chrome: Chrome, make: MakeWindow
    ) -> None:
        super().__init__(window)
        self._window, self._bench, self._make = window, bench, make
        self.chrome = chrome
        self._scratch: QTemporaryDir | None = None
        self._shown: Any = None
        self._playing = self._redress = False
        self.demo: Demo | None = None
        self._add_actions()

    def close(self) -> None:
        """End the demo, and have the window as it was."""
        self.end_demo()
        self.chrome.show()

    def toggle_fullscreen(self) -> None:
        """The stage alone on the whole screen, or all of the window again."""
        self.chrome.show() if self.chrome.hidden else self.chrome.hide()
        self._leave.setEnabled(self.chrome.hidden)

    def toggle_demo(self) -> None:
        """Begin the demo, or end it."""
        self.show_demo() if self.demo is None else self.end_demo()

    def show_demo(self, scene: int | None = None) -> None:
        """Begin the demo, at ``scene`` where one is chosen; one that is shown goes there."""
        if self.demo is None:
            self._begin()
        if self.demo is not None and scene is not None:
            self.demo.choose(scene)

    def end_demo(self) -> None:
        """Close the demo; the person's window goes on where it was."""
        if self.demo is None:
            return
        self.demo.close()
        self.demo = None
        self._redress = self._shown.bench.themes.current is not self._bench.themes.current
        self._shown.hide()
        self._shown.close()
        self._shown.deleteLater()
        self._shown = None
        QTimer.singleShot(0, self, self._settle)

    def _begin(self) -> None:
        self._playing = self._bench.transport.playing
        self._bench.transport.pause()
        scratch = QTemporaryDir()
        settings = QSettings(scratch.filePath("demo.ini"), QSettings.Format.IniFormat)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        themes = ThemeSwitch(app, self._bench.themes.mode)
        engines = start_order(self._bench.bridge.engine or "mojo")
        made = self._make(settings, themes, engines=engines)
        themes.setParent(made)
        if made.stage_view.stage is None:
            made.deleteLater()
            self._bench.studio.notify("warning", tr("The demo needs OpenGL, which is not here."))
            return
        from .demo import Demo

        self._scratch, self._shown = scratch, made
        self.demo = Demo(made, made.bench, made.stage_view, made.docks)
        self.demo.left.connect(self.end_demo)
        made.panels_ready.connect(self._play)
        made.presenting.chrome.hide()
        made.open_demo()
        made.show()

    def _play(self) -> None:
        """The demo's panels are there."""
        made = self._shown
        if self.demo is not None and made is not None:
            self.demo.begin(made.controls["style"], made.character, made.engine_switch, made.truth)

    def _settle(self) -> None:
        """The demo's window is gone."""
        self._scratch = None
        if self._redress:
            self._bench.themes.apply()
        gc.collect()
        gc.freeze()
        give_back_soon()
        self._window.activateWindow()
        if self._playing:
            self._playing = False
            self._bench.transport.play()

    def _add_actions(self) -> None:
        add = self._bench.actions.add
        for id, text, tip, do, keys in (
            ("fullscreen", tr("Full screen"),
             tr("The stage alone on the whole screen; again to leave"),
             self.toggle_fullscreen, "F11"),
            ("leave_fullscreen", tr("Leave full screen"), tr("All of the window again"),
             self.toggle_fullscreen, "Escape"),
            ("demo", tr("Demo"),
             tr("Scenes for an audience; F5 or Escape leaves, all is as it was"),
             self.toggle_demo, "F5"),
        ):  # fmt: skip
            add(f"view.{id}", text, tip, do, keys=keys, menu="View")
        self._leave = self._bench.actions["view.leave_fullscreen"]
        self._leave.setEnabled(False)
        for number, title in enumerate(SCENES):
            add(
                f"view.demo_{number + 1}", title, tr("Demo: {title}", title=within(title)),
                partial(self.show_demo, number), keys=str(number + 1), menu=MENU, mode=MODE,
            )  # fmt: skip
