"""Clips of a listed folder on the style map of the real window."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.viewer.conftest import SNAKE
from tests.viewer.panel_fixtures import Bench, swaying
from viewer.model.listing import ListedClip, Listing
from viewer.model.style_cache import CACHE
from viewer.style.control import StyleControl
from viewer.style.library import MAX_PLACES, places

CLIPS, SECONDS = 6, 4.0


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six clips in two sub-folders, a broken one, and one that is no human rig."""
    root = tmp_path / "mocap"
    for number in range(CLIPS):
        place = root / f"day{number % 2}"
        place.mkdir(parents=True, exist_ok=True)
        clip = to_clip(swaying(SECONDS, 0.4 + 0.3 * number), 1 / 30, f"take {number}")
        write_bvh(clip, place / f"take{number}.bvh")
    (root / "snake.bvh").write_text(SNAKE)
    (root / "broken.bvh").write_text(SNAKE.replace("MOTION", "MOTLEY"))
    return root


Listed = Callable[[Bench], StyleControl]


@pytest.fixture
def listed(open_bench: Callable[..., Bench], small_assets: Path, folder: Path) -> Bench:
    """A window in which the folder was opened and all of it is encoded."""
    bench = open_bench(small_assets)
    control = bench.control("StyleControl")
    bench.until(lambda: control.atlases.atlas is not None)
    bench.window.open_paths([folder])
    bench.until(lambda: len(control.library.clips) == CLIPS and not control.library.busy)
    bench.until(lambda: "mocap/day1" in control.panel.map.dots.names)
    bench.until(lambda: dots_of(control, "mocap/day0", "mocap/day1") == CLIPS * 3)
    return bench


def dots_of(control: StyleControl, *styles: str) -> int:
    by_style = control.panel.map.dots.by_style()
    return sum(len(by_style.get(style, ())) for style in styles)


def test_its_windows_join_the_map_and_others_are_counted(listed: Bench, folder: Path) -> None:
    control = listed.control("StyleControl")
    dots = control.panel.map.dots
    assert {path.name for path in control.library.skipped} == {"snake.bvh", "broken.bvh"}
    last = dots.labels[len(dots.points) - 1]
    assert last.startswith("mocap/day") and last.endswith(" at 2.0 s")
    file = Path(control.atlases.file(len(dots.points) - 1))
    assert file.parent == (folder / "day1").resolve()
    assert control.atlases.file(0) == "" or Path(control.atlases.file(0)).parent != file.parent
    assert np.isfinite(dots.points).all()


def test_a_click_on_such_a_dot_takes_its_style(listed: Bench) -> None:
    control = listed.control("StyleControl")
    row = len(control.panel.map.dots.points) - 1
    control.panel.map.picked.emit(row)
    worn = listed.window.store.document.style.worn
    assert worn is not None and worn.label.startswith("take")
    assert np.array_equal(worn.values, control.atlases.atlas.styles[row])


def test_a_folder_that_goes_takes_its_dots_along(listed: Bench, tmp_path: Path) -> None:
    control = listed.control("StyleControl")
    listed.window.listings.folders = ()
    listed.window.listings.changed.emit()
    listed.until(lambda: dots_of(control, "mocap/day0", "mocap/day1") == 0)
    assert control.library.clips == []


def test_the_next_window_has_it_from_the_cache(
    listed: Bench, folder: Path, cache: Path, open_bench: Callable[..., Bench], small_assets: Path
) -> None:
    first = {clip.path: clip.latents for clip in listed.control("StyleControl").library.clips}
    (kept,) = cache.rglob(CACHE)
    for path in folder.rglob("take*.bvh"):  # as large and as old, but no clip any more
        status = path.stat()
        path.write_bytes(b"#" * status.st_size)
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    bench = open_bench(small_assets)
    control = bench.control("StyleControl")
    bench.window.studio.files_listed.emit(listed.window.listings.folders[0])
    bench.until(lambda: len(control.library.clips) == CLIPS)
    assert kept.is_file()
    for clip in control.library.clips:
        assert np.array_equal(clip.latents, first[clip.path])


def test_closing_the_window_ends_the_process(
    open_bench: Callable[..., Bench], small_assets: Path, tmp_path: Path
) -> None:
    clip = to_clip(swaying(8.0, 0.5), 1 / 30, "take")
    many = tmp_path / "many"
    many.mkdir()
    for number in range(60):
        write_bvh(clip, many / f"{number}.bvh")
    bench = open_bench(small_assets)
    control = bench.control("StyleControl")
    bench.until(lambda: control.atlases.atlas is not None)
    bench.window.open_paths([many])
    bench.until(lambda: control.library.pid is not None)
    pid = control.library.pid
    bench.window.close()

    def gone() -> bool:
        try:
            return " Z " in Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return True

    bench.until(gone)


def test_a_folder_with_many_sub_folders_is_one_entry() -> None:
    def listing(count: int) -> Listing:
        clips = [ListedClip(Path(f"/m/{n}/a.bvh"), "a", f"{n}/deep") for n in range(count)]
        return Listing(Path("/m"), tuple(clips), True)

    assert places(listing(2)) == ["m/0", "m/1"]
    assert places(listing(MAX_PLACES + 1)) == ["m"] * (MAX_PLACES + 1)
