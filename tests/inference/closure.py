"""Which modules of ours a module may run, however deep: read from every import in the tree."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from tests.source_tree import inner_imports, modules


def closure(*roots: str) -> set[Path]:
    """The files of ``roots`` and of all that they import, in functions and for types too."""
    below: dict[str, set[str]] = defaultdict(set)
    for each in inner_imports():
        below[each.source].add(each.target)
    known, new = set(roots), list(roots)
    while new:
        found = below[new.pop()] - known
        known |= found
        new += found
    return {modules()[name] for name in known}
