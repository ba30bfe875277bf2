"""No text of the window is cut or shortened, whatever its size, pixel ratio and letters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget

from tests.viewer.drawn_text import cut_texts

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = """
import runpy, sys
from viewer.model.language import choose
choose(sys.argv.pop(1))
runpy.run_module("tests.viewer.window.text_in_window", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("language", "letters", "ratio", "sizes"),
    [
        ("en", 9, 1.0, "1100x640 1280x720"),
        ("de", 16, 1.0, "1100x640"),
        pytest.param("en", 9, 2.0, "1100x640 1920x1080", marks=pytest.mark.slow),
        pytest.param("en", 16, 1.0, "1280x720 1920x1080 3840x2160", marks=pytest.mark.slow),
        pytest.param("de", 9, 1.0, "1100x640 1280x720 1920x1080", marks=pytest.mark.slow),
    ],
)
def test_no_text_of_a_panel_is_cut_and_the_stage_keeps_its_share(
    app: QApplication, tmp_path: Path, language: str, letters: int, ratio: float, sizes: str
) -> None:
    """In a process of its own, with the letters, in points, of a desktop's settings; sizes are in
    points too."""
    (tmp_path / "kdeglobals").write_text(
        f"[General]\nfont=Sans Serif,{letters},-1,5,50,0,0,0,0,0\n"
        f"fixed=Monospace,{letters},-1,5,50,0,0,0,0,0\n"
    )
    desktop = {
        "QT_QPA_PLATFORMTHEME": "kde", "KDE_SESSION_VERSION": "5",
        "XDG_CONFIG_HOME": str(tmp_path), "QT_SCALE_FACTOR": str(ratio),
    }  # fmt: skip
    command = [sys.executable, "-c", PROGRAM, language, str(tmp_path), *sizes.split()]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | desktop,
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_text_that_is_cut_is_found(app: QApplication) -> None:
    top = QWidget()
    words, button = QLabel("All of it is to be read", top), QToolButton(top)
    button.setText("Throw box")
    top.resize(400, 100)
    words.setGeometry(QRect(0, 0, 300, 30))
    button.setGeometry(QRect(0, 40, 200, 30))
    top.show()
    QApplication.processEvents()
    assert cut_texts(top) == []
    words.resize(60, 30)
    button.resize(40, 30)
    QApplication.processEvents()
    found = cut_texts(top)
    assert len(found) == 2 and found[0].startswith("QLabel") and "…" in found[1]
    words.setGeometry(QRect(0, 0, 300, 4))
    assert len(cut_texts(top)) == 2
    top.close()
