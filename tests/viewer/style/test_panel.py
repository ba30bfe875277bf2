"""The style panel on its own: what a person does and what it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import heard, until
from viewer.style.map import MapDots
from viewer.style.panel import StylePanel
from viewer.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton
DOTS = MapDots(
    np.array([[-2, -2], [2, 2], [-1, 1.5]], np.float32),
    ("calm", "lively", "calm"),
    ("Walk at 0.0 s", "Run at 1.0 s", "Walk at 0.5 s"),
)


@pytest.fixture
def panel(show: Callable[[QWidget], None]) -> StylePanel:
    made = StylePanel(DARK)
    show(made)
    return made


def show_dots(panel: StylePanel) -> None:
    """Put the dots on the map and let the panel lay itself out around the legend."""
    panel.set_dots(DOTS)
    QTest.qWait(30)


def at(panel: StylePanel, x: float, y: float) -> QPoint:
    """Where the map shows (x, y)."""
    return panel.map.view().place(x, y).toPoint()


def test_a_dragged_slider_says_its_sigma(panel: StylePanel) -> None:
    spy = heard(panel.axis_moved)
    slider = panel.sliders[4].slider
    target = QPoint(round(slider.position_of(-150)), slider.height() // 2)
    QTest.mouseClick(slider, LEFT, pos=target)
    axis, sigma = spy[-1]
    assert axis == 4
    assert sigma == pytest.approx(-1.5, abs=0.03)
    assert panel.sliders[4].spin.value() == pytest.approx(sigma)


def test_a_typed_value_counts_on_enter(panel: StylePanel) -> None:
    spy = heard(panel.axis_moved)
    spin = panel.sliders[11].spin
    spin.lineEdit().selectAll()
    QTest.keyClicks(spin, "2.25")
    assert spy == []
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert spy == [(11, pytest.approx(2.25))]
    assert panel.sliders[11].slider.value() == 225


def test_keys_and_wheel_step_by_a_tenth(panel: StylePanel) -> None:
    slider = panel.sliders[0].slider
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert panel.coords()[0] == pytest.approx(0.1)
    wheel = QWheelEvent(
        QPointF(5, 5), slider.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(slider, wheel)
    assert panel.coords()[0] == pytest.approx(0.0)


def test_double_click_and_button_reset_one(panel: StylePanel) -> None:
    panel.set_coords(np.full(12, 1.2))
    QTest.mouseDClick(panel.sliders[3].slider, LEFT)
    QTest.mouseClick(panel.sliders[5].reset, LEFT)
    assert list(np.flatnonzero(panel.coords() == 0)) == [3, 5]


def test_showing_coordinates_says_nothing(panel: StylePanel) -> None:
    spies = [heard(s) for s in (panel.axis_moved, panel.seed_edited, panel.map_dragged)]
    panel.set_coords(np.linspace(-4, 4, 12))
    panel.set_seed(99)
    assert spies == [[], [], []]
    assert panel.coords() == pytest.approx(np.linspace(-4, 4, 12))
    assert panel.sliders[0].slider.value() == -300
    assert panel.map.marker() == pytest.approx((-4, -4 + 8 / 11))


def test_dragging_the_map_says_every_place(panel: StylePanel) -> None:
    show_dots(panel)
    spy = heard(panel.map_dragged)
    QTest.mousePress(panel.map, LEFT, pos=at(panel, 0, 0))
    for x in (0.5, 1.0, 1.5):
        QTest.mouseMove(panel.map, at(panel, x, -x))
    QTest.mouseRelease(panel.map, LEFT, pos=at(panel, 1.5, -1.5))
    assert spy == [pytest.approx([x, -x], abs=0.05) for x in (0.0, 0.5, 1.0, 1.5)]


def test_a_click_takes_the_dot_under_it(panel: StylePanel) -> None:
    show_dots(panel)
    picked, dragged = heard(panel.dot_picked), heard(panel.map_dragged)
    QTest.mouseClick(panel.map, LEFT, pos=at(panel, 2, 2))
    assert picked == [(1,)]
    assert dragged == []


def test_hovering_names_the_window(panel: StylePanel) -> None:
    show_dots(panel)
    spy = heard(panel.dot_hovered)
    QTest.mouseMove(panel.map, at(panel, -1, 1.5))
    until(lambda: spy == [(2,)])


def test_the_legend_names_each_style_once(panel: StylePanel) -> None:
    show_dots(panel)
    text = panel.legend.text()
    assert text.count("calm</a>") == text.count("lively</a>") == 1
    panel.legend.linkActivated.emit("calm")
    assert [panel.map.dot_near(panel.map.view().place(*dot)) for dot in DOTS.points.tolist()] == [
        0, -1, 2,
    ]  # fmt: skip


def test_without_a_decoder_everything_is_off_and_says_why(panel: StylePanel) -> None:
    panel.set_problem("The style decoder is not trained yet.")
    assert panel.problem.isVisible()
    assert not any(part.isEnabled() for part in (panel.map, panel.sliders[0], panel.seed))
    panel.set_problem("")
    assert panel.map.isEnabled() and not panel.problem.isVisible()


@pytest.mark.parametrize("width", [280, 320])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_nothing_is_cut_off(panel: StylePanel, width: int, theme: object) -> None:
    panel.set_theme(theme)
    show_dots(panel)
    panel.resize(width, 500)
    QTest.qWait(20)
    inside = panel.viewport().width()
    shown = [
        child for child in panel.body.findChildren(QWidget)
        if child.isVisible() and child.parent() is panel.body
    ]  # fmt: skip
    assert len(shown) > len(panel.sliders) > 0
    for child in shown:
        right = child.mapTo(panel.body, QPoint(child.width(), 0)).x()
        assert right <= inside, child.objectName()


def test_every_control_is_named_and_explained(panel: StylePanel) -> None:
    assert panel.sliders
    for row in panel.sliders:
        for control in (row.slider, row.spin, row.reset):
            assert control.accessibleName() and control.toolTip()
