"""The map as pixels, and what pointer and wheel do on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from motion.phase.series import PhaseSeries
from tests.viewer.panel_fixtures import heard, until
from tests.viewer.pointer import hover
from viewer.distance.canvas import DistanceCanvas
from viewer.distance.tiles import MOST_TILES, Pair, palette
from viewer.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


def turning(frames: int) -> PhaseSeries:
    angle = np.pi * np.arange(frames) / 30
    return PhaseSeries(np.stack([np.cos(angle), np.sin(angle)], axis=-1), 1 / 30)


@pytest.fixture
def canvas(show: Callable[[QWidget], None]) -> Iterator[DistanceCanvas]:
    found = DistanceCanvas(DARK)
    show(found)
    found.resize(400, 200)
    found.resize(400, 376)
    series = turning(120)
    found.set_pair(Pair(series, series))
    until(found.settled)
    yield found
    found.maker.close()


def color(canvas: DistanceCanvas, row: int, column: int) -> QColor:
    at = canvas.to_point(row, column).toPoint()
    return canvas.grab().toImage().pixelColor(at)


def click(canvas: DistanceCanvas, row: int, column: int, control: bool = False) -> None:
    keys = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(canvas, LEFT, keys, canvas.to_point(row, column).toPoint())


def test_each_cell_has_the_colour_of_its_distance(canvas: DistanceCanvas) -> None:
    colors = palette("dark")
    for row, column in ((10, 40), (90, 60), (30, 30), (5, 100)):
        wanted = QColor(int(colors[int(canvas.pair.distance(row, column) * 255.99 / 2)]))
        found = color(canvas, row, column)
        apart = [abs(a - b) for a, b in zip(wanted.getRgb(), found.getRgb(), strict=True)]
        assert max(apart) <= 12, (row, column)


def test_the_theme_recolours_it(canvas: DistanceCanvas) -> None:
    before = color(canvas, 10, 40)
    canvas.set_theme(LIGHT)
    until(canvas.settled)
    assert color(canvas, 10, 40) != before


def test_a_click_is_of_two_frames(canvas: DistanceCanvas) -> None:
    said = heard(canvas.jumped)
    click(canvas, 12, 77)
    click(canvas, 100, 3, control=True)
    assert said == [(12, 77, False), (100, 3, True)]
    QTest.mouseClick(canvas, LEFT, pos=QPoint(5, 5))
    assert len(said) == 2, "beside the map there is no frame"


def test_a_mark_is_a_loop(canvas: DistanceCanvas) -> None:
    canvas.set_marks([(10, 70), (30, 90)])
    jumped, chosen = heard(canvas.jumped), heard(canvas.loop_chosen)
    click(canvas, 31, 90)
    click(canvas, 60, 30)
    assert chosen == [(1,)] and jumped == [(60, 30, False)]


def test_the_wheel_looks_nearer_and_a_drag_moves_it(canvas: DistanceCanvas) -> None:
    jumped = heard(canvas.jumped)
    at, before = canvas.to_point(60, 60), canvas.view.scale
    for _ in range(6):
        wheel = QWheelEvent(
            at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(canvas, wheel)
    assert canvas.view.scale == pytest.approx(1.0015 ** (120 * 6) * before)
    assert (canvas.to_point(60, 60) - at).manhattanLength() < 3
    QTest.mousePress(canvas, LEFT, pos=at.toPoint())
    for step in range(1, 11):
        QTest.mouseMove(canvas, at.toPoint() + QPoint(2 * step, step))
    QTest.mouseRelease(canvas, LEFT, pos=at.toPoint() + QPoint(20, 10))
    moved = canvas.to_point(60, 60) - at
    assert (moved - QPointF(20, 10)).manhattanLength() < 6
    assert jumped == [], "a drag is no click"
    QTest.mouseDClick(canvas, LEFT, pos=at.toPoint())
    assert canvas.view.fitted


def test_the_pointer_reads_both_frames(canvas: DistanceCanvas) -> None:
    said = heard(canvas.pointed)
    hover(canvas, canvas.to_point(20, 50))
    assert said[-1] == ((20, 50),)
    hover(canvas, QPointF(3, 3))
    assert said[-1] == (None,)


def test_the_playhead_crosses_the_map_and_leaves_no_trace(canvas: DistanceCanvas) -> None:
    def lines(frame: int) -> bool:
        picture, at = canvas.grab().toImage(), canvas.to_point(frame, frame)
        text = QColor(DARK.text)
        places = (QPointF(at.x(), at.y() - 30), QPointF(at.x() - 30, at.y()))
        return all(
            any(
                picture.pixelColor((place + QPointF(dx, dy)).toPoint()) == text
                for dx in (-1, 0, 1)
                for dy in (-1, 0, 1)
            )
            for place in places
        )

    canvas.set_heads(40.5 / 30, 40.5 / 30)
    assert lines(40)
    canvas.set_heads(80.5 / 30, 80.5 / 30)
    assert lines(80) and not lines(40)


def test_a_playhead_paints_no_tile_anew(
    canvas: DistanceCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(canvas.maker, "ask", lambda tiles: asked.append(tiles))
    for frame in range(100):
        canvas.set_heads(frame / 30, frame / 30)
        canvas.repaint()
    assert asked == []


def test_200000_frames_are_looked_at_in_a_bounded_number_of_tiles(canvas: DistanceCanvas) -> None:
    series = turning(200_000)
    canvas.set_pair(Pair(series, series))
    until(canvas.settled)
    for factor in (3.0,) * 12:
        canvas.zoom(factor)
        canvas.repaint()
        until(canvas.settled)
        assert len(canvas.maker.kept) <= MOST_TILES
    row = round(canvas.view.time(0, 100.0) * 30)
    column = round(canvas.view.time(1, 120.0) * 30)
    wanted = QColor(int(palette("dark")[int(canvas.pair.distance(row, column) * 255.99 / 2)]))
    found = color(canvas, row, column)
    apart = [abs(a - b) for a, b in zip(wanted.getRgb(), found.getRgb(), strict=True)]
    assert max(apart) <= 12


def test_nothing_is_an_empty_map(canvas: DistanceCanvas) -> None:
    canvas.set_pair(None)
    said = heard(canvas.jumped)
    QTest.mouseClick(canvas, LEFT, pos=QPoint(200, 200))
    assert said == [] and not canvas.settled()
    assert canvas.grab().toImage().pixelColor(200, 200) == QColor(DARK.panel)


def test_a_motion_that_changes_keeps_its_view_and_its_picture(canvas: DistanceCanvas) -> None:
    canvas.zoom(3.0)
    until(canvas.settled)
    view, before = canvas.view, color(canvas, 60, 62)
    other = PhaseSeries(canvas.pair.a.xy * [1.0, 0.5], 1 / 30)
    canvas.set_pair(Pair(other, other), growing=True)
    assert canvas.view == view and not canvas.settled()
    assert color(canvas, 60, 62) == before, "what was there stands in"
    until(canvas.settled)
    wanted = QColor(int(palette("dark")[int(canvas.pair.distance(60, 62) * 255.99 / 2)]))
    found = color(canvas, 60, 62)
    apart = [abs(a - b) for a, b in zip(wanted.getRgb(), found.getRgb(), strict=True)]
    assert max(apart) <= 12
    canvas.set_pair(Pair(other, other))
    assert canvas.view.fitted and color(canvas, 60, 62) == QColor(DARK.field)
