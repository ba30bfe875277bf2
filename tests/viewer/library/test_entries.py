"""The search through the library, and what a full library costs the UI thread."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from viewer.library.entries import EntryModel, LibraryEntry
from viewer.library.panel import LibraryPanel
from viewer.model.strip import Strip
from viewer.ui.clip_drag import clip_of
from viewer.ui.theme import DARK

MANY = 1164
FRAME_S = 0.016
STRIP = Strip(np.zeros((5, 2, 2), np.float32), np.array([-1, 0]))


def entry(key: str, title: str, section: str, style: str = "") -> LibraryEntry:
    return LibraryEntry(key, title, section, style, None)


@pytest.fixture
def model() -> EntryModel:
    made = EntryModel()
    made.set_entries([
        entry("1", "60_12", "mocap / cmu43 / salsa"),
        entry("2", "indian_06", "mocap / cmu43 / indian"),
        entry("3", "Salsa basics", "Demo clips", "proud_walk"),
        entry("4", "Walk", "Demo clips", "angry"),
    ])  # fmt: skip
    return made


@pytest.mark.parametrize(("text", "found"), [
    ("", "1234"),
    ("salsa", "13"),
    ("SALSA mocap", "1"),
    ("cmu43", "12"),
    ("proud walk", "3"),
    ("walk", "34"),
    ("  angry ", "4"),
    ("nothing", ""),
])  # fmt: skip
def test_all_words_are_sought_in_title_style_and_folder(
    model: EntryModel, text: str, found: str
) -> None:
    model.search(text)
    assert "".join(entry.key for entry in model.shown) == found
    assert model.rowCount() == len(found)


def test_sections_begin_where_they_do_among_what_is_shown(model: EntryModel) -> None:
    assert [model.begins(row) for row in range(4)] == [True, True, True, False]
    model.search("walk")
    assert [model.begins(row) for row in range(2)] == [True, False]
    assert (model.row_of("4"), model.row_of("1")) == (1, None)


def test_pictures_and_lengths_go_with_their_entries(model: EntryModel) -> None:
    for key in "13":
        model.strips[key], model.lengths[key] = STRIP, 2.5
    model.set_entries(model.entries[1:])
    assert set(model.strips) == set(model.lengths) == {"3"}
    assert model.details(model.shown[1]) == "proud walk · 2.5 s"


def busy_s(work: Callable[[], object]) -> float:
    """How long ``work`` and what follows from it keep the UI thread."""
    start = time.thread_time()
    work()
    QApplication.processEvents()
    return time.thread_time() - start


def test_a_thousand_rows_are_filled_and_searched_within_a_frame(
    show: Callable[[QWidget], None],
) -> None:
    panel = LibraryPanel(DARK)
    show(panel)
    entries = [
        entry(str(n), f"{('walk', 'run', 'salsa')[n % 3]} {n:04d}", f"mocap / part {n // 20}")
        for n in range(MANY)
    ]
    for row in entries:
        panel.model.strips[row.key] = STRIP

    filling = busy_s(lambda: panel.set_entries(entries))
    panel.set_current(entries[900].key)
    assert panel.model.rowCount() == MANY
    keys = [Qt.Key.Key_W, Qt.Key.Key_A, Qt.Key.Key_L, Qt.Key.Key_K, *[Qt.Key.Key_Backspace] * 4]
    typing = [busy_s(lambda key=key: QTest.keyClick(panel.search, key)) for key in keys]
    assert panel.model.rowCount() == MANY
    assert filling < 2 * FRAME_S, filling
    assert max(typing) < FRAME_S, typing


def test_a_row_can_be_dragged_and_carries_its_key() -> None:
    model = EntryModel()
    model.set_entries([LibraryEntry("/a.bvh", "a", "x"), LibraryEntry("/b.bvh", "b", "x")])
    index = model.index(1, 0)
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert clip_of(model.mimeData([index])) == "/b.bvh"
    assert model.mimeTypes() == model.mimeData([index]).formats()
