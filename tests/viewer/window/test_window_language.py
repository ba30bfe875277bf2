"""A real window in German: in a process of its own, for a language is chosen once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_tree import ROOT
from viewer.model.display import display_problem
from viewer.ui.actions import MENUS

PROGRAM = """
import json, sys, time
import main
from viewer.model.language import choose
main.choose("de")
from pathlib import Path
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QAbstractButton, QLabel
from viewer.ui.theme import ThemeSwitch
from viewer.window.app import make_application
from viewer.window.window import MainWindow

folder = Path(sys.argv[1])
app = make_application(["test"])
settings = QSettings(str(folder / "s.ini"), QSettings.Format.IniFormat)
window = MainWindow(settings, ThemeSwitch(app, "dark"), engines=("numpy",), assets=folder)
ready = []
window.panels_ready.connect(lambda: ready.append(True))
window.show()
while not ready:
    app.processEvents()
    time.sleep(0.002)
entries = {e.id: (e.action.text(), e.tip, e.shortcut) for e in window.actions_}
seen = {
    "menus": [action.text() for action in window.menuBar().actions()],
    "docks": {name: dock.windowTitle() for name, dock in window.docks.items()},
    "actions": entries,
    "labels": [label.text() for label in window.findChildren(QLabel)],
    "fields": window.timeline.speed.text(),
}
print(json.dumps(seen))
window.close()
"""


@pytest.fixture(scope="module")
def seen(network_assets: Path) -> dict[str, object]:
    """What a window says that is told to speak German."""
    if problem := display_problem():
        pytest.skip(problem)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(network_assets)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_menus_docks_and_commands_are_german(seen: dict) -> None:
    assert len(seen["menus"]) == len(MENUS)
    assert not set(seen["menus"]) & set(MENUS) - {"Clip", "Phase"}  # the same in both
    assert seen["docks"]["library"] == "Bibliothek"
    assert seen["actions"]["file.open"][:2] == [
        "Öffnen…",
        "Clips (BVH), Policies (ONNX), Takes (NPZ), Sitzungen (.stride), Pakete (.zip) öffnen",
    ]
    english = re.compile(r"\b(the|of|and|this|with|from|it|is)\b")
    wrong = [
        e for text, tip, _ in seen["actions"].values() for e in (text, tip) if english.search(e)
    ]
    assert wrong == []


def test_keys_and_labels_are_german(seen: dict) -> None:
    assert seen["actions"]["file.open"][2] == "Strg+O"
    assert {"Stärke", "Engine", "Genauigkeit", "Schwerkraft"} <= set(seen["labels"])


def test_numbers_keep_their_point(seen: dict) -> None:
    assert seen["fields"] == "1.00 ×"
