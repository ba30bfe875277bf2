"""Bundles from elsewhere: unpacked where they belong and nowhere else, or refused in a sentence."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.viewer.model.export.sessions import clip_session
from viewer.model.bundle import opening
from viewer.model.bundle.opening import KEPT, about_bundle, is_bundle, is_session, unpacked
from viewer.model.bundle.writing import write_bundle
from viewer.model.demo import ASSETS
from viewer.model.session import SessionError
from viewer.model.session_file import read_session

ABOUT = {"schema": opening.SCHEMA, "version": opening.VERSION}


@pytest.fixture(scope="module")
def bundle(walk_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundle")
    session, _ = read_session(clip_session(folder / "s.stride", walk_file), ASSETS)
    write_bundle(session, folder / "a.zip", {"timings": {"x": {}}, "driver": {"x": "y"}})
    return folder / "a.zip"


def made(path: Path, members: dict[str, bytes], about: Any = ABOUT) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("about.json", json.dumps(about))
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(path: Path, cache: Path) -> str:
    with pytest.raises(SessionError) as caught:
        unpacked(path, cache)
    said = str(caught.value)
    assert said.startswith(str(path)) and said.endswith(".") and "\n" not in said
    assert not cache.exists() or not list(cache.iterdir())
    return said


def test_names_tell_what_is_a_bundle() -> None:
    assert is_bundle("A.ZIP") and is_session("a.zip") and is_session("a.Stride")
    assert not is_bundle("a.stride") and not is_session("a.bvh")


def test_it_is_unpacked_once(bundle: Path, tmp_path: Path) -> None:
    first = unpacked(bundle, tmp_path)
    assert first.name == "session.stride" and (first.parent / "log.txt").is_file()
    written = first.stat().st_mtime_ns
    assert unpacked(bundle, tmp_path) == first and first.stat().st_mtime_ns == written
    assert about_bundle(bundle)["seeds"] == {"style": 0}


@pytest.mark.parametrize(
    "name",
    ["../evil", "files/../../evil", "/tmp/evil", "files/a/b", "files\\..\\evil", "C:evil",
     "files/..", "files/.hidden", "other.txt", "files/", "files/a\nb", "session.stride/x"],
)  # fmt: skip
def test_no_name_leads_elsewhere(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "a.zip", {"session.stride": b"{}", name: b"evil"})
    assert "which no bundle does" in refused(path, tmp_path / "cache")
    assert sorted(left.name for left in tmp_path.iterdir()) in (["a.zip"], ["a.zip", "cache"])


def test_a_link_in_it_is_a_plain_file(tmp_path: Path) -> None:
    path = made(tmp_path / "a.zip", {"session.stride": b"{}"})
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("files/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    found = unpacked(path, tmp_path / "cache").parent / "files" / "link"
    assert not found.is_symlink() and found.read_text() == "/etc/passwd"


def test_more_than_a_bundle_may_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_BYTES", 10_000)
    monkeypatch.setattr(opening, "MAX_ABOUT", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("about.json", json.dumps(ABOUT))
        archive.writestr("session.stride", b"{}")
        archive.writestr("files/bomb", bytes(50_000))
    assert "more than a bundle may" in refused(tmp_path / "a.zip", tmp_path / "cache")
    many = {"session.stride": b"{}"} | {f"files/{n}": b"" for n in range(opening.MAX_FILES + 2)}
    assert "more files" in refused(made(tmp_path / "b.zip", many), tmp_path / "cache")


@pytest.mark.parametrize(
    ("members", "about", "said"),
    [
        ({"session.stride": b"{}"}, {"schema": "other"}, "its schema is not"),
        ({"session.stride": b"{}"}, [1], "its schema is not"),
        ({"session.stride": b"{}"}, {**ABOUT, "version": 9}, "newer Stridescope"),
        ({}, ABOUT, "it holds no session.stride"),
    ],
)
def test_what_is_no_bundle(
    tmp_path: Path, members: dict[str, bytes], about: Any, said: str
) -> None:
    assert said in refused(made(tmp_path / "a.zip", members, about), tmp_path / "cache")


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty.zip").touch()
    (tmp_path / "text.zip").write_text("PK not really")
    (tmp_path / "folder.zip").mkdir()
    for name in ("empty.zip", "text.zip", "folder.zip", "absent.zip"):
        refused(tmp_path / name, tmp_path / "cache")


def test_damaged_ones_are_refused_or_whole(bundle: Path, tmp_path: Path) -> None:
    """Whatever is cut off or changed in the middle."""
    data, draw = bundle.read_bytes(), random.Random(3)
    for number in range(120):
        broken = bytearray(data)
        if number % 2:
            del broken[draw.randrange(len(data)) :]
        for _ in range(3):
            if broken:
                broken[draw.randrange(len(broken))] ^= 1 << draw.randrange(8)
        path, cache = tmp_path / f"{number}.zip", tmp_path / f"cache{number}"
        path.write_bytes(bytes(broken))
        try:
            unpacked(path, cache)
        except SessionError as error:
            assert str(error).endswith(".") and str(path) in str(error)
            assert not cache.exists() or not list(cache.iterdir())


def test_only_the_last_stay_unpacked(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    for number in range(KEPT + 3):
        path = made(tmp_path / f"{number}.zip", {"session.stride": b"{%d}" % number})
        last = unpacked(path, cache)
    assert len(list(cache.iterdir())) == KEPT and last.is_file()


def test_a_cache_that_cannot_be_written_is_told(bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SessionError, match="cannot be unpacked"):
        unpacked(bundle, tmp_path / "file" / "cache")
