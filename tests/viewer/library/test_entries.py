"""The search through the library, and how much of a full one the UI thread looks at."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStyleOptionViewItem, QWidget

from viewer.library.entries import EntryModel, LibraryEntry
from viewer.library.panel import ROW, EntryDelegate, LibraryPanel
from viewer.model.strip import Strip
from viewer.ui.clip_drag import clip_of
from viewer.ui.theme import DARK

MANY = 1164
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


class Counting(EntryDelegate):
    """Counts the rows that are measured and those that are painted."""

    measured = painted = 0

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        self.measured += 1
        return super().sizeHint(option, index)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        self.painted += 1
        super().paint(painter, option, index)


def test_of_a_thousand_rows_only_those_in_sight_are_painted_at_each_key(
    show: Callable[[QWidget], None],
) -> None:
    panel = LibraryPanel(DARK)
    panel.list.delegate = rows = Counting(DARK, panel.model, panel.list)
    panel.list.setItemDelegate(rows)
    show(panel)
    entries = [
        entry(str(n), f"{('walk', 'run', 'salsa')[n % 3]} {n:04d}", f"mocap / part {n // 20}")
        for n in range(MANY)
    ]
    for row in entries:
        panel.model.strips[row.key] = STRIP
    resets: list[int] = []
    panel.model.modelReset.connect(lambda: resets.append(panel.model.rowCount()))
    in_sight = panel.list.viewport().height() // ROW + 2

    def costs(work: Callable[[], object], shown: int) -> None:
        """Listed once, measured once a row, painted twice at most what can be seen."""
        rows.measured = rows.painted = 0
        resets.clear()
        work()
        QApplication.processEvents()
        assert resets == [shown] and rows.measured <= 2 * shown + 2 * in_sight
        assert 0 < rows.painted <= 2 * in_sight

    costs(lambda: panel.set_entries(entries), MANY)
    panel.set_current(entries[900].key)
    for key in "walk":
        costs(lambda key=key: QTest.keyClick(panel.search, key), MANY // 3)
    for shown in (*[MANY // 3] * 3, MANY):
        costs(lambda: QTest.keyClick(panel.search, Qt.Key.Key_Backspace), shown)


def test_a_row_can_be_dragged_and_carries_its_key() -> None:
    model = EntryModel()
    model.set_entries([LibraryEntry("/a.bvh", "a", "x"), LibraryEntry("/b.bvh", "b", "x")])
    index = model.index(1, 0)
    assert model.flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert clip_of(model.mimeData([index])) == "/b.bvh"
    assert model.mimeTypes() == model.mimeData([index]).formats()
