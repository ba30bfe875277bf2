"""A real window on the demo, to take pictures of."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from motion.files import whole_file
from viewer.ui.theme import Mode, ThemeSwitch
from viewer.window.app import make_application
from viewer.window.window import MainWindow

PATIENCE_S, SETTLE_S = 60.0, 1.5
_ROOMY = 1500
"""From so wide on, pictures show all panels at once."""
MOMENT_S = 3.0
"""The moment of the demo clip that is shown."""


def application() -> QApplication:
    """The one that runs, or one that is made."""
    running = QApplication.instance()
    return running if isinstance(running, QApplication) else make_application(["gallery"])


@contextmanager
def demo_window(app: QApplication, mode: Mode, size: tuple[int, int]) -> Iterator[MainWindow]:
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
        window.resize(*size)
        window.show()
        until(lambda: bool(ready) and window.studio.motion is not None)
        if size[0] >= _ROOMY:
            window.following.choose("together")
        window.transport.pause()
        window.transport.seek(MOMENT_S)
        live(SETTLE_S)
        until(lambda: window.bridge.stats().queue_depth == 0)
        window.transport.seek(0.0)  # so that the latency shown is no longer that of the start
        live(SETTLE_S)
        window.transport.seek(MOMENT_S)
        live(SETTLE_S)
        try:
            yield window
        finally:
            window.close()
            window.deleteLater()


def save(picture: QPixmap, path: Path) -> Path:
    """Write a picture as PNG, as small as that goes. Raises OSError."""
    with whole_file(path) as part:
        if not picture.save(str(part), "PNG", 0):  # 0: compressed as much as can be
            raise OSError("Qt could not write the picture")
    return path


def live(seconds: float) -> None:
    """Let the window live for a while."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def until(happened: Callable[[], bool]) -> None:
    """Let the window live until something has happened; TimeoutError if it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError("The window did not become ready within a minute.")
        live(0.05)
