"""The canvas of maps: where rows are, what is painted there, what a person picks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.viewer.panel_fixtures import heard
from viewer.model.heat_map import heat_map
from viewer.network.canvas import MapCanvas
from viewer.network.lanes import Curve, Lane, color_table, joint_labels
from viewer.ui.theme import DARK

FRAMES, FRAME_TIME = 300, 1 / 30
VALUES = np.zeros((FRAMES, 22))
VALUES[100:160, 5] = 1
VALUES[200:, 9] = 1


@pytest.fixture
def canvas(show: Callable[[QWidget], None]) -> MapCanvas:
    made = MapCanvas("Maps", "Maps of a test", DARK)
    show(made)
    order = np.arange(22)[::-1]
    lanes = [
        Lane("one", heat_map(VALUES), np.arange(22), 1, joint_labels(1)),
        Lane("other", heat_map(VALUES), order, 2),
    ]
    made.view.set_mode("fit")
    made.set_lanes(lanes, FRAMES, FRAME_TIME)
    return made


def color(canvas: MapCanvas, lane: int, row: int, time_s: float) -> QColor:
    at = QPointF(canvas.to_x(time_s), canvas.row_y(lane, row)).toPoint()
    return canvas.grab().toImage().pixelColor(at)


@pytest.mark.parametrize("mode", ["fit", "follow"])
def test_rows_are_painted_where_they_are_bright(canvas: MapCanvas, mode: str) -> None:
    dark, bright = (QColor.fromRgb(color_table()[place]) for place in (0, 255))
    canvas.view.set_mode(mode)  # type: ignore[arg-type]
    canvas.set_time(5.5)
    for lane in (0, 1):
        assert color(canvas, lane, 5, 4.2) == bright
        assert color(canvas, lane, 5, 6.0) == dark
        assert color(canvas, lane, 9, 4.2) == dark
        assert color(canvas, lane, 9, 7.5) == bright
    assert color(canvas, 0, 5, 5.5) == QColor("#ffffff"), "the playhead"


def test_up_and_down_pick_the_row_beside(canvas: MapCanvas) -> None:
    picked = heard(canvas.picked)
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    for marked in ((0, 20), (0, 21), (1, 21)):
        canvas.set_curve(None, marked)
        QTest.keyClick(canvas, Qt.Key.Key_Down)
    canvas.set_curve(None, (0, 0))
    QTest.keyClick(canvas, Qt.Key.Key_Up)
    assert picked == [(0, 0), (0, 21), (1, 21), (1, 20), (0, 0)]


def test_colors_grow_lighter_in_even_steps() -> None:
    lightness = [QColor.fromRgb(color).lightnessF() for color in color_table()[::51]]
    assert len(color_table()) == 256 and lightness[0] < 0.3 < lightness[-1]
    gray = [
        0.21 * (c >> 16 & 255) + 0.72 * (c >> 8 & 255) + 0.07 * (c & 255) for c in color_table()
    ]
    assert np.all(np.diff(gray) > -0.5), "perceptual: never darker again"


def test_a_press_picks_the_row_and_seeks(canvas: MapCanvas) -> None:
    picked, sought = heard(canvas.picked), heard(canvas.scrubbed)
    for lane, row in ((0, 9), (1, 2)):
        at = QPointF(canvas.to_x(3.0), canvas.row_y(lane, row)).toPoint()
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
        assert picked.pop() == (lane, row)
        assert sought.pop()[0] == pytest.approx(3.0, abs=0.05)
    QTest.mouseClick(
        canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, QPoint(150, 60)
    )
    assert not picked, "Shift pans"


def test_the_curve_stands_under_the_maps(canvas: MapCanvas) -> None:
    before = [canvas.row_y(lane, 3) for lane in (0, 1)]
    canvas.set_curve(Curve("five", VALUES[:, 5]), (0, 5))
    assert [canvas.row_y(lane, 3) for lane in (0, 1)] == before, "nothing moves"
    box = canvas.curve_rect()
    picture = canvas.grab().toImage()
    accent = QColor(DARK.accent)

    def drawn(time_s: float, y: float) -> bool:
        at = QPointF(canvas.to_x(time_s), y).toPoint()
        around = (picture.pixelColor(at.x(), at.y() + d) for d in (-1, 0, 1))
        return any(abs(c.hue() - accent.hue()) < 12 and c.value() > 90 for c in around)

    assert drawn(4.2, box.top() + 2) and not drawn(4.2, box.bottom() - 2)
    assert drawn(8.0, box.bottom() - 2) and not drawn(8.0, box.top() + 2)


def test_what_grows_goes_on_where_it_was_looked_at(canvas: MapCanvas) -> None:
    canvas.view.span_s = 2.0
    canvas.view.set_mode("follow")
    canvas.set_time(8.0)
    start = canvas.view.start_s
    longer = heat_map(np.concatenate([VALUES, VALUES]))
    canvas.set_lanes([Lane("one", longer, np.arange(22), 1)], 2 * FRAMES, FRAME_TIME)
    assert canvas.view.start_s == start and canvas.view.length_s == pytest.approx(599 / 30)
