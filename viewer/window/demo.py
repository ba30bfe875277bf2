"""The demo: scenes that play by themselves, chosen by number keys, in a window of its own."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from statistics import median

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow

from render.camera import OrbitCamera
from viewer.character.control import CharacterControl
from viewer.model.language import tr
from viewer.performance.engine_switch import EngineSwitch
from viewer.performance.truth_control import TruthControl
from viewer.stage.view import StageView
from viewer.style.control import StyleControl
from viewer.workbench import Workbench

from .demo_band import SCENES, DemoBand
from .demo_scenes import Props, Scene, engine_words, scenes

BEAT_MS = 60
SCENE_S, IDLE_S = 25.0, 40.0
"""For how long a scene plays, and how long after the last key the next one comes by itself."""
TOLD, READ_S = 30, 0.5
"""Of how many answers the median is told, and for how long."""
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
        self._took_ms, self._engine = deque[float](maxlen=TOLD), ""
        self._told_s = -READ_S
        view.overlay.hide()
        self.band = DemoBand(window, bench.themes)
        self.band.tell(0, "Stridescope", tr("Motion, seen as networks see it."))
        bench.studio.latency.changed.connect(self._note_latency)
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
        props = Props(self._bench, self._docks, style, character, engines, truth, self._look)
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
        self.band.tell(self._wanted, *self._plays.play(at_s))
        self._tell_latency()

    def close(self) -> None:
        """Play no more."""
        self._beat.stop()
        self._window.removeEventFilter(self)
        self._bench.studio.latency.changed.disconnect(self._note_latency)
        self._window.removeToolBar(self.band.bar)
        self.band.bar.deleteLater()
        self._view.overlay.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Resize:
            self.band.fit(self._window.size())
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

    def _look(self) -> None:
        """At the whole figure, as when a clip is opened, wherever a scene has left the camera."""
        if self._view.stage is not None and self._bench.studio.figure is not None:
            self._view.stage.set_camera(OrbitCamera())
            self._view.frame_all()

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

    def _note_latency(self, milliseconds: float) -> None:
        if self._engine != self._bench.bridge.engine:
            self._engine = self._bench.bridge.engine
            self._took_ms.clear()
        self._took_ms.append(milliseconds)

    def _tell_latency(self) -> None:
        """The median of the last answers, for as long as it takes to read it."""
        if self._took_ms and self._now() - self._told_s >= READ_S:
            self._told_s = self._now()
            took = median(self._took_ms)
            number = f"{took:.2f}" if took < 10 else f"{took:.1f}" if took < 100 else f"{took:.0f}"
            self.band.tell_latency(
                number, tr("per answer, {engine}", engine=engine_words(self._engine))
            )
