"""Every panel has a page with its picture, and every picture of the gallery stands on a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.source_tree import ROOT
from tests.test_house_rules import tracked

GALLERY = ROOT / "assets" / "gallery"
PANELS = ROOT / "docs" / "reference" / "panels"
PAGES = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
_LINK = re.compile(r"\]\(([^)#\s]+\.(?:png|mp4))\)")


def linked(page: Path) -> set[Path]:
    """The pictures and films on it."""
    text = page.read_text(encoding="utf-8")
    return {(page.parent / name).resolve() for name in _LINK.findall(text)}


def test_every_dock_has_its_page() -> None:
    from viewer.window.layout import DOCKS

    pages = {page.stem for page in PANELS.glob("*.md")}
    assert {name for name, *_ in DOCKS} | {"stage", "timeline", "sessions"} <= pages


@pytest.mark.parametrize("page", sorted(PANELS.glob("*.md")), ids=lambda page: page.stem)
def test_a_panel_has_its_picture(page: Path) -> None:
    assert any(path.is_relative_to(GALLERY) and path.is_file() for path in linked(page))


def test_every_picture_is_on_a_page() -> None:
    shown = set().union(*map(linked, PAGES))
    made = {path for path in tracked() if path.is_relative_to(GALLERY)}
    assert len(made) > 40 and made - shown == set()
