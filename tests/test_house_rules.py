"""What keeps the tree readable: where tests stand, how long things are, what is explained."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.source_tree import PACKAGES, ROOT, modules, show

TESTS = ROOT / "tests"
TOP_LEVEL = {*PACKAGES, "assets", "docs", "tests", ".ci"}
OF_THE_WHOLE = {"boundaries", "house_rules", "readme", "wheel"}
"""Subjects that are no module: tests of the whole tree."""
FILE_LINES = 400
MAX_BYTES = 12_000_000
CAPTURE_SUFFIXES = (".bvh", ".amc", ".asf", ".c3d", ".fbx")


def python_files() -> list[Path]:
    return [*modules().values(), *TESTS.rglob("*.py")]


def tracked() -> list[Path]:
    """Files that git tracks; a checkout without git is skipped by name."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("needs git and a clone: lists the tracked files")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def subjects(folder: Path) -> set[str]:
    """What a test beside ``folder`` may be named after: it, and the modules and folders in it."""
    inside = {path.stem for path in folder.iterdir() if path.suffix in ("", ".py", ".mojo")}
    return {folder.name, *inside}


def test_tests_mirror_the_tree() -> None:
    """Each stands where its subject stands, and its name begins with its subject's."""
    wrong = []
    for path in sorted(TESTS.rglob("*.py")):
        folder = ROOT / path.parent.relative_to(TESTS)
        if not folder.is_dir():
            wrong.append(f"{show(path)}: there is no {show(folder)}/")
        elif path.name.startswith("test_"):
            name = path.stem.removeprefix("test_")
            known = subjects(folder) | (OF_THE_WHOLE if folder == ROOT else set())
            if not any(f"{name}_".startswith(f"{subject}_") for subject in known):
                wrong.append(f"{show(path)}: {show(folder)}/ holds no {name}")
    assert wrong == []


def test_files_are_short() -> None:
    long = {
        show(path): count
        for path in [*python_files(), *(ROOT / "kernels").rglob("*.mojo")]
        if (count := len(path.read_text(encoding="utf-8").splitlines())) >= FILE_LINES
    }
    assert long == {}


def test_the_top_level_is_the_table_of_contents() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if path.parent != ROOT}
    assert folders <= TOP_LEVEL


def test_no_file_is_too_large_for_a_clone() -> None:
    large = {show(path): size for path in tracked() if (size := path.stat().st_size) > MAX_BYTES}
    assert large == {}


def test_no_one_elses_capture_is_committed() -> None:
    """Motion files live in assets/clips, where each says that our decoder made it."""
    clips = [path for path in tracked() if path.suffix.lower() in CAPTURE_SUFFIXES]
    assert [show(path) for path in clips if path.parent != ROOT / "assets" / "clips"] == []
    assert [show(p) for p in tracked() if "shared" in p.relative_to(ROOT).parts] == []
