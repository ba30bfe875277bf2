"""The library: what is listed, found and opened."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.viewer.drawn_text import cut_texts
from tests.viewer.panel_fixtures import Bench, heard, swaying
from viewer.library.control import LibraryControl
from viewer.library.entries import ENTRY, LibraryEntry
from viewer.library.panel import ROW, SECTION, LibraryPanel
from viewer.ui.theme import DARK


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six clips in a folder and its two sub-folders."""
    path = tmp_path / "mocap" / "start.bvh"
    for place in ("salsa/slow", "walks"):
        (tmp_path / "mocap" / place).mkdir(parents=True)
    write_bvh(to_clip(swaying(3, 1.0), 1 / 30, "start"), path)
    for name in ("salsa/slow/one", "salsa/slow/two", "walks/three", "walks/four", "walks/five"):
        shutil.copy(path, tmp_path / "mocap" / f"{name}.bvh")
    return tmp_path / "mocap"


def test_a_folder_given_at_the_start_is_listed_above_the_demo_clips(
    open_bench: Callable[..., Bench], small_assets: Path, folder: Path
) -> None:
    bench = open_bench(small_assets, folder)
    library, studio = bench.control("LibraryControl"), bench.window.studio
    bench.until(lambda: studio.motion is not None and studio.motion.title == "start")
    assert [(entry.section, entry.title) for entry in shown(library)] == [
        ("mocap", "start"),
        ("mocap / salsa / slow", "one"),
        ("mocap / salsa / slow", "two"),
        ("mocap / walks", "five"),
        ("mocap / walks", "four"),
        ("mocap / walks", "three"),
        ("Demo clips", "Slow sway"),
        ("Demo clips", "Quick sway"),
    ]
    model = library.panel.model
    bench.until(lambda: len(model.strips) == 8)
    assert [model.details(entry) for entry in model.shown[:2]] == ["3.0 s", "3.0 s"]


def test_a_listed_clip_keeps_its_place_when_it_is_opened(
    open_bench: Callable[..., Bench], small_assets: Path, folder: Path
) -> None:
    bench = open_bench(small_assets, folder)
    library, studio = bench.control("LibraryControl"), bench.window.studio
    bench.until(lambda: studio.motion is not None and len(shown(library)) == 8)
    before = [entry.title for entry in shown(library)]
    for title in ("one", "two", "five"):
        bench.window.actions_["library.next"].trigger()
        bench.until(lambda title=title: studio.motion.title == title)
    assert [entry.title for entry in shown(library)] == before


def test_search_finds_the_folder_and_the_first_match_opens(
    open_bench: Callable[..., Bench], small_assets: Path, folder: Path
) -> None:
    bench = open_bench(small_assets)
    library, studio = bench.control("LibraryControl"), bench.window.studio
    told = heard(studio.notice)
    bench.window.open_paths([folder])
    bench.until(lambda: studio.motion is not None)
    assert [notice.text for (notice,) in told] == ["The library lists 6 clips of mocap."]
    QTest.keyClicks(library.panel.search, "salsa two")
    bench.until(lambda: [entry.title for entry in shown(library)] == ["two"])
    QTest.keyClick(library.panel.search, Qt.Key.Key_Return)
    bench.until(lambda: studio.motion.title == "two")


def test_the_newest_folder_stands_first_and_has_what_both_hold(
    open_bench: Callable[..., Bench], small_assets: Path, folder: Path
) -> None:
    bench = open_bench(small_assets)
    library = bench.control("LibraryControl")
    bench.window.open_paths([folder, folder / "walks"])
    bench.until(lambda: len(shown(library)) == 8)
    bench.until(lambda: shown(library)[0].section == "walks")
    assert [entry.section for entry in shown(library)].count("mocap / walks") == 0


def test_the_heading_stays_while_its_rows_scroll(show: Callable[[QWidget], None]) -> None:
    panel = LibraryPanel(DARK)
    show(panel)
    panel.set_entries([LibraryEntry(str(n), f"clip {n}", f"part {n // 20}") for n in range(60)])
    seen: list[str] = []
    paint = panel.list.delegate.paint_heading
    panel.list.delegate.paint_heading = lambda p, box, entry: (
        seen.append(entry.section), paint(p, box, entry)
    )  # fmt: skip

    def headings(at: int) -> list[str]:
        panel.list.verticalScrollBar().setValue(at)
        seen.clear()
        panel.list.grab()
        return list(seen)

    assert headings(0) == ["part 0"]
    assert headings(300) == ["part 0"]
    assert headings(20 * ROW + SECTION + 300) == ["part 1"]
    assert next(panel.list.in_sight()).key == "24"
    panel.search.setText("clip")
    assert next(panel.list.in_sight()).key == "0"


def test_without_demo_clips_it_says_so(
    open_bench: Callable[..., Bench], small_assets: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for shared in ("icons", "shaders"):
        (bare / shared).symlink_to(small_assets / shared)
    library = open_bench(bare).control("LibraryControl")
    assert isinstance(library, LibraryControl)
    assert "demo clips are missing" in library.panel.hint.text()
    assert shown(library) == []


def test_style_and_length_are_never_shortened(show: Callable[[QWidget], None]) -> None:
    panel = LibraryPanel(DARK)
    show(panel)
    panel.set_entries([LibraryEntry("salsa", "Salsa", "Demo clips", "salsa_dance", 14.0)])
    for width in range(216, 300):
        panel.resize(width, 200)
        assert cut_texts(panel) == []
