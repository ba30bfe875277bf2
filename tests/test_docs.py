"""What the pages in docs/ name exists: files, folders, names of our code, and the lines quoted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.source_tree import PACKAGES, ROOT, module_name, modules, parse

PAGES = sorted((ROOT / "docs").rglob("*.md"))
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\]\(([^)#:\s]+)[^):]*\)")
_PATH = re.compile(r"[\w.-]+/[\w./*-]*|[\w-]+\.(?:py|md|toml|mojo)")
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?:\(\))?")
_FILE = re.compile(r"[\w-]+\.(?:onnx|json|png|mp4|npz)")
_YOURS = re.compile(r"[A-Z]+(?:_critic)?(?:\.\w+|/)")
"""What stands for a file or folder of the reader's own."""
_KEY = re.compile(r"[A-Z]|F\d+|Esc|Space|Backspace|Shift|Ctrl|Alt|Del")
OMITTED = "…"
"""A line of a quotation that stands for those left out."""


@cache
def texts() -> frozenset[str]:
    """The strings that our code holds: values of options, members of files, names of arrays."""
    nodes = (node for path in modules().values() for node in ast.walk(parse(path)))
    return frozenset(
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@cache
def members() -> dict[str, frozenset[str]]:
    """What is defined in each module and class, by its full name; in "" all of it."""
    tests = {module_name(path): path for path in (ROOT / "tests").rglob("*.py")}
    found: dict[str, frozenset[str]] = {}
    for module, path in {**modules(), **tests}.items():
        tree = parse(path)
        found[module] = frozenset(defined(tree.body))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                own = (n.attr for n in ast.walk(node) if _is_set_on_self(n))
                found[f"{module}.{node.name}"] = frozenset([*defined(node.body), *own])
    rooms = {part for name in found for part in name.split(".")}
    found[""] = frozenset(rooms.union(*found.values()))
    return found


def defined(body: list[ast.stmt]) -> Iterator[str]:
    """The names that statements of a module or class define, also under a condition."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
        elif isinstance(node, ast.If):
            yield from defined([*node.body, *node.orelse])


def _is_set_on_self(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


def exists(name: str) -> bool:
    """Whether ``name`` is one of our modules, classes, functions, fields, whose head may be short,
    a text of theirs, or a key."""
    owner, _, last = name.removesuffix("()").rpartition(".")
    if not owner:
        return last in members()[""] or name in texts() or bool(_KEY.fullmatch(name))
    owners = (known for known in members() if f".{known}".endswith(f".{owner}"))
    return any(last in members()[known] for known in owners) or name in modules()


def quoted(code: str, source: str) -> bool:
    """Whether the lines of ``code`` stand in ``source`` together; apart where some are omitted."""
    lines, at = [line.strip() for line in source.splitlines()], 0
    for run in re.split(rf"^\s*{OMITTED}$", code, flags=re.MULTILINE):
        wanted = [line.strip() for line in run.strip().splitlines()]
        places = range(at, len(lines) - len(wanted) + 1)
        begin = next((n for n in places if lines[n : n + len(wanted)] == wanted), None)
        if begin is None:
            return False
        at = begin + len(wanted)
    return True


def faults(page: str, folder: Path = ROOT / "docs") -> list[str]:
    """What a page in ``folder`` names and is not there, and what it quotes otherwise than it is."""
    wrong = []
    for link in _LINK.findall(page):
        if not (folder / link).exists():
            wrong.append(f"the link {link} leads nowhere")
    for span in _SPAN.findall(_FENCE.sub("", page)):
        if _YOURS.fullmatch(span):
            continue
        if _FILE.fullmatch(span):
            if span not in texts() and not any((ROOT / "assets").rglob(span)):
                wrong.append(f"no file is called {span}")
        elif _PATH.fullmatch(span):
            if not any(ROOT.glob(span.rstrip("/"))):
                wrong.append(f"there is no file {span}")
        elif _NAME.fullmatch(span) and not exists(span):
            wrong.append(f"there is no {span}")
    for fence in _FENCE.finditer(page):
        if fence[1] == "python" and not page[: fence.start()].endswith("<!-- run -->\n"):
            named = [s for s in _SPAN.findall(page[: fence.start()]) if s.endswith(".py")]
            source = (ROOT / named[-1]).read_text(encoding="utf-8") if named else ""
            if not quoted(fence[2], source):
                first = fence[2].strip().splitlines()[0]
                wrong.append(f"{named[-1:]} does not hold what begins {first!r}")
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT / "docs").as_posix())
def test_what_a_page_names_is_there(page: Path) -> None:
    assert faults(page.read_text(encoding="utf-8"), page.parent) == []


def test_the_architecture_shows_every_package() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    assert [name for name in PACKAGES if f"`{name}/`" not in page] == []


@pytest.mark.parametrize(
    "text",
    [
        "`viewer/model/undo.py`",
        "`viewer/nowhere/`",
        "`tests/viewer/*/test_nothing.py`",
        "`viewer.model.documents`",
        "`edits.move_stile`",
        "`DocumentStore.aply`",
        "`Document.playhead`",
        "`SigmaSlyder`",
        "[the page](pages.md)",
        "From `viewer/model/document.py`:\n\n```python\nclass Document:\n    playhead: int\n```\n",
        "From `viewer/model/edits.py`:\n\n```python\ndef set_loop(\n…\ndef set_speed(\n```\n",
    ],
)
def test_what_is_not_there_is_told(text: str) -> None:
    assert len(faults(text)) == 1


def test_what_is_there_passes() -> None:
    text = (
        "`viewer/model/`, `viewer/studio/*.py`, `viewer.model.document`, `edits.move_style()`, "
        "`DocumentStore.changed`, `View.camera`, `Studio.scene`, `document`, `main.py info FILE`, "
        "[README](../README.md#sessions)\n\nFrom `viewer/model/document.py`:\n\n"
        "```python\n@dataclass(frozen=True)\nclass Document:\n…\n"
        "    clips: tuple[OpenClip, ...] = ()\n```\n"
    )
    assert faults(text) == []
