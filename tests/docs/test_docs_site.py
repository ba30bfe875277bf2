"""The site: MkDocs builds it without a broken link or anchor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.source_tree import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("mkdocstrings", reason="the extra docs is not here")
    pytest.importorskip("material", reason="the extra docs is not here")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(folder)]
    environ = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_a_page_has_its_picture(site: Path) -> None:
    page = (site / "reference" / "panels" / "style.html").read_text(encoding="utf-8")
    assert 'src="../../assets/gallery/window-style.png"' in page
    assert (site / "assets" / "gallery" / "window-style.png").is_file()


def test_the_command_line_is_made_of_the_parsers(site: Path) -> None:
    page = (site / "reference" / "command-line.html").read_text(encoding="utf-8")
    assert 'id="mainpy-render"' in page and "--turntable" in page
    assert 'id="python-m-training-policy"' in page


def test_the_api_is_made_of_the_docstrings(site: Path) -> None:
    page = (site / "reference" / "api" / "motion.html").read_text(encoding="utf-8")
    assert 'id="motion.bvh.read_bvh"' in page and "where it stands in the file" in page


def test_the_hooks_are_no_pages(site: Path) -> None:
    assert not (site / "hooks").exists()
