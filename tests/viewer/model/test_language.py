"""What the window speaks: by name, by the system, and what is filled in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.source_tree import ROOT
from viewer.model.language import ENGLISH, available, choose, chosen, of_system, tr, trn, within


@pytest.fixture
def german() -> object:
    choose("de")
    yield
    choose(ENGLISH)


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "de_AT"}, "de"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "de_DE", "LANG": "en_US"}, "de"),
        ({"LANG": "xx_XX"}, "en"),
    ],
)
def test_the_system_is_asked(environ: dict[str, str], language: str) -> None:
    assert of_system(environ) == language


def test_english_is_what_stands_in_the_source() -> None:
    assert chosen() == ENGLISH
    assert tr("Open folder…") == "Open folder…"
    assert tr("{n:.1f} of it", n=2) == "2.0 of it"
    assert tr("braces {} without values") == "braces {} without values"
    assert (trn("{n} clip", "{n:,} clips", 1), trn("{n} clip", "{n:,} clips", 1200)) == (
        "1 clip", "1,200 clips",
    )  # fmt: skip
    assert within("Set speed") == "set speed"


def test_german_says_the_same(german: None) -> None:
    assert tr("Open folder…") == "Ordner öffnen…"
    assert tr("Skill {number}", number=3) == "Fähigkeit 3"
    assert trn("{n} clip", "{n:,} clips", 2) == "2 Clips"
    assert within("Tempo setzen") == "Tempo setzen"
    assert tr("what nobody says") == "what nobody says"


def test_a_language_that_is_not_here_is_one_sentence() -> None:
    with pytest.raises(ValueError, match="no language 'fr'; there are en and de"):
        choose("fr")
    assert available() == ("en", "de")
    done = subprocess.run(
        [sys.executable, "main.py", "--language", "fr"], cwd=ROOT, capture_output=True, text=True
    )
    said = "main.py: argument --language: there is no language 'fr' here; choose en or de.\n"
    assert (done.returncode, done.stderr) == (2, said)
