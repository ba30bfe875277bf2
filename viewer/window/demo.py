"""The demo: scenes that play by themselves, chosen by number keys, in a window of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow

from viewer.character.control import CharacterControl
from viewer.model.engines import badge
from viewer.model.language import tr
from viewer.performance.engine_switch import EngineSwitch
from viewer.performance.truth_control import TruthControl
from viewer.stage.view import StageView
from viewer.style.control import StyleControl
from viewer.workbench import Workbench

from .demo_overlay import SCENES, DemoOverlay
from .demo_scenes import Props, Scene, scenes

BEAT_MS = 60
SCENE_S, IDLE_S = 25.0, 40.0
"""For how long a scene plays, and how long after the last key the next one comes by itself."""
_LEAVE = (Qt.Key.Key_Escape, Qt.Key.Key_F5)
_WAYS = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
"""As presenters' remotes have them."""


class Demo(QObject):
    """Plays one scene after the other; who presses a number has that scene until idle.

    ``left``: Escape or F5 was pressed, or the window closed. now: seconds.
    """

    left = Signal()

    def __init__(
        self,
        window: QMainWindow,
        bench: Workbench,
        view: StageView,
        docks: dict[str, QDockWidget],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(window)
        assert view.stage is not None
        self._window, self._bench, self._view = window, bench, view
        self._docks, self._now = docks, now
        self._scenes: list[Scene] = []
        self._wanted = 0
        self._plays: Scene | None = None
        self._began_s = 0.0
        self._touched_s = -IDLE_S
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(self.play)
        view.overlay.hide()
        self.overlay = DemoOverlay(view.stage, bench.themes)
        self.overlay.tell(0, "Stridescope", tr("Motion, seen as networks see it."))
        bench.studio.latency.changed.connect(self._show_latency)
        window.installEventFilter(self)

    @property
    def scene(self) -> int:
        """The number of the scene that plays, from 0."""
        return self._wanted

    @property
    def playing(self) -> bool:
        """Whether a scene plays; the panels come first."""
        return self._plays is not None

    def begin(
        self,
        style: StyleControl,
        character: CharacterControl,
        engines: EngineSwitch,
        truth: TruthControl,
    ) -> None:
        """The window's panels are there: play."""
        props = Props(self._bench, self._docks, style, character, engines, truth)
        self._scenes = scenes(props)
        self._window.installEventFilter(self)  # again: what was installed last is asked first
        self._beat.start()

    def choose(self, scene: int) -> None:
        """Play ``scene`` from its beginning, until nobody has touched a key for a while."""
        self._touched_s = self._now()
        self._change(scene)

    def play(self) -> None:
        """One beat: the scene goes on, or the next begins."""
        if not self._scenes:
            return
        if self._plays is None:
            self._change(self._wanted)
        at_s = self._now() - self._began_s
        if at_s >= SCENE_S and self._now() - self._touched_s >= IDLE_S:
            self._change(self._wanted + 1)
            at_s = 0.0
        assert self._plays is not None
        self.overlay.tell(self._wanted, *self._plays.play(at_s))

    def close(self) -> None:
        """Play no more."""
        self._beat.stop()
        self._window.removeEventFilter(self)
        self._bench.studio.latency.changed.disconnect(self._show_latency)
        self.overlay.deleteLater()
        self._view.overlay.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Close:
            QTimer.singleShot(0, self, self.left.emit)
            event.ignore()
            return True
        if kind in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._touched_s = self._now()
        if not isinstance(event, QKeyEvent) or not self._knows(event):
            return False
        if kind == QEvent.Type.ShortcutOverride and not event.isAutoRepeat():
            self._press(Qt.Key(event.key()))
        event.accept()
        return True

    def _change(self, scene: int) -> None:
        self._wanted = scene % len(SCENES)
        if not self._scenes:
            return
        if self._plays is not None:
            self._plays.end()
        self._plays = self._scenes[self._wanted]
        self._began_s = self._now()
        self._plays.begin()

    def _knows(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        digit = Qt.Key.Key_1 <= event.key() < Qt.Key.Key_1 + len(SCENES)
        return plain and (digit or event.key() in _LEAVE or event.key() in _WAYS)

    def _press(self, key: Qt.Key) -> None:
        if key in _LEAVE:
            QTimer.singleShot(0, self, self.left.emit)
        elif key in _WAYS:
            self.choose(self._wanted + _WAYS[key])
        else:
            self.choose(key - Qt.Key.Key_1)

    def _show_latency(self, milliseconds: float) -> None:
        number = f"{milliseconds:.2f}" if milliseconds < 10 else f"{milliseconds:.0f}"
        self.overlay.tell_latency(f"{number} ms", badge(self._bench.bridge.engine))
