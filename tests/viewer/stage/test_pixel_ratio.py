"""The stage at fractional and double pixel ratios, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
import numpy as np
from viewer.window.app import make_application
app = make_application(["ratio"])
from PySide6.QtCore import QSettings
from tests.viewer.conftest import open_file, until
from viewer.ui.theme import ThemeSwitch
from viewer.window.window import MainWindow
walk, folder, ratio = sys.argv[1], sys.argv[2], float(sys.argv[3])
from pathlib import Path
themes = ThemeSwitch(app, "dark")
themes.apply()
settings = QSettings(folder + "/s.ini", QSettings.Format.IniFormat)
window = MainWindow(settings, themes, engines=("numpy",))
ready = []
window.panels_ready.connect(lambda: ready.append(1))
window.show_tabs()
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


@pytest.mark.parametrize("ratio", [1.25, 2.0])
def test_physical_pixels_everywhere(
    app: QApplication, walk: Path, tmp_path: Path, ratio: float
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(walk), str(tmp_path), str(ratio)],
        cwd=ROOT, env={**os.environ, "QT_SCALE_FACTOR": str(ratio)},
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
