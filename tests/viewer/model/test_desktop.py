"""The entry in the desktop's menu: put in place, taken by the desktop's own tools, taken away."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Call
from viewer.model.demo import ASSETS
from viewer.model.desktop import ENTRY, ICON, TYPES, command, starting

KINDS = {"walk.bvh": "model/x-bvh", "study.stride": "application/x-stridescope-session"}
SHIPPED = ASSETS / "desktop" / "stridescope.desktop"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a desktop entry is for Linux")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home's data folder, which the desktop's tools look into."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("XDG_CURRENT_DESKTOP", raising=False)
    return tmp_path / "share"


def told(*words: object) -> str:
    """What a command prints; skipped by its name where it is not here."""
    if not shutil.which(str(words[0])):
        pytest.skip(f"{words[0]} is not here")
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def values(entry: str) -> dict[str, str]:
    lines = [line for line in entry.splitlines() if "=" in line]
    return dict(line.split("=", 1) for line in lines)  # type: ignore[misc]


def test_it_comes_and_goes(call: Call, data: Path) -> None:
    answer = call("--install-desktop")
    assert answer.code == 0 and str(data / ENTRY) in answer.out
    assert all((data / place).is_file() for place in (ENTRY, TYPES, ICON))
    assert (data / ICON).read_bytes() == (ASSETS / "icons" / "stridescope.svg").read_bytes()
    assert call("--install-desktop").code == 0  # again, over what is there
    answer = call("--uninstall-desktop")
    assert answer.code == 0 and "out of the menu" in answer.out
    assert not any((data / place).exists() for place in (ENTRY, TYPES, ICON))
    assert call("--uninstall-desktop").out == "Nothing was installed.\n"


def test_what_it_starts_is_this_program(call: Call, data: Path) -> None:
    call("--install-desktop")
    words = shlex.split(values((data / ENTRY).read_text())["Exec"])
    assert words == [*command(), "%F"]
    done = subprocess.run([*words[:-1], "--version"], capture_output=True, text=True)
    assert done.stdout.startswith("Stridescope ")


def test_a_folder_that_cannot_be_written_is_one_sentence(
    refused: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "file"))
    assert str(tmp_path / "file") in refused("--install-desktop")


def test_both_at_once_are_refused(refused: Callable[..., str]) -> None:
    assert "not allowed with" in refused("--install-desktop", "--uninstall-desktop")


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/opt/a b/x", '"/opt/a b/x"'),
        ("/50%/x", '"/50%%/x"'),
        ('/say "hi"/x', r'"/say \\"hi\\"/x"'),
        ("/a$b`c/x", r'"/a\\$b\\`c/x"'),
        ("/back\\slash/x", r'"/back\\\\slash/x"'),
    ],
)
def test_every_path_is_quoted_as_the_specification_says(
    tmp_path: Path, path: str, word: str
) -> None:
    entry = starting(SHIPPED.read_text(), [path, "main.py"])
    assert values(entry)["Exec"] == f'{word} "main.py" %F'
    written = tmp_path / "stridescope.desktop"
    written.write_text(entry)
    told("desktop-file-validate", written)


def test_the_entry_is_valid(call: Call, data: Path) -> None:
    call("--install-desktop")
    assert told("desktop-file-validate", data / ENTRY) == ""
    assert told("desktop-file-validate", SHIPPED) == ""


def test_files_are_known_by_their_names(call: Call, data: Path) -> None:
    """By the database that every desktop reads, and by Qt, which reads it too."""
    told("update-mime-database", "-v")
    call("--install-desktop")
    globs = (data / "mime" / "globs2").read_text().splitlines()
    assert {f"50:{kind}:*{Path(name).suffix}" for name, kind in KINDS.items()} <= set(globs)
    code = (
        "import sys; from PySide6.QtCore import QMimeDatabase\n"
        "for name in sys.argv[1:]: print(QMimeDatabase().mimeTypeForFile(name).name())"
    )
    shared = f"{data}:{os.environ.get('XDG_DATA_DIRS') or '/usr/local/share:/usr/share'}"
    done = subprocess.run(
        [sys.executable, "-c", code, *KINDS],
        env={**os.environ, "XDG_DATA_DIRS": shared}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == list(KINDS.values())


def test_files_open_with_it(call: Call, data: Path) -> None:
    told("update-desktop-database", "--help")
    told("xdg-mime", "--version")
    call("--install-desktop")
    for kind in KINDS.values():
        assert told("xdg-mime", "query", "default", kind) == "stridescope.desktop"
    call("--uninstall-desktop")
    for kind in KINDS.values():
        assert told("xdg-mime", "query", "default", kind) == ""


def test_the_types_are_those_of_the_entry() -> None:
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    root = ElementTree.parse(ASSETS / "desktop" / "stridescope.xml").getroot()
    found = [kind.get("type") for kind in root.findall("m:mime-type", space)]
    assert values(SHIPPED.read_text())["MimeType"].strip(";").split(";") == found
    assert set(found) == set(KINDS.values())
