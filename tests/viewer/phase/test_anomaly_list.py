"""The list of anomalies: in order, sorted, clicked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from motion.phase.lint import Anomaly
from tests.viewer.panel_fixtures import heard
from viewer.phase.anomaly_list import COLUMNS, LOOP, ROWS_SHOWN, AnomalyList
from viewer.ui.theme import DARK

FOUND = (
    Anomaly("dead amplitude", 12, 20, 0.4, 0.3, 1.2),
    Anomaly("jump", 79, 80, 2.633, 7.2891, 1.21),
    Anomaly("reversal", 90, 93, 3.0, 0.0489, 2.4),
)
LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def listed(show: Callable[[QWidget], None]) -> AnomalyList:
    made = AnomalyList(DARK)
    made.set_look(DARK, QIcon())
    show(made)
    made.show_anomalies(FOUND)
    return made


def texts(listed: AnomalyList) -> list[list[str]]:
    model = listed.model()
    return [
        [model.index(row, column).data() for column in range(len(COLUMNS))]
        for row in range(model.rowCount())
    ]


def place(listed: AnomalyList, row: int, column: int) -> QPoint:
    return listed.visualRect(listed.model().index(row, column)).center()


def test_time_kind_size_and_severity_are_told(listed: AnomalyList) -> None:
    assert texts(listed) == [
        ["0.40 s", "dead", "0.3 s", "1.2", ""],
        ["2.63 s", "jump", "7.29 turns/s", "1.2", ""],
        ["3.00 s", "reversal", "0.0489 turns", "2.4", ""],
    ]
    tip = listed.model().index(0, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == str(FOUND[0])


def test_a_click_picks_and_the_last_column_loops(listed: AnomalyList) -> None:
    picked, looped = heard(listed.picked), heard(listed.loop_asked)
    QTest.mouseClick(listed.viewport(), LEFT, NO_KEY, place(listed, 1, 1))
    assert (picked, looped) == ([(1,)], [])
    QTest.mouseClick(listed.viewport(), LEFT, NO_KEY, place(listed, 2, LOOP))
    assert (picked, looped) == ([(1,)], [(2,)])


def test_sorted_by_severity_a_click_still_means_what_it_shows(listed: AnomalyList) -> None:
    listed.sortByColumn(COLUMNS.index("Severity"), Qt.SortOrder.DescendingOrder)
    assert [row[1] for row in texts(listed)] == ["reversal", "jump", "dead"]
    picked = heard(listed.picked)
    QTest.mouseClick(listed.viewport(), LEFT, NO_KEY, place(listed, 0, 0))
    assert picked == [(2,)]
    listed.choose(0)
    assert listed.currentIndex().row() == 2 and listed.chosen == 0


def test_others_take_their_place(listed: AnomalyList) -> None:
    listed.choose(2)
    listed.show_anomalies(FOUND[:1])
    assert len(texts(listed)) == 1 and listed.chosen is None
    listed.show_anomalies(())
    assert texts(listed) == [] and listed.isHidden()


def test_thousands_take_the_room_of_a_few(listed: AnomalyList) -> None:
    many = [Anomaly("jump", n, n + 1, n / 30, 7.0, 1.2) for n in range(20_000)]
    listed.show_anomalies(many[:ROWS_SHOWN])
    high = listed.height()
    listed.show_anomalies(many)
    assert listed.height() == high
    listed.choose(19_999)
    assert listed.visualRect(listed.currentIndex()).intersects(listed.viewport().rect())
