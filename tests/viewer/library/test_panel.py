"""The library: what is listed, found and opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.viewer.panel_fixtures import Bench, swaying
from viewer.library.control import LibraryControl
from viewer.library.panel import ENTRY, LibraryEntry


@pytest.fixture
def library(bench: Bench) -> LibraryControl:
    control = bench.control("LibraryControl")
    assert isinstance(control, LibraryControl)
    return control


def shown(library: LibraryControl) -> list[LibraryEntry]:
    model = library.panel.list.model()
    return [model.index(row, 0).data(ENTRY) for row in range(model.rowCount())]


def test_demo_clips_are_listed_with_style_and_length(library: LibraryControl) -> None:
    assert [(e.title, e.details, e.section) for e in shown(library)] == [
        ("Slow sway", "calm · 5.0 s", "Demo clips"),
        ("Quick sway", "lively · 5.0 s", "Demo clips"),
    ]


def test_every_clip_gets_its_picture(bench: Bench, library: LibraryControl) -> None:
    bench.until(lambda: len(library.panel.model.strips) == 2)
    strip = next(iter(library.panel.model.strips.values()))
    assert strip.points.shape == (5, 22, 2)
    with_pictures = library.panel.list.grab().toImage()
    library.panel.model.strips.clear()
    library.panel.set_theme(bench.window.bench.themes.current)
    assert library.panel.list.grab().toImage() != with_pictures


def test_searching_by_style_and_opening_with_enter(bench: Bench, library: LibraryControl) -> None:
    bench.window.actions_["library.search"].trigger()
    QTest.keyClicks(library.panel.search, "LIVELY")
    assert [entry.title for entry in shown(library)] == ["Quick sway"]
    QTest.keyClick(library.panel.search, Qt.Key.Key_Return)
    bench.until(lambda: bench.window.studio.motion.title == "Quick sway")
    assert bench.window.studio.motion.style == "lively"


def test_double_click_opens(bench: Bench, library: LibraryControl) -> None:
    view = library.panel.list
    spot = view.visualRect(view.model().index(1, 0)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    bench.until(lambda: bench.window.studio.motion.title == "Quick sway")


def test_next_and_previous_go_round(bench: Bench, library: LibraryControl) -> None:
    for action, title in (
        ("library.next", "Quick sway"),
        ("library.next", "Slow sway"),
        ("library.previous", "Quick sway"),
    ):
        bench.window.actions_[action].trigger()
        bench.until(lambda title=title: bench.window.studio.motion.title == title)
    assert len(bench.window.studio.motions) == 2


def test_an_opened_file_joins_the_list(
    bench: Bench, library: LibraryControl, tmp_path: Path
) -> None:
    path = tmp_path / "mine.bvh"
    write_bvh(to_clip(swaying(3, 1.0), 1 / 30, "mine"), path)
    bench.window.open_paths([path])
    bench.until(lambda: bench.window.studio.motion.title == "mine")
    first = shown(library)[0]
    assert (first.title, first.section) == ("mine", "Opened")
    assert first.seconds == pytest.approx(89 / 30, abs=1e-3)
    bench.window.actions_["clip.close"].trigger()
    assert [e.section for e in shown(library) if e.title == "mine"] == ["Recent"]


def test_without_demo_clips_it_says_so(
    open_bench: Callable[[Path], Bench], small_assets: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for shared in ("icons", "shaders"):
        (bare / shared).symlink_to(small_assets / shared)
    library = open_bench(bare).control("LibraryControl")
    assert isinstance(library, LibraryControl)
    assert "demo clips are missing" in library.panel.hint.text()
    assert shown(library) == []
