"""What the bench does with a great deal of something, in the real window with little of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.viewer.panel_fixtures import Bench
from viewer.bench import scale_session, window_session
from viewer.bench.phase_session import write_long
from viewer.bench.scale_session import four_viewports, long_clip, many_clips, many_points


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("FRAMES", 500), ("CLIPS", 7), ("WINDOWS_A_CLIP", 5), ("SETTLE_S", 0.1)):
        monkeypatch.setattr(scale_session, name, value)
    costs = {"frame_p50_ms": 1.0, "frame_p95_ms": 2.0, "memory_mb": 3.0}
    monkeypatch.setattr(scale_session, "playing", lambda *_: costs)
    monkeypatch.setattr(scale_session, "bare_ms", lambda _: 0.0)
    monkeypatch.setattr(window_session, "PATIENCE_S", 300.0)  # others go before what encodes


def test_a_clip_is_open_when_it_is_in_a_picture(bench: Bench, little: None, tmp_path: Path) -> None:
    found = long_clip(bench.window, tmp_path)
    assert bench.window.studio.motion.path == tmp_path / "long.bvh"
    assert bench.window.transport.frame_count == 500
    assert 0 < found["open_s"] < 60 and found["frame_p95_ms"] == 2.0


def test_the_first_of_many_clips_is_shown_and_all_are_encoded(
    bench: Bench, little: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found = many_clips(bench.window, tmp_path)
    assert tmp_path / "library" in bench.window.studio.motion.path.parents
    assert 0 < found["first_s"] <= found["all_s"]
    assert len(bench.control("StyleControl").library.clips) == 7


def test_points_join_the_map_until_it_has_so_many(
    bench: Bench, little: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dots = bench.control("StyleControl").panel.map
    bench.until(lambda: bench.control("StyleControl").atlases.atlas is not None)
    wanted = len(dots.dots.points) + 40
    monkeypatch.setattr(scale_session, "POINTS", wanted)
    found = many_points(bench.window, tmp_path)
    assert found["join_s"] > 0 and len(dots.dots.points) >= wanted and dots.settled()


def test_four_clips_are_beside_each_other(bench: Bench, little: None, tmp_path: Path) -> None:
    four_viewports(bench.window, tmp_path)
    compare = bench.window.compare
    assert len(compare.seen) == 4 and all(each.chosen.figure is not None for each in compare.seen)


def test_the_long_clip_is_as_long_as_it_says(tmp_path: Path) -> None:
    text = write_long(tmp_path / "long.bvh", 11).read_text()
    assert "Frames: 11\n" in text
