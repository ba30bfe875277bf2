"""Run as a program: prints the texts that are cut in the window at sizes, in every panel.

``text_in_window.py FOLDER SIZE…``; pixel ratio and letters come from QT_SCALE_FACTOR and
QT_FONT_DPI.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRect, QSettings
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.drawn_text import cut_texts
from tests.viewer.panel_fixtures import Bench, until
from viewer.ui.theme import ThemeSwitch
from viewer.window.app import make_application
from viewer.window.window import MainWindow


def opened(folder: Path) -> MainWindow:
    """A window that restyles the demo clip, with a key."""
    app = make_application(["text"])
    themes = ThemeSwitch(app, "dark")
    themes.apply()
    settings = QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat)
    window = MainWindow(settings, themes, engines=("numpy",))
    ready: list[bool] = []
    window.panels_ready.connect(lambda: ready.append(True))
    window.open_demo()
    window.show()
    phase: Any = None
    until(lambda: bool(ready) and window.studio.motion is not None)
    phase = window.controls["phase"]
    until(lambda: phase.measures is not None)
    window.transport.pause()
    for name in ("style.random", "style.key"):
        until(window.actions_[name].isEnabled)
        window.actions_[name].trigger()
        Bench(window).until_idle()
    return window


def drive(window: MainWindow) -> None:
    """The character is on stage, and paused."""
    window.actions_["character.start"].trigger()
    until(lambda: window.character.frame is not None and window.character.frame.frame > 3)
    window.transport.pause()


def settle(window: MainWindow) -> None:
    """Until nothing is laid out any more."""
    same, before = 0, list[QRect]()
    while same < 5:
        QApplication.processEvents()
        now = [part.geometry() for part in window.findChildren(QWidget)]
        same, before = same + 1 if now == before else 0, now


def looked_through(window: MainWindow, sizes: list[str]) -> list[str]:
    """The texts that are cut, and the stage where it is short, at each size."""
    found = []
    for size in sizes:
        wide, high = map(int, size.split("x"))
        window.resize(wide, high)
        settle(window)
        if (window.width(), window.height()) != (wide, high):
            found.append(f"{size}: {_least(window)}")
        for dock in window.docks.values():
            dock.raise_()
            until(lambda dock=dock: not dock.visibleRegion().isEmpty())
            Bench(window).until_idle()
            settle(window)
            found += [f"{size}: {text}" for text in cut_texts(window)]
        share = window.centralWidget().width() / wide
        if share < 0.55:
            found.append(f"{size}: the stage has {share:.3f}, {window.dock_layout.shown}")
    return sorted(set(found))


def _least(window: MainWindow) -> str:
    """How large the window stays, and what its parts need."""
    parts = {name: dock.minimumSizeHint().width() for name, dock in window.docks.items()}
    parts["center"] = window.centralWidget().minimumSizeHint().width()
    return f"the window stays {window.width()} x {window.height()}: {parts}"


if __name__ == "__main__":
    shown = opened(Path(sys.argv[1]))
    cut = looked_through(shown, sys.argv[2:])
    drive(shown)
    cut += looked_through(shown, sys.argv[2:])
    shown.close()
    print(json.dumps(sorted(set(cut))))
