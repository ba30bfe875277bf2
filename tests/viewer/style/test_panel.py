"""The style panel on its own: what a person does and what it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QIcon
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QWidget

from motion.canonical import OFFSETS
from motion.restyling.sliders import Effect, StyleSlider
from tests.viewer.panel_fixtures import heard, until
from viewer.model.demo import ASSETS
from viewer.style.latent_panel import LatentPanel
from viewer.style.map_dots import MapDots
from viewer.style.panel import StylePanel
from viewer.ui.icons import Icons
from viewer.ui.theme import DARK, LIGHT, ThemeSwitch

LEFT = Qt.MouseButton.LeftButton
DOTS = MapDots.of(
    np.array([[-2, -2], [2, 2], [-1, 1.5]], np.float32),
    ("calm", "lively", "calm"),
    ("Walk at 0.0 s", "Run at 1.0 s", "Walk at 0.5 s"),
)
POSE = np.cumsum(OFFSETS, axis=0)


def slider(name: str) -> StyleSlider:
    effects = {"lean": Effect(-9.0, 12.0, "°"), "arm swing": Effect(-20.0, 38.0, "%")}
    return StyleSlider(name, "°", np.ones(3), np.ones(3) / 3, POSE, POSE, effects)


@pytest.fixture
def panel(app: QApplication, show: Callable[[QWidget], None]) -> StylePanel:
    themes = ThemeSwitch(app, "dark")
    made = StylePanel(DARK, Icons(ASSETS / "icons", themes), LatentPanel(DARK))
    made.set_sliders((slider("lean"), slider("arm swing")))
    show(made)
    return made


def show_dots(panel: StylePanel) -> None:
    """Put the dots on the map and let the panel lay itself out around the legend."""
    panel.set_dots(DOTS)
    QTest.qWait(30)


def at(panel: StylePanel, x: float, y: float) -> QPoint:
    """Where the map shows (x, y)."""
    return panel.map.view().place(x, y).toPoint()


def test_a_named_slider_says_its_number_and_sigma(panel: StylePanel) -> None:
    spy = heard(panel.slider_moved)
    row = panel.sliders[1]
    row.slider.setValue(150)
    assert spy == [(1, pytest.approx(1.5))]
    assert "arm swing +38 %" in row.slider.toolTip()
    assert "lean −9°" in row.slider.toolTip()


def test_a_lock_is_told_by_the_name_of_its_slider(panel: StylePanel) -> None:
    spy = heard(panel.lock_toggled)
    QTest.mouseClick(panel.sliders[0].lock, LEFT)
    assert spy == [("lean", True)]
    panel.set_locked(("arm swing",))
    assert [row.locked() for row in panel.sliders] == [False, True]


def test_other_sliders_take_the_place_of_those_before(panel: StylePanel) -> None:
    before = panel.sliders[0]
    panel.set_sliders((slider("lean"), slider("arm swing")))
    assert panel.sliders[0] is before
    panel.set_sliders((slider("lean"),))
    assert [row.name for row in panel.sliders] == ["lean"]
    panel.set_coordinates(np.array([-0.75]))
    assert panel.sliders[0].value() == pytest.approx(-0.75)


def test_showing_says_nothing(panel: StylePanel) -> None:
    signals = (panel.slider_moved, panel.seed_edited, panel.map_dragged, panel.strength_edited)
    spies = [heard(signal) for signal in signals]
    panel.set_coordinates(np.array([1.0, -1.0]))
    panel.set_seed(99)
    panel.set_strength(0.4)
    panel.set_worn("Walk as Angry")
    panel.set_nearest({"Angry walk at 3.0 s": 7})
    assert spies == [[], [], [], []]
    assert (panel.seed.value(), panel.strength.value()) == (99, 0.4)
    assert panel.worn.text() == "Walk as Angry"


def test_more_opens_the_latent(panel: StylePanel) -> None:
    assert not panel.latent.isVisible()
    panel.more.click()
    assert panel.latent.isVisible()


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
    for row in panel.sliders:
        for control in (row.slider, row.spin, row.reset, row.lock):
            assert control.accessibleName() and control.toolTip()
    for control in (panel.seed, panel.strength.slider, panel.strength.spin):
        assert control.accessibleName() and control.toolTip()


def test_a_click_on_a_nearest_clip_is_a_click_on_its_dot(panel: StylePanel) -> None:
    picked = heard(panel.dot_picked)
    panel.set_nearest({"A < B at 1.0 s": 3, "Walk at 2.0 s": 12})
    assert "A &lt; B at 1.0\N{NO-BREAK SPACE}s" in panel.nearest.text()
    panel.nearest.linkActivated.emit("12")
    assert picked == [(12,)]
    panel.set_nearest({})
    assert panel.nearest.text() == ""


def test_no_word_of_a_button_is_cut_at_the_width_of_its_dock(panel: StylePanel) -> None:
    for button, text, icon in (
        (panel.reset_button, "As it is", "reset"),
        (panel.from_clip_button, "From clip", "clip"),
        (panel.random_button, "Random", "dice"),
        (panel.export_button, "Export…", "export"),
    ):
        button.setText(text)
        button.setIcon(QIcon(str(ASSETS / "icons" / f"{icon}.svg")))
    panel.resize(320, 900)
    QTest.qWait(30)
    only_icon = Qt.ToolButtonStyle.ToolButtonIconOnly
    every = [button for button in panel.findChildren(QToolButton) if button.isVisible()]
    buttons = [b for b in every if b.text() and b.toolButtonStyle() != only_icon]
    assert {"As it is", "From clip", "Random", "More"} <= {button.text() for button in buttons}
    assert [b.text() for b in buttons if b.width() < b.sizeHint().width()] == []
