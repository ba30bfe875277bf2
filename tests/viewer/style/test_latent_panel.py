"""The latent panel on its own: what a person does and what it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.viewer.panel_fixtures import heard
from viewer.style.latent_panel import LatentPanel
from viewer.ui.theme import DARK, LIGHT

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(show: Callable[[QWidget], None]) -> LatentPanel:
    made = LatentPanel(DARK)
    show(made)
    return made


def test_a_dragged_slider_says_its_sigma(panel: LatentPanel) -> None:
    spy = heard(panel.axis_moved)
    slider = panel.sliders[4].slider
    target = QPoint(round(slider.position_of(-150)), slider.height() // 2)
    QTest.mouseClick(slider, LEFT, pos=target)
    axis, sigma = spy[-1]
    assert axis == 4
    assert sigma == pytest.approx(-1.5, abs=0.03)
    assert panel.sliders[4].spin.value() == pytest.approx(sigma)


def test_a_typed_value_counts_on_enter(panel: LatentPanel) -> None:
    spy = heard(panel.axis_moved)
    spin = panel.sliders[11].spin
    spin.lineEdit().selectAll()
    QTest.keyClicks(spin, "2.25")
    assert spy == []
    QTest.keyClick(spin, Qt.Key.Key_Return)
    assert spy == [(11, pytest.approx(2.25))]
    assert panel.sliders[11].slider.value() == 225


def test_keys_and_wheel_step_by_a_tenth(panel: LatentPanel) -> None:
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


def test_double_click_and_button_reset_one(panel: LatentPanel) -> None:
    panel.set_coords(np.full(12, 1.2))
    QTest.mouseDClick(panel.sliders[3].slider, LEFT)
    QTest.mouseClick(panel.sliders[5].reset, LEFT)
    assert list(np.flatnonzero(panel.coords() == 0)) == [3, 5]


def test_showing_coordinates_says_nothing(panel: LatentPanel) -> None:
    spy = heard(panel.axis_moved)
    panel.set_coords(np.linspace(-4, 4, 12))
    assert spy == []
    assert panel.coords() == pytest.approx(np.linspace(-4, 4, 12))
    assert panel.sliders[0].slider.value() == -300


def test_only_the_axes_of_the_space_are_shown(panel: LatentPanel) -> None:
    panel.set_axes(5)
    panel.set_theme(LIGHT)
    assert [row.isVisible() for row in panel.sliders] == [True] * 5 + [False] * 7


def test_every_control_is_named_and_explained(panel: LatentPanel) -> None:
    for row in panel.sliders:
        for control in (row.slider, row.spin, row.reset):
            assert control.accessibleName() and control.toolTip()
