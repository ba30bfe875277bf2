"""The style map: mouse, wheel, keys and pixels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import heard, until
from viewer.style.map import MapDots, StyleMap
from viewer.ui.theme import DARK, LIGHT

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
STYLES = ("calm", "lively", "calm")
DOTS = MapDots.of(
    np.array([[-2, -2], [2, 2], [-1, 1.5]], np.float32),
    STYLES,
    ("Walk at 0.0 s", "Run at 1.0 s", "Walk at 0.5 s"),
)


@pytest.fixture
def plot(show: Callable[[QWidget], None]) -> StyleMap:
    made = StyleMap(DARK)
    show(made)
    made.set_dots(DOTS)
    made.set_marker(0.0, -1.0)
    QTest.qWait(20)
    return made


def at(plot: StyleMap, x: float, y: float) -> QPoint:
    return plot.view().place(x, y).toPoint()


def turn_wheel(plot: StyleMap, where: QPoint, notches: int) -> None:
    place = QPointF(where)
    wheel = QWheelEvent(
        place, plot.mapToGlobal(place), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(plot, wheel)


def ringed(plot: StyleMap, x: float, y: float) -> bool:
    """Whether the pixels show the ring around (x, y)."""
    picture, middle = plot.grab().toImage(), at(plot, x, y)
    return all(
        any(
            picture.pixelColor(middle + QPoint(dx, dy) * radius).lightnessF() > 0.8
            for radius in range(6, 10)
        )
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1))
    )


def test_a_press_moves_the_ring_there_and_a_drag_takes_it_along(plot: StyleMap) -> None:
    spies = [heard(s) for s in (plot.pressed, plot.dragged, plot.released, plot.picked)]
    QTest.mousePress(plot, LEFT, pos=at(plot, 0, 0))
    for x in (0.5, 1.0):
        QTest.mouseMove(plot, at(plot, x, -x))
    QTest.mouseRelease(plot, LEFT, pos=at(plot, 1, -1))
    pressed, dragged, released, picked = spies
    assert dragged == [pytest.approx((x, -x), abs=0.05) for x in (0, 0.5, 1.0)]
    assert (len(pressed), len(released), picked) == (1, 1, [])


def test_a_drag_beyond_the_edge_stays_in_sight(plot: StyleMap) -> None:
    spy = heard(plot.dragged)
    QTest.mousePress(plot, LEFT, pos=at(plot, 0, 0))
    QTest.mouseMove(plot, QPoint(plot.width() + 500, -500))
    QTest.mouseRelease(plot, LEFT, pos=QPoint(plot.width() + 500, -500))
    assert spy[-1] == pytest.approx(plot.view().point(QPointF(plot.width(), 0)))


def test_a_click_takes_the_dot_and_a_drag_from_it_moves_the_ring(plot: StyleMap) -> None:
    picked, dragged = heard(plot.picked), heard(plot.dragged)
    QTest.mouseClick(plot, LEFT, pos=at(plot, 2, 2) + QPoint(3, -2))
    assert (picked, dragged) == ([(1,)], [])
    QTest.mousePress(plot, LEFT, pos=at(plot, 2, 2))
    QTest.mouseMove(plot, at(plot, 1, 1))
    QTest.mouseRelease(plot, LEFT, pos=at(plot, 1, 1))
    assert picked == [(1,)] and dragged == [pytest.approx((1, 1), abs=0.05)]


def test_hovering_names_the_dot_until_the_pointer_leaves(plot: StyleMap) -> None:
    spy = heard(plot.hovered)
    QTest.mouseMove(plot, at(plot, -1, 1.5))
    until(lambda: spy == [(2,)])
    QTest.mouseMove(plot, at(plot, 0, 0))
    until(lambda: spy == [(2,), (-1,)])


def test_arrow_keys_move_by_a_share_of_the_layout(plot: StyleMap) -> None:
    spy = heard(plot.dragged)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    step = 4 / 64
    assert spy == [pytest.approx((0, -1 + step)), pytest.approx((-step, -1))]
    large = MapDots.of(DOTS.points * 100, STYLES, DOTS.labels)
    plot.set_dots(large)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert spy[-1] == pytest.approx((100 * step, -1))


def test_the_wheel_zooms_about_the_pointer_and_a_double_click_shows_all(plot: StyleMap) -> None:
    whole, dot = plot.view(), at(plot, 2, 2)
    turn_wheel(plot, dot, 2)
    assert plot.view().scale > 1.3 * whole.scale
    assert (at(plot, 2, 2) - dot).manhattanLength() <= 1
    for _ in range(60):
        turn_wheel(plot, dot, 1)
    assert plot.view().scale < 100 * whole.scale
    QTest.mouseDClick(plot, LEFT, pos=QPoint(20, 20))
    assert plot.view() == whole


def test_the_right_button_pans_and_says_nothing(plot: StyleMap) -> None:
    spies = [heard(s) for s in (plot.dragged, plot.picked, plot.pressed)]
    before = at(plot, 0, 0)
    QTest.mousePress(plot, RIGHT, pos=QPoint(50, 50))
    QTest.mouseMove(plot, QPoint(80, 40))
    QTest.mouseRelease(plot, RIGHT, pos=QPoint(80, 40))
    assert at(plot, 0, 0) - before == QPoint(30, -10)
    assert spies == [[], [], []]


def test_plus_minus_and_home_zoom_and_fit(plot: StyleMap) -> None:
    whole = plot.view()
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert plot.view().scale > whole.scale
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.view() == whole


def test_new_dots_are_fitted_unless_somebody_has_zoomed(plot: StyleMap) -> None:
    wide = MapDots.of(DOTS.points * 3, STYLES, DOTS.labels)
    before = plot.view()
    plot.set_dots(wide)
    assert plot.view().scale < before.scale
    turn_wheel(plot, QPoint(100, 100), 1)
    zoomed = plot.view()
    plot.set_dots(DOTS)
    assert plot.view() == zoomed


def test_a_dimmed_dot_is_not_hit(plot: StyleMap) -> None:
    plot.emphasize("calm")
    found = [plot.dot_near(plot.view().place(x, y)) for x, y in DOTS.points.tolist()]
    assert found == [0, -1, 2]
    plot.emphasize("")
    assert plot.dot_near(plot.view().place(2, 2)) == 1


def test_the_ring_moves_and_leaves_no_trace(plot: StyleMap) -> None:
    for step in range(21):
        plot.set_marker(step / 20, -step / 20)
        QApplication.processEvents()
    assert ringed(plot, 1.0, -1.0) and not ringed(plot, -1.0, -1.0)
    plot.set_marker(-1.0, -1.0)
    QTest.qWait(20)
    assert ringed(plot, -1.0, -1.0) and not ringed(plot, 1.0, -1.0)
    plot.setEnabled(False)
    QTest.qWait(20)
    assert not ringed(plot, -1.0, -1.0)


def test_the_diamond_of_the_character_comes_and_goes(plot: StyleMap) -> None:
    middle = at(plot, 1, -1.5)
    bare = plot.grab().toImage().pixelColor(middle)
    plot.set_character((1, -1.5))
    assert plot.grab().toImage().pixelColor(middle).name() == DARK.accent
    plot.set_character(None)
    assert plot.grab().toImage().pixelColor(middle) == bare


def test_the_theme_colors_the_ground(plot: StyleMap) -> None:
    plot.set_theme(LIGHT)
    assert plot.grab().toImage().pixelColor(at(plot, 0, 0)).name() == LIGHT.field


def test_it_says_what_it_is_for(plot: StyleMap) -> None:
    assert plot.accessibleName() and plot.accessibleDescription() and plot.toolTip()


def test_fifty_thousand_dots_are_not_painted_anew_as_the_ring_moves(plot: StyleMap) -> None:
    generator = np.random.default_rng(0)
    styles = tuple(f"style {index % 20}" for index in range(50_000))
    points = generator.normal(0, 2, (50_000, 2)).astype(np.float32)
    plot.set_dots(MapDots.of(points, styles, styles))
    until(plot.settled)
    QTest.qWait(20)
    for step in range(20):
        plot.set_marker(step / 50, step / 50)
        QApplication.processEvents()
        assert plot.settled()
