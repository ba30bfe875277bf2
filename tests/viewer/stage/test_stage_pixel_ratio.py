"""Pixels at fractional and double pixel ratios, each ratio in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from viewer.ui.pixels import blank

ROOT = Path(__file__).resolve().parents[3]
WINDOW = """
import sys
import numpy as np
from viewer.window.app import make_application
app = make_application(["ratio"])
from PySide6.QtCore import QSettings
from tests.viewer.conftest import open_file, until
from viewer.ui.theme import ThemeSwitch
from viewer.window.window import MainWindow
ratio, walk, folder = float(sys.argv[1]), sys.argv[2], sys.argv[3]
from pathlib import Path
themes = ThemeSwitch(app, "dark")
themes.apply()
settings = QSettings(folder + "/s.ini", QSettings.Format.IniFormat)
window = MainWindow(settings, themes, engines=("numpy",))
ready = []
window.panels_ready.connect(lambda: ready.append(1))
window.following.choose("tabs")
window.resize(int(1300 / ratio), int(860 / ratio))
window.show()
until(lambda: bool(ready))
open_file(window, Path(walk))
stage = window.stage_view.stage
image = stage.grabFramebuffer()
size = stage.pixel_size
assert abs(stage.devicePixelRatioF() - ratio) < 1e-6, stage.devicePixelRatioF()
assert (image.width(), image.height()) == (size.width, size.height), (image.size(), size)
assert abs(size.width - stage.width() * ratio) <= 1
pose = window.studio.figure.positions[0]
x, y, _ = stage.camera.project(pose[11:12], size)[0]
body = image.pixelColor(round(x), round(y))
ground = image.pixelColor(size.width // 6, size.height // 3)
assert abs(body.lightness() - ground.lightness()) > 40, (body.name(), ground.name())
window.close()
"""


HEIGHTS = """
import sys
from viewer.window.app import make_application
app = make_application(["heights"])
from PySide6.QtTest import QTest
from viewer.stage.stage import Stage
stage = Stage()
stage.resize(240, 400)
stage.show()
assert QTest.qWaitForWindowExposed(stage, 120_000)
assert stage.devicePixelRatioF() == float(sys.argv[1]), stage.devicePixelRatioF()
wrong = []
for height in range(400, 481):
    stage.resize(240, height)
    made, told = stage.grabFramebuffer(), stage.pixel_size
    assert stage.height() == height
    if (made.width(), made.height()) != told[:2]:
        wrong.append((height, made.height(), told.height))
stage.close_gl()
assert not wrong, f"height, pixels that Qt made, pixels told: {wrong}"
"""


def run(script: str, ratio: float, *arguments: str) -> None:
    """Run ``script`` in a process of its own whose screen has ``ratio``; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-c", script, str(ratio), *arguments],
        cwd=ROOT, env={**os.environ, "QT_SCALE_FACTOR": str(ratio)},
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("ratio", [1.25, 2.0])
def test_physical_pixels_everywhere(
    app: QApplication, walk: Path, tmp_path: Path, ratio: float
) -> None:
    run(WINDOW, ratio, str(walk), str(tmp_path))


@pytest.mark.parametrize("ratio", [1.25, 1.5, 1.75])
def test_the_stage_is_as_large_as_its_framebuffer_at_every_height(
    app: QApplication, ratio: float
) -> None:
    run(HEIGHTS, ratio)


def test_a_painted_picture_is_as_large_as_a_framebuffer(app: QApplication) -> None:
    """466 times 1.25 is 582.5, which Qt rounds up."""
    picture = blank(QSize(518, 466), 1.25)
    assert picture.size() == QSize(648, 583)
    assert picture.devicePixelRatio() == 1.25
    assert picture.hasAlphaChannel() and picture.toImage().pixelColor(0, 0).alpha() == 0
