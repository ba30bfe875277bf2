"""Pictures of the real window, for README and docs/."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication

from inference.models import MODELS
from motion.files import whole_file
from viewer.distance.control import DistanceControl
from viewer.model.demo import ASSETS
from viewer.network.control import NetworkControl
from viewer.phase.control import PhaseControl
from viewer.style.control import StyleControl
from viewer.ui.theme import Mode, ThemeSwitch
from viewer.window.app import make_application
from viewer.window.window import MainWindow

from .broken_model import write_broken

SIZE = (1600, 1000)
PATIENCE_S = 60.0
STYLES = (("Angry", 1.0), ("Elated", 3.0))
"""The keys of the picture of restyling: what is worn, and when."""
FAULTY = ASSETS / "clips" / "angry_walk.bvh"
"""Whose phase has anomalies."""
_SETTLE_S = 1.5
_MOMENT_S = 3.0
NETWORK_WIDE, UNIT = 460, (2, 57)
"""The panel's width, and the unit whose joints are painted: the lane and its number."""
JOINT = 3
"""The joint whose saliency stands as a curve."""
PUSH, PUSH_S = (0.0, 0.0, 120.0), 0.2
"""Newtons to the right of the character, and for how long."""


def take(folder: Path) -> list[Path]:
    """Write window-dark, -light, -phase, -compare, -network, -saliency, -style, -truth and
    -character.png; the files written.

    The demo clip stands at one moment, with every panel filled. Needs a display; truth mode
    is shown in half precision, where the Mojo kernel runs, the character where a policy ships.
    """
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else make_application(["screenshots"])
    written = []
    for mode in ("dark", "light"):
        with _demo_window(app, mode) as window:
            written.append(_save(window, folder / f"window-{mode}.png"))
            if mode == "dark" and "deepphase" in window.bridge.models:
                _find_fault(window)
                written.append(_save(window, folder / "window-phase.png"))
                _back_to_demo(window)
                written += _look_inside(window, folder)
            if mode == "dark" and window.actions_["style.random"].isEnabled():
                _restyle(window)
                written.append(_save(window, folder / "window-style.png"))
                if window.bridge.engine == "mojo":
                    _decode(window)
                    _compare(window)
                    written.append(_save(window, folder / "window-truth.png"))
            if mode == "light" and "deepphase" in window.bridge.models:
                with tempfile.TemporaryDirectory() as scratch:
                    _compare_phases(window, Path(scratch) / "broken.onnx")
                    written.append(_save(window, folder / "window-compare.png"))
                    _compare_no_more(window)
            if mode == "light" and window.character.cast.policies:
                _push_about(window)
                written.append(_save(window, folder / "window-character.png"))
    return written


@contextmanager
def _demo_window(app: QApplication, mode: Mode) -> Iterator[MainWindow]:
    """A window that has opened and analysed the demo, paused at the moment to show."""
    with tempfile.TemporaryDirectory() as scratch:
        settings = QSettings(str(Path(scratch) / "s.ini"), QSettings.Format.IniFormat)
        themes = ThemeSwitch(app, mode)
        themes.apply()
        window = MainWindow(settings, themes)
        themes.setParent(window)
        ready: list[bool] = []
        window.panels_ready.connect(lambda: ready.append(True))
        window.open_demo()
        window.resize(*SIZE)
        window.show()
        _until(lambda: bool(ready) and window.studio.motion is not None)
        window.dock_layout.show_together()
        window.transport.pause()
        window.transport.seek(_MOMENT_S)
        _live(_SETTLE_S)
        _until(lambda: window.bridge.stats().queue_depth == 0)
        _live(_SETTLE_S)
        try:
            yield window
        finally:
            window.close()
            window.deleteLater()


def _find_fault(window: MainWindow) -> None:
    """A walk with anomalies loops around the second of them, where its phase jumps."""
    phase = window.controls["phase"]
    assert isinstance(phase, PhaseControl)
    window.open_paths([FAULTY])
    _until(lambda: len(phase.lint.anomalies) > 1)
    window.transport.pause()
    phase.lint.loop(1)
    phase.lint.go_to(1)
    window.docks["performance"].hide()
    _live(_SETTLE_S)


def _back_to_demo(window: MainWindow) -> None:
    """The demo alone is open again, with all panels."""
    window.actions_["clip.close"].trigger()
    window.docks["performance"].show()
    window.transport.seek(_MOMENT_S)
    _live(_SETTLE_S)


