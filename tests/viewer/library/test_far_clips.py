"""Clips of a library that has more of them than are listed, and of an address."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="needs the extra cluster: pyarrow")

from tests.viewer.model.library.trees import Threads, write_walks
from tests.viewer.panel_fixtures import Bench
from viewer.library.control import LibraryControl
from viewer.model.library.clip_rows import Engine
from viewer.model.library.run import analyze_library


def open_library(bench: Bench, folder: Path, count: int) -> LibraryControl:
    bench.window.open_paths([folder])
    bench.until(lambda: len(titles(bench, folder.name)) == count)
    control = bench.control("LibraryControl")
    assert isinstance(control, LibraryControl)
    return control


def titles(bench: Bench, section: str) -> list[str]:
    shown = bench.control("LibraryControl").panel.model.shown
    return [entry.title for entry in shown if entry.section.startswith(section)]


def test_search_finds_what_is_not_listed(
    open_bench: Callable[..., Bench],
    small_assets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("viewer.model.listing", "viewer.library.far_clips"):
        monkeypatch.setattr(f"{module}.MAX_LISTED", 3)
    write_walks(tmp_path / "clips", 8)
    analyze_library([str(tmp_path / "clips")], tmp_path / "set", Threads(), Engine("numpy"))
    bench = open_bench(small_assets)
    control = open_library(bench, tmp_path / "set", 3)
    assert control.panel.hint.text() == "3 of 8 clips of set; search for the rest"
    control.panel.search.setText("TAKE007")
    bench.until(lambda: titles(bench, "set") == ["take007"])
    control.panel.search.setText("day")
    bench.until(lambda: "The first 3 of 8 clips of set" in control.panel.hint.text())
    control.panel.search.clear()
    bench.until(lambda: titles(bench, "set") == ["take000", "take002", "take004"])


def test_a_clip_of_an_address_is_fetched_and_opened(
    open_bench: Callable[..., Bench],
    small_assets: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("fsspec", reason="needs the extra cluster: fsspec")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (walk,) = write_walks(tmp_path / "clips", 1)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(walk, "take000.bvh")
    place = f"zip://::{tmp_path / 'all.zip'}"
    analyze_library([place], tmp_path / "set", Threads(), Engine("numpy"))
    bench = open_bench(small_assets)
    control = open_library(bench, tmp_path / "set", 1)
    key = next(e.key for e in control.panel.model.shown if e.section == "set")
    assert not Path(key).exists()
    control.open(key)
    bench.until(lambda: bench.window.studio.motion is not None)
    bench.until(lambda: bench.window.studio.motion.title == "take000")
    assert str(bench.window.studio.motion.path) == key
