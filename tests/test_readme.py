"""The README is what a newcomer needs: short, two commands, pictures, links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.source_tree import ROOT
from tests.test_docs import faults

README = ROOT / "README.md"


def text() -> str:
    return README.read_text(encoding="utf-8")


def test_it_is_short() -> None:
    assert len(text().splitlines()) <= 90


def test_what_it_names_is_there() -> None:
    assert faults(text(), ROOT) == []


def test_it_has_pictures_and_three_things_to_try() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text())
    assert len(pictures) >= 2 and all(Path(ROOT, each).is_file() for each in pictures)
    tried = text().partition("## Three things to try")[2].partition("\n## ")[0]
    assert re.findall(r"^(\d)\. \*\*", tried, re.MULTILINE) == ["1", "2", "3"]
