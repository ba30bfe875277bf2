"""The commands and programs that README and docs/ show, and a place like a fresh clone for them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.source_tree import ROOT, show

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
LANGUAGES = ("sh", "bash", "python")
_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<mark>run|slow|held by [^>]+?) -->\n)?"
    r"^ *```(?P<language>\w*)\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
)
CLIPS = ("walk", "run", "skip", "angry_walk", "rushed_walk", "elated_walk")
LIMIT_S = 300


@dataclass(frozen=True)
class Snippet:
    """What stands between two fences of ``page``, and the mark before them."""

    page: Path
    line: int
    language: str
    text: str
    mark: str

    def __str__(self) -> str:
        return f"{show(self.page)}:{self.line}"

    @property
    def holder(self) -> str:
        """The test that runs the same, "" for none."""
        return self.mark.removeprefix("held by ") if self.mark.startswith("held by ") else ""

    @property
    def transcript(self) -> bool:
        """Whether it is commands with what they print."""
        return self.language == "text" and self.text.startswith("$ ")

    @property
    def runs(self) -> bool:
        """Whether it is run here; a program without a mark quotes our code (test_docs.py)."""
        if self.language == "python":
            return self.mark in ("run", "slow")
        return not self.holder and (self.language in LANGUAGES or self.transcript)


def snippets(page: Path) -> list[Snippet]:
    """All of a page, in its order."""
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(
            page, text.count("\n", 0, found.start("text")), found["language"],
            found["text"], found["mark"] or "",
        )
        for found in _BLOCK.finditer(text)
    ]  # fmt: skip


def prepare(place: Path) -> dict[str, str]:
    """Makes ``place`` look like a fresh clone with demo clips and a session; its environment.

    The caches of kernels are this machine's, so that nothing is built twice.
    """
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    for name in {path.split("/")[0] for path in listed.stdout.splitlines()}:
        (place / name).symlink_to(ROOT / name)
    (place / ".venv").symlink_to(sys.prefix)
    for clip in CLIPS:
        shutil.copy(ROOT / "assets" / "clips" / f"{clip}.bvh", place)
    home = place / "home"
    (home / "mocap").mkdir(parents=True)
    for clip in CLIPS[:2]:
        shutil.copy(place / f"{clip}.bvh", home / "mocap")
    shutil.make_archive(str(place / "capture"), "zip", home / "mocap")
    beside = str(Path(sys.executable).parent)
    return {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "HOME": str(home),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache")),
        "PATH": os.pathsep.join([beside, os.environ.get("PATH", "")]),
        "COLUMNS": "200",
    }


def run(parts: Iterable[Snippet], place: Path, environ: dict[str, str]) -> None:
    """Runs what a page shows, one after the other in one folder; all must succeed."""
    for part in parts:
        command = (
            [sys.executable, "-c", part.text]
            if part.language == "python"
            else ["bash", "-euo", "pipefail", "-c", part.text]
        )
        environ = {**environ, "PYTHONPATH": "."} if part.language == "python" else environ
        done = subprocess.run(
            command, cwd=place, env=environ, capture_output=True, text=True, timeout=LIMIT_S
        )
        assert done.returncode == 0, f"{part}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
