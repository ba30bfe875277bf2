"""A real window, driven by a clock of the test's own."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QSettings
from PySide6.QtWidgets import QApplication

from motion.bvh import write_bvh
from motion.features import motion_features
from motion.pose import to_clip
from tests.inference.nets import save_model_like
from tests.motion.synthetic import walk as walking
from tests.viewer.models import write_models
from tests.viewer.panel_fixtures import (
    bench,
    dispose,
    open_bench,
    shared_bench,
    show,
    small_assets,
)
from viewer.character.control import CharacterControl
from viewer.model.demo import ASSETS
from viewer.model.display import display_problem
from viewer.model.notice import Notice
from viewer.ui.theme import ThemeSwitch
from viewer.window.app import make_application
from viewer.window.window import MainWindow

__all__ = ["bench", "open_bench", "shared_bench", "show", "small_assets"]

FRAMES, FRAME_TIME = 150, 1 / 60
PATIENCE_S = 120.0
SNAKE = """HIERARCHY
ROOT Tail
{
OFFSET 0 0 0
CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
JOINT Jaw
{
OFFSET 0 0.2 1.2
CHANNELS 3 Zrotation Xrotation Yrotation
End Site
{
OFFSET 0 0 0.3
}
}
}
MOTION
Frames: 2
Frame Time: 0.1
0 1 0 0 0 0 0 0 0
0 1 0 0 0 0 0 30 0
"""


class FakeClock:
    """Monotonic seconds that pass only when told to."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


def until(happened: Callable[[], bool]) -> None:
    """Run the event loop until ``happened``; fails when it takes too long."""
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        assert time.monotonic() < deadline, "waited too long"
        QApplication.processEvents()
        time.sleep(0.001)


def settle(window: MainWindow) -> None:
    """Run the event loop until nothing is loading or waiting for inference."""
    until(lambda: not window.studio.opening and window.bridge.stats().queue_depth == 0)
    for _ in range(5):
        QApplication.processEvents()


def open_file(window: MainWindow, path: Path) -> None:
    """Open a good file and wait until it is on stage, paused at its start."""
    window.studio.open_paths([path])
    until(lambda: window.studio.motion is not None and window.studio.motion.path == path)
    settle(window)


@pytest.fixture(scope="session")
def app() -> Iterator[QApplication]:
    """Windows come and go: what lives as long as the tests is kept from collections elsewhere."""
    if problem := display_problem():
        pytest.skip(problem)
    running = QApplication.instance()
    made = running if isinstance(running, QApplication) else make_application(["test"])
    ThemeSwitch(made, "dark").apply()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("freeze", "unfreeze"):
            patch.setattr(gc, name, lambda: None)
        yield made


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A 2.5 s walk at 60 fps."""
    path = tmp_path_factory.mktemp("clips") / "walk.bvh"
    write_bvh(to_clip(walking(FRAMES, FRAME_TIME), FRAME_TIME, "walk"), path)
    return path


@pytest.fixture(scope="session")
def snake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rig that is not human."""
    path = tmp_path_factory.mktemp("clips") / "snake.bvh"
    path.write_text(SNAKE)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.bvh"
    path.write_text(SNAKE.replace("MOTION", "MOTLEY"))
    return path


@pytest.fixture(scope="session")
def network_assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Icons, shaders and small random networks; no demo clips."""
    folder = tmp_path_factory.mktemp("assets")
    for name in ("icons", "shaders"):
        (folder / name).symlink_to(ASSETS / name)
    write_models(folder / "models", motion_features(walking(60, 1 / 30)))
    return folder


Opener = Callable[..., MainWindow]


@pytest.fixture
def open_window(
    app: QApplication,
    clock: FakeClock,
    network_assets: Path,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Iterator[Opener]:
    """Opens windows, on the numpy engine unless told; closes them, and no widget may remain."""
    before = QApplication.topLevelWidgets()
    opened: list[MainWindow] = []

    def make(
        engines: tuple[str, ...] = ("numpy",),
        assets: Path = network_assets,
        kept: Path | None = None,
        journals: Path | None = None,
    ) -> MainWindow:
        themes = ThemeSwitch(app, "dark")
        themes.apply()
        settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        made = MainWindow(
            settings, themes, engines=engines, now=clock, assets=assets, kept=kept,
            journals=journals,
        )  # fmt: skip
        opened.append(made)
        themes.setParent(made)
        ready: list[bool] = []
        made.panels_ready.connect(lambda: ready.append(True))
        if not settings.contains("window/geometry"):
            made.following.choose("tabs")
            made.resize(1120, 720)
        made.show()
        until(lambda: bool(ready))
        settle(made)
        return made

    yield make
    for made in opened:
        dispose(made)
    opened.clear()
    made = None
    request.node.funcargs.clear()  # pytest would keep the window until after this check
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    gc.collect()
    left = [w for w in QApplication.topLevelWidgets() if w not in before]
    assert not left, f"the window left {left} behind"


@pytest.fixture
def first_window(app: QApplication, network_assets: Path, tmp_path: Path) -> Iterator[MainWindow]:
    """A window of the very first start, not shown yet."""
    settings = QSettings(str(tmp_path / "first.ini"), QSettings.Format.IniFormat)
    made = MainWindow(settings, ThemeSwitch(app, "dark"), engines=("numpy",), assets=network_assets)
    yield made
    dispose(made)


@pytest.fixture
def window(open_window: Opener) -> MainWindow:
    """A shown window with its panels and no clip."""
    return open_window()


@pytest.fixture
def walking_window(window: MainWindow, walk: Path) -> MainWindow:
    """A window with the walk on stage, paused at its first frame."""
    open_file(window, walk)
    return window


@pytest.fixture(scope="session")
def standing_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A motion of standing still for a second, over and over."""
    from character.anatomy import BALL_POSE, POSE_SIZE

    pose = np.zeros(POSE_SIZE)
    pose[:7] = [0, 0.881416, 0, 1, 0, 0, 0]
    pose[BALL_POSE[:, 0]] = 1
    frames = [[0.5, *pose.tolist()]] * 3
    path = tmp_path_factory.mktemp("motion") / "standing.txt"
    path.write_text(json.dumps({"Loop": "wrap", "Frames": frames}))
    return path


@pytest.fixture(scope="session")
def actor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of an actor's shape that knows nothing."""
    return save_model_like("deepmimic_actor", tmp_path_factory.mktemp("policy") / "lazy.onnx")


@pytest.fixture
def control(window: MainWindow, actor: Path, standing_file: Path) -> CharacterControl:
    """The character of a window, dropped on the stage and running."""
    window.take_dropped([actor, standing_file])
    until(lambda: window.character.frame is not None and window.character.frame.frame > 3)
    return window.character


@pytest.fixture
def told(control: CharacterControl, window: MainWindow) -> list[str]:
    """What the window tells from now on, but for falls."""
    found: list[str] = []

    def take(notice: Notice) -> None:
        if "fell" not in notice.text:
            found.append(notice.text)

    window.studio.notice.connect(take)
    return found
