"""A copy of our code that a test may change, and fresh processes that run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class OurCode:
    """The packages that inference needs, copied below ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "code"
        for package in ("inference", "kernels"):
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / package, self._root / package, ignore=ignored)

    def change(self, file: str, old: str, new: str) -> None:
        """Replace what stands once in a file."""
        path = self._root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def answer(self, expression: str, first: str = "") -> object:
        """What ``expression`` is in a new process, after ``load_model`` came in and ``first``."""
        code = f"from inference import load_model\n{first}\nprint(repr({expression}))"
        environment = {**os.environ, "PYTHONPATH": str(self._root)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self._root, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return literal_eval(done.stdout)
