"""The modules of the tree and every import between them, read from the syntax tree."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("motion", "kernels", "render", "inference", "character", "training", "viewer")
_CODE = re.compile(r"^\s*(?:import|from)\s+([\w.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Import:
    """``source``, a module of the tree, names ``target``, a module of it or of a library.

    by_string: it does not load it but starts it in a process of its own.
    """

    source: str
    target: str
    line: int
    by_string: bool

    def __str__(self) -> str:
        how = "starts" if self.by_string else "imports"
        return f"{show(modules()[self.source])}:{self.line} {how} {self.target}"


@cache
def modules() -> dict[str, Path]:
    """The files of the packages and main.py, by module name."""
    files = [ROOT / "main.py", *(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))]
    return {module_name(path): path for path in sorted(files)}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def show(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports() -> tuple[Import, ...]:
    """Every import in every module, at whatever level, and every module that a string starts."""
    found = []
    for source, path in modules().items():
        loaded = imported(source, parse(path), path.name == "__init__.py")
        found += [Import(source, name, line, False) for name, line in loaded]
        found += [Import(source, name, line, True) for name, line in started(parse(path))]
    return tuple(each for each in found if each.target != each.source)


def inner_imports() -> list[Import]:
    """Those of modules of the tree."""
    return [found for found in imports() if found.target in modules()]


def imported(source: str, tree: ast.Module, is_package: bool) -> Iterator[tuple[str, int]]:
    """Names and lines of what the module ``source`` imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(node, source, is_package)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield (inner if inner in modules() else base), node.lineno
        elif isinstance(node, ast.Call):
            yield from ((name, node.lineno) for name in called(node))
        elif isinstance(node, ast.JoinedStr):
            yield from ((name, node.lineno) for name in headed(node))


def absolute(node: ast.ImportFrom, source: str, is_package: bool) -> str:
    """The full name of what stands between ``from`` and ``import``."""
    if not node.level:
        return str(node.module)
    parts = source.split(".")
    parent = ".".join(parts[: len(parts) - node.level + is_package])
    return f"{parent}.{node.module}" if node.module else parent


def called(node: ast.Call) -> Iterator[str]:
    """``importlib.import_module("name")`` and ``__import__("name")``."""
    if ast.unparse(node.func).rpartition(".")[2] in ("import_module", "__import__"):
        yield from (str(given.value) for given in node.args[:1] if isinstance(given, ast.Constant))


def headed(node: ast.JoinedStr) -> Iterator[str]:
    """The modules that an f-string like f"viewer.commands.{name}" may name."""
    head = node.values[0]
    folder = str(head.value).rpartition(".")[0] if isinstance(head, ast.Constant) else ""
    if folder in modules():
        yield from (name for name in modules() if name.rpartition(".")[0] == folder)


def started(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """The modules that strings name whole, as ``-m`` takes them, or import as programs."""
    for node in strings(tree):
        text = str(node.value)
        names = [*_CODE.findall(text), *([text] if "." in text else [])]
        yield from ((name, node.lineno) for name in names if name in modules())


def strings(tree: ast.Module) -> list[ast.Constant]:
    """The string constants but for docstrings."""
    said = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in said
    ]


def circles(found: Iterable[Import]) -> list[list[Import]]:
    """Circles of imports, as short as may be, so many that every module in one is told of."""
    out: dict[str, dict[str, Import]] = {}
    for each in found:
        out.setdefault(each.source, {}).setdefault(each.target, each)
    told: list[list[Import]] = []
    done: set[str] = set()
    for start in sorted(out):
        if start not in done and (circle := _circle(start, out)):
            told.append(circle)
            done |= {each.source for each in circle}
    return told


def chain(circle: list[Import]) -> str:
    """``a → b → a``, and under it where each imports the next."""
    names = [each.source for each in circle]
    return "\n    ".join([" → ".join([*names, names[0]]), *map(str, circle)])


def _circle(start: str, out: dict[str, dict[str, Import]]) -> list[Import]:
    ways: dict[str, list[Import]] = {start: []}
    queue = [start]
    for at in queue:
        for target, each in out.get(at, {}).items():
            if target == start:
                return [*ways[at], each]
            if target not in ways:
                ways[target] = [*ways[at], each]
                queue.append(target)
    return []
