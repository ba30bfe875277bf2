"""The rules of the layout, held over the whole tree."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {
    "motion": set(),
    "kernels": set(),
    "render": {"motion"},
    "inference": {"kernels"},
    "character": {"motion"},
    "training": {"motion", "character", "inference"},
    "viewer": {"motion", "kernels", "render", "inference", "character"},
    "main": {"viewer"},
}
ONLY_IN = {
    "PySide6": {"viewer"},
    "shiboken6": {"viewer"},
    "pyqtgraph": {"viewer"},
    "OpenGL": {"render"},
    "max": {"inference"},
    "mojo": {"inference"},
    "torch": {"training"},
    "mujoco": {"character", "training"},
    "matplotlib": {"training"},
}
TOP_LEVEL = {
    *(package for package in MAY_IMPORT if package != "main"),
    "assets",
    "tests",
    ".ci",
}
MAX_LINES = 400
MAX_BYTES = 12_000_000
CAPTURE_SUFFIXES = (".bvh", ".amc", ".asf", ".c3d", ".fbx")


def tracked() -> list[Path]:
    """Files that git tracks; a checkout without git is skipped by name."""
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("needs git and a clone: lists the tracked files")
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def sources() -> list[Path]:
    """The Python files of the packages, and main.py."""
    folders = [name for name in MAY_IMPORT if name != "main"]
    found = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return [ROOT / "main.py", *found]


def imports(path: Path) -> set[str]:
    """Top-level names that ``path`` imports absolutely, wherever in the file."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module).split(".")[0])
    return names


def package(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def show(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_packages_import_only_what_the_design_allows() -> None:
    wrong = [
        f"{show(path)} imports {name}"
        for path in sources()
        for name in imports(path) & (set(MAY_IMPORT) - {package(path)})
        if name not in MAY_IMPORT[package(path)]
    ]
    assert wrong == []


def test_libraries_stay_in_their_package() -> None:
    wrong = [
        f"{show(path)} imports {name}"
        for path in sources()
        for name in imports(path) & set(ONLY_IN)
        if package(path) not in ONLY_IN[name]
    ]
    assert wrong == []


def test_commands_import_no_qt() -> None:
    """Run, not read: also through the modules that the commands import at their top."""
    names = sorted(path.stem for path in (ROOT / "viewer" / "commands").glob("[a-z]*.py"))
    lines = [f"import viewer.commands.{name}" for name in names]
    loaded = run_python("\n".join(["import sys", *lines, "print(*sys.modules)"])).split()
    assert "viewer.commands.render" in loaded
    assert [name for name in loaded if name.startswith(("PySide6", "OpenGL", "onnx"))] == []


@pytest.mark.parametrize("name", ["motion", "render", "inference", "kernels", "character"])
def test_lower_packages_load_no_qt(name: str) -> None:
    loaded = run_python(f"import sys, {name}; print(*sys.modules)").split()
    assert name in loaded
    assert [module for module in loaded if module.startswith(("PySide6", "torch"))] == []


def test_telemetry_is_off_before_max_can_be_imported() -> None:
    code = "import inference, os; print(os.environ['MODULAR_TELEMETRY_ENABLED'])"
    assert run_python(code).strip() == "0"


def run_python(code: str) -> str:
    environ = {k: v for k, v in os.environ.items() if k != "MODULAR_TELEMETRY_ENABLED"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_files_stay_readable_in_length() -> None:
    files = [path for path in [*sources(), *(ROOT / "tests").rglob("*.py")] if path.exists()]
    long = {
        show(path): count
        for path in [*files, *(ROOT / "kernels").glob("*.mojo")]
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
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
