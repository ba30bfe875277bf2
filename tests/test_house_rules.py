"""What keeps the tree readable: where tests stand, how long things are, what is explained."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.source_tree import PACKAGES, ROOT, modules, parse, show

TESTS = ROOT / "tests"
TOP_LEVEL = {*PACKAGES, "assets", "deploy", "docs", "tests", ".ci", ".github"}
OF_THE_WHOLE = {"boundaries", "house_rules", "readme", "wheel", "workflow"}
"""Subjects that are no module: tests of the whole tree."""
FILE_LINES = 400
FUNCTION_LINES = 60
EXPLAINED = {"motion", "inference", "character", "render"}
"""Packages that others build upon: their methods too have docstrings."""
OWN = {"self", "cls", "super()"}
PUBLIC = {"_replace", "_asdict", "_fields", "_make", "_exit"}
"""Names that begin so and are public all the same: of named tuples, and of os."""
MAX_BYTES = 12_000_000
CAPTURE_SUFFIXES = (".bvh", ".amc", ".asf", ".c3d", ".fbx")

Function = ast.FunctionDef | ast.AsyncFunctionDef


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


def test_functions_are_short() -> None:
    long = [
        f"{show(path)}:{node.lineno} {node.name} has {count} lines"
        for path in python_files()
        for node in ast.walk(parse(path))
        if isinstance(node, Function)
        and (count := (node.end_lineno or node.lineno) - node.lineno + 1) >= FUNCTION_LINES
    ]
    assert long == []


@cache
def classes() -> dict[str, list[ast.ClassDef]]:
    """Every class of the tree, by its bare name."""
    found: dict[str, list[ast.ClassDef]] = {}
    for path in modules().values():
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, []).append(node)
    return found


def inherited(node: ast.ClassDef) -> set[str]:
    """The documented methods of the bases of ``node`` that stand in the tree, and of theirs."""
    bases = {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases}
    found = set()
    for base in (each for name in bases for each in classes().get(name, ())):
        found |= inherited(base)
        found |= {
            method.name
            for method in base.body
            if isinstance(method, Function) and ast.get_docstring(method)
        }
    return found


def unexplained(path: Path, methods: bool) -> Iterator[str]:
    """Public names of a module without a docstring; of methods, those that override none."""
    tree = parse(path)
    yield from [show(path)] if not ast.get_docstring(tree) else []
    for node in public(tree.body):
        if not ast.get_docstring(node):
            yield f"{show(path)}:{node.lineno} {node.name}"
        if methods and isinstance(node, ast.ClassDef):
            known = inherited(node)
            for method in public(node.body):
                if not ast.get_docstring(method) and method.name not in known:
                    yield f"{show(path)}:{method.lineno} {node.name}.{method.name}"


def public(body: list[ast.stmt]) -> Iterator[Function | ast.ClassDef]:
    for node in body:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def test_public_names_are_explained() -> None:
    """Every module, class and function; methods where others build on them."""
    missing = [
        name
        for module, path in modules().items()
        for name in unexplained(path, module.partition(".")[0] in EXPLAINED)
    ]
    assert missing == []


def private(node: ast.AST) -> str:
    """The private name of another that ``node`` touches; "" for none."""
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) not in OWN:
        return node.attr if is_private(node.attr) else ""
    if isinstance(node, ast.ImportFrom):
        return next((alias.name for alias in node.names if is_private(alias.name)), "")
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("attr", "patch")):
        texts = [part.value for part in node.args if isinstance(part, ast.Constant)]
        named = [str(text).rpartition(".")[2] for text in texts if isinstance(text, str)]
        return next((name for name in named if is_private(name)), "")
    return ""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name not in PUBLIC


def test_tests_touch_no_private_members_of_others() -> None:
    """Also not by ``setattr`` and the like: what a test needs is an interface."""
    wrong = [
        f"{show(path)}:{getattr(node, 'lineno', 0)} {name}"
        for path in sorted(TESTS.rglob("*.py"))
        for node in ast.walk(parse(path))
        if (name := private(node))
    ]
    assert wrong == []


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
