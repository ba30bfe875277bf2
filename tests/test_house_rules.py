"""What keeps the tree readable: where tests stand, how long things are, what is explained."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
OF_THE_WHOLE = {"boundaries", "house_rules", "readme", "wheel"}
"""Subjects that are no module: tests of the whole tree."""


def show(path: Path) -> str:
    return str(path.relative_to(ROOT))


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