def _look_inside(window: MainWindow, folder: Path) -> list[Path]:
    """The layers with what drives a unit, and the saliency of the frame on the figure."""
    network, dock = window.controls["network"], window.docks["network"]
    assert isinstance(network, NetworkControl)
    before = window.saveState()
    dock.raise_()
    window.resizeDocks([dock], [NETWORK_WIDE], Qt.Orientation.Horizontal)
    _until(lambda: network.layers.looked is not None)
    network.layers.pick(*UNIT)
    _until(lambda: network.layers.drive is not None)
    _live(_SETTLE_S)
    written = [_save(window, folder / "window-network.png")]
    network.panel.show_page("saliency")
    network.saliency.paint.setChecked(True)
    _until(lambda: network.saliency.overview is not None and network.saliency.now is not None)
    network.saliency.pick(JOINT)
    _live(_SETTLE_S)
    written.append(_save(window, folder / "window-saliency.png"))
    network.saliency.paint.setChecked(False)
    window.restoreState(before)
    window.docks["style"].raise_()
    _live(_SETTLE_S)
    return written


def _restyle(window: MainWindow) -> None:
    """The walk goes from one style to another by keys."""
    style = window.controls["style"]
    assert isinstance(style, StyleControl)
    _until(lambda: style.atlases.atlas is not None and style.panel.map.settled())
    atlas = style.atlases.atlas
    assert atlas is not None
    for name, time_s in STYLES:
        if name in atlas.legend:
            window.transport.seek(time_s)
            _live(0.2)
            x, y = atlas.points[atlas.labels == name].mean(axis=0)
            style.panel.map_dragged.emit(float(x), float(y))
            _until(lambda: style.restyling.worn is not None)
            _live(_SETTLE_S)
            window.actions_["style.key"].trigger()
    _live(_SETTLE_S)


def _decode(window: MainWindow) -> None:
    """A latent alone is on stage, with trails."""
    window.actions_["latent.random"].trigger()
    _until(lambda: window.studio.source == "latent")
    window.actions_["stage.trails"].trigger()
    window.transport.seek(1.2)
    _live(_SETTLE_S)


def _compare(window: MainWindow) -> None:
    """Half precision beside the reference engine."""
    window.actions_["stage.trails"].trigger()
    window.actions_["engine.mojo-half"].trigger()
    _until(lambda: window.bridge.engine == "mojo-half")
    window.actions_["truth.mode"].trigger()
    _until(lambda: window.truth.reading is not None and window.truth.reading.errors is not None)
    _live(_SETTLE_S)


def _compare_phases(window: MainWindow, broken: Path) -> None:
    """DeepPhase beside one that is blind to the left leg, where they differ most; their map."""
    write_broken(MODELS["deepphase"].path(window.bench.assets), broken)
    phase, distance = window.controls["phase"], window.controls["distance"]
    assert isinstance(phase, PhaseControl) and isinstance(distance, DistanceControl)
    window.docks["performance"].hide()
    window.docks["distance"].raise_()
    phase.overlay.compare_file(broken)
    _until(lambda: phase.overlay.reader.comparison is not None)
    _until(distance.panel.canvas.settled)
    window.actions_["phase.worst"].trigger()
    _live(_SETTLE_S)


def _compare_no_more(window: MainWindow) -> None:
    window.actions_["phase.compare_nothing"].trigger()
    window.docks["performance"].show()
    window.docks["style"].raise_()
    window.transport.seek(_MOMENT_S)
    _live(_SETTLE_S)


def _push_about(window: MainWindow) -> None:
    """The character walks, and stands still while a push acts."""
    character = window.character
    window.docks["character"].raise_()
    window.actions_["character.start"].trigger()
    _until(lambda: character.frame is not None and character.frame.time >= _MOMENT_S)
    window.transport.pause()
    _until(lambda: not window.transport.playing)
    character.shove(PUSH, PUSH_S)
    for _ in range(4):
        character.driver.step()
    _until(lambda: character.frame is not None and bool(character.frame.pushes))
    _live(_SETTLE_S)


def _save(window: MainWindow, path: Path) -> Path:
    with whole_file(path) as part:
        if not window.grab().save(str(part)):
            raise OSError("Qt could not write the picture")
    return path


def _live(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def _until(happened: Callable[[], bool]) -> None:
    """Let the window live until something has happened; TimeoutError if it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("The window did not become ready within a minute.")
        _live(0.05)
