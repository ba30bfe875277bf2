"""Every snippet of README and docs/ runs: here, slowly, or by the test that a mark names."""

from __future__ import annotations

import re
import shlex
import subprocess
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pytest

from tests.snippets import LANGUAGES, PAGES, Snippet, prepare, run, snippets
from tests.source_tree import ROOT, show
from training.__main__ import parsers
from viewer.gallery.broken_model import write_broken
from viewer.model.document import Document, Latent, OpenClip, Style, View
from viewer.model.session import Session
from viewer.model.session_file import write_session

ALL = [part for page in PAGES for part in snippets(page)]
QUICK = [part for part in ALL if part.runs and not part.transcript and part.mark != "slow"]
SLOW = [part for part in ALL if part.runs and part.mark == "slow"]
TRANSCRIPTS = [part for part in ALL if part.runs and part.transcript]
_TOOK = re.compile(r"in \d[\d.]* s|by \w+$|by \w+ (?=in)")


def by_page(parts: list[Snippet]) -> list[list[Snippet]]:
    return [same for page in PAGES if (same := [part for part in parts if part.page == page])]


def named(parts: list[Snippet]) -> str:
    return show(parts[0].page)


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """A folder to run a page in, and its environment."""
    environ = prepare(tmp_path)
    clip, worn = OpenClip(tmp_path / "walk.bvh", range=(30, 90)), Latent(np.zeros(64), "mean")
    session = Session(Document(clips=(clip,), style=Style(worn=worn), view=View(clip=clip.key)))
    write_session(tmp_path / "work.stride", session, ROOT / "assets")
    return tmp_path, environ


@pytest.mark.parametrize("parts", by_page(QUICK), ids=named)
def test_what_a_page_shows_runs(parts: list[Snippet], place: tuple[Path, dict[str, str]]) -> None:
    run(parts, *place)


@pytest.mark.slow
@pytest.mark.parametrize("parts", by_page(SLOW), ids=named)
def test_what_takes_long_runs(parts: list[Snippet], place: tuple[Path, dict[str, str]]) -> None:
    run(parts, *place)


@pytest.mark.slow
@pytest.mark.parametrize("part", TRANSCRIPTS, ids=str)
def test_a_command_prints_what_stands_there(
    part: Snippet, place: tuple[Path, dict[str, str]]
) -> None:
    folder, environ = place
    write_broken(ROOT / "assets" / "models" / "deepphase.onnx", folder / "broken.onnx")
    formats = snippets(ROOT / "docs" / "reference" / "file-formats.md")
    keys = next(each.text for each in formats if each.language == "json" and "ease" in each.text)
    (folder / "keys.json").write_text(keys, encoding="utf-8")
    for piece in part.text.removeprefix("$ ").split("\n$ "):
        command, _, told = piece.partition("\n")
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environ, capture_output=True, text=True
        )
        printed = (done.stdout + done.stderr).splitlines()
        lines = [line for line in told.splitlines() if line.strip() not in ("", "…")]
        missing = [t for t, p in zip_longest(lines, printed[: len(lines)]) if not alike(t, p or "")]
        assert missing == [], printed


def alike(told: str, printed: str) -> bool:
    """Whether a line is as it is told: … stands for anything; times and the engine may differ."""
    parts = [re.escape(part) for part in _TOOK.sub("", told).rstrip().split("…")]
    return bool(re.fullmatch(".*".join(parts), _TOOK.sub("", printed).rstrip()))


def test_snippets_are_found() -> None:
    assert len(QUICK) >= 10 and TRANSCRIPTS and SLOW


@pytest.mark.parametrize("part", [p for p in ALL if p.holder], ids=str)
def test_who_holds_a_snippet_is_there(part: Snippet) -> None:
    file, _, test = part.holder.partition("::")
    assert part.language in LANGUAGES
    assert (ROOT / file).exists()
    assert not test or f"def {test}(" in (ROOT / file).read_text(encoding="utf-8")


def test_commands_of_training_are_understood() -> None:
    """They take hours; that their options are there is seen at once."""
    page = ROOT / "docs" / "how-to" / "train.md"
    lines = page.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    commands = [line.partition("-m training ")[2] for line in lines if "-m training " in line]
    parsed = [parsers()[""].parse_args(shlex.split(line, comments=True)) for line in commands]
    assert len(parsed) >= 8
