"""A window that is closed at any moment leaves no thread behind and says nothing more."""

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
import threading
from pathlib import Path
from viewer.window.app import make_application
app = make_application(["closing"])
from PySide6.QtCore import QSettings, QTimer
from viewer.ui.theme import ThemeSwitch
from viewer.window.window import MainWindow
folder, moment = sys.argv[1:3]
settings = QSettings(folder + "/s.ini", QSettings.Format.IniFormat)
window = MainWindow(settings, ThemeSwitch(app, "dark"), engines=("numpy",))
signal, delay = {
    "shown": (window.first_picture, 0),
    "at the first picture": (window.first_picture, None),
    "with its panels": (window.panels_ready, None),
    "while it scans": (window.panels_ready, 0),
    "a little later": (window.panels_ready, 30),
}[moment]
signal.connect(window.close if delay is None else lambda: QTimer.singleShot(delay, window.close))
window.open_paths([folder])
window.show()
app.exec()
left = [thread.name for thread in threading.enumerate() if not thread.daemon]
assert left == ["MainThread"], left
"""


@pytest.mark.parametrize(
    "moment",
    ["shown", "at the first picture", "with its panels", "while it scans", "a little later"],
)
def test_a_window_closes_in_silence(
    app: QApplication, walk: Path, tmp_path: Path, moment: str
) -> None:
    for n in range(5):
        (tmp_path / f"{n}.bvh").write_bytes(walk.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), moment],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
