"""main.py bundle, and the commands that take a bundle in a session's place."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Call
from tests.viewer.commands.conftest import png_pixels
from tests.viewer.model.export.sessions import clip_session


@pytest.fixture
def session(walk_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return clip_session(tmp_path / "s.stride", walk_file, 1.0, (30, 60))


def test_a_session_becomes_a_bundle(call: Call, session: Path, tmp_path: Path) -> None:
    (tmp_path / "own.log").write_text("a line\n")
    bundle = tmp_path / "a.zip"
    answer = call("bundle", session, "-o", bundle, "--log", tmp_path / "own.log", "--json")
    assert answer.code == 0, answer.err
    facts = json.loads(answer.out)
    assert facts["files"] == ["files/001 walk.bvh"] and facts["bytes"] == bundle.stat().st_size
    with zipfile.ZipFile(bundle) as archive:
        assert sorted(archive.namelist()) == [
            "about.json", "files/001 walk.bvh", "log.txt", "session.stride",
        ]  # fmt: skip
        assert archive.read("log.txt") == b"a line\n"


def test_commands_take_a_bundle_as_they_take_its_session(
    call: Call, session: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "a.zip"
    assert call("bundle", session, "-o", bundle).out.startswith(f"{bundle}: the session with 1 ")
    for file, name in ((session, "a"), (bundle, "b")):
        picture = call("render", file, "-o", tmp_path / f"{name}.png", "--size", "96x64")
        assert picture.code == 0, picture.err
        clip = call("export", file, "-o", tmp_path / f"{name}.bvh", "--range", "loop")
        assert clip.code == 0 and "31 frames" in clip.out, clip.err
    assert png_pixels(tmp_path / "a.png") == png_pixels(tmp_path / "b.png")
    assert (tmp_path / "a.bvh").read_bytes() == (tmp_path / "b.bvh").read_bytes()
    told = json.loads(call("info", bundle, "--json").out)
    assert told["kind"] == "session" and told["warnings"] == []


def test_what_no_bundle_can_be_made_of(
    refused: Callable[..., str], session: Path, walk_file: Path, tmp_path: Path
) -> None:
    assert "a .stride file" in refused("bundle", walk_file, "-o", tmp_path / "a.zip")
    assert "a .zip file" in refused("bundle", session, "-o", tmp_path / "a.tar")
    assert "does not exist" in refused("bundle", session, "-o", tmp_path / "no" / "a.zip")
    (tmp_path / "bad.zip").write_bytes(b"PK")
    assert "damaged" in refused("render", tmp_path / "bad.zip", "-o", tmp_path / "a.png")
