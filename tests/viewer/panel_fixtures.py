"""A real window on small assets: two clips, three networks, the numpy engine."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEventLoop, QObject, QSettings, SignalInstance
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from inference.models import MODELS
from motion.bvh import write_bvh
from motion.canonical import CANONICAL
from motion.features import motion_features
from motion.pose import to_clip
from motion.skeleton import forward_kinematics
from tests.viewer.models import write_models
from viewer.model.demo import ASSETS
from viewer.model.document import Style
from viewer.ui.background import Background
from viewer.ui.theme import ThemeSwitch
from viewer.window.window import MainWindow

NEEDED = ("deepphase", "stylevae_encoder", "stylevae_decoder")
PATIENCE_S = 120.0
SETTLED = 25


def swaying(seconds: float, turns_per_s: float) -> np.ndarray:
    """The canonical body walking on along Z and swaying, (T, 22, 3) metres at 30 fps."""
    time_s = np.arange(round(seconds * 30)) / 30
    rotations = np.zeros((len(time_s), 22, 4), np.float32)
    rotations[..., 0] = 1
    half = 0.15 * np.sin(2 * np.pi * turns_per_s * time_s)
    rotations[:, 1:, 0], rotations[:, 1:, 1] = np.cos(half)[:, None], np.sin(half)[:, None]
    translations = np.broadcast_to(CANONICAL.offsets, (len(time_s), 22, 3)).astype(np.float32)
    translations[:, 0, 1] += 0.95
    translations[:, 0, 2] += time_s
    return forward_kinematics(CANONICAL, rotations, translations)[0]


def write_assets(folder: Path) -> None:
    """Clips, models, icons and shaders as the window expects them below ``folder``."""
    clips = folder / "clips"
    clips.mkdir(parents=True)
    rows = []
    for title, style, rate in (("Slow sway", "calm", 0.5), ("Quick sway", "lively", 1.5)):
        name = f"{style}.bvh"
        write_bvh(to_clip(swaying(5, rate), 1 / 30, title), clips / name)
        rows.append({"file": name, "title": title, "style": style, "seconds": 5.0})
    (clips / "clips.json").write_text(json.dumps(rows), "utf-8")
    for shared in ("icons", "shaders"):
        (folder / shared).symlink_to(ASSETS / shared)
    if all(MODELS[name].available(ASSETS) for name in NEEDED):
        shutil.copytree(ASSETS / "models", folder / "models")
    else:
        write_models(folder / "models", motion_features(swaying(2, 1.0)))


@pytest.fixture(scope="session")
def small_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("panels") / "assets"
    write_assets(folder)
    return folder


def until(happened: Callable[[], bool]) -> None:
    """Run the event loop until ``happened``; fails when it takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "waited too long"
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        time.sleep(0.001)


def heard(signal: SignalInstance) -> list[tuple[Any, ...]]:
    """What the signal says from now on, one tuple each time."""
    said: list[tuple[Any, ...]] = []
    signal.connect(lambda *values: said.append(values))
    return said


class Bench:
    """A shown window, its controls by class name, and a way to wait for it."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    def control(self, name: str) -> Any:
        return next(c for c in self.window.controls.values() if type(c).__name__ == name)

    def until(self, happened: Callable[[], bool]) -> None:
        until(happened)

    def until_idle(self) -> None:
        """Wait until the worker's queue is empty and what it delivered has settled."""
        seen: list[int] = []

        def settled() -> bool:
            stats = self.window.bridge.stats()
            seen.append(stats.delivered if stats.queue_depth == 0 else -1)
            return len(seen) > SETTLED and set(seen[-SETTLED:]) == {stats.delivered}

        self.until(settled)


def open_window(app: QApplication, assets: Path, settings: Path, *files: Path) -> Bench:
    """A shown window on ``assets``, started with ``files``, whose panels are there."""
    stored = QSettings(str(settings), QSettings.Format.IniFormat)
    window = MainWindow(stored, ThemeSwitch(app, "dark"), engines=("numpy",), assets=assets)
    ready: list[bool] = []
    window.panels_ready.connect(lambda: ready.append(True))
    window.following.choose("together")
    window.resize(1500, 950)
    if files:
        window.open_paths(files)
    window.show()
    bench = Bench(window)
    bench.until(lambda: bool(ready))
    return bench


def dispose(widget: QWidget) -> None:
    """Close and delete a top-level widget now.

    What its parts hold is let go as well: connections of PySide keep their wrappers alive, 60 MB
    a window, and the tests open hundreds. A thread that still works asks its Background.
    """
    widget.close()
    parts = [widget, *widget.findChildren(QObject)]
    shiboken6.delete(widget)
    QApplication.processEvents()
    for part in parts:
        if not isinstance(part, Background):
            vars(part).clear()


@pytest.fixture
def open_bench(app: QApplication, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Opens a window on an assets folder, with files, and closes it after the test."""
    opened: list[Bench] = []

    def open_on(assets: Path, *files: Path) -> Bench:
        opened.append(open_window(app, assets, tmp_path / "settings.ini", *files))
        return opened[-1]

    yield open_on
    for bench in opened:
        dispose(bench.window)


@pytest.fixture(scope="module")
def shared_bench(
    app: QApplication, small_assets: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    made = open_window(app, small_assets, tmp_path_factory.mktemp("window") / "settings.ini")
    yield made
    dispose(made.window)


@pytest.fixture
def bench(shared_bench: Bench) -> Bench:
    """A window paused on the first demo clip, its models loaded and its windows encoded."""
    window = shared_bench.window
    studio, bridge = window.studio, window.bridge
    shared_bench.control("LibraryControl").panel.search.clear()
    for motion in studio.motions:
        studio.close_motion(motion.key)
    window.store.correct(lambda document: replace(document, style=Style()))
    window.open_demo()
    shared_bench.until(lambda: studio.motion is not None and set(NEEDED) <= set(bridge.models))
    studio.set_source("clip")
    window.transport.pause()
    shared_bench.until_idle()
    return shared_bench


@pytest.fixture
def show(app: QApplication) -> Iterator[Callable[[QWidget], None]]:
    """Shows a widget 320 px wide and deletes it after the test."""
    shown: list[QWidget] = []

    def show_it(widget: QWidget) -> None:
        shown.append(widget)
        widget.resize(320, 900)
        widget.show()
        assert QTest.qWaitForWindowExposed(widget, 120_000)

    yield show_it
    for widget in shown:
        dispose(widget)
