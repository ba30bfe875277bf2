"""The tour in a real window: each step is done as a person does it, by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.panel_fixtures import dispose, until
from viewer.model.demo import ASSETS
from viewer.ui.theme import ThemeSwitch
from viewer.window.tour.card import CLOSE, SKIP
from viewer.window.tour.steps import LAST, STEPS, Step
from viewer.window.tour.tour import SEEN, Tour
from viewer.window.window import MainWindow

KEYS = (
    Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_3, Qt.Key.Key_Right, Qt.Key.Key_Z,
    Qt.Key.Key_P, Qt.Key.Key_W, Qt.Key.Key_K,
)  # fmt: skip
"""By step; the fifth with Ctrl."""


@pytest.fixture(scope="module")
def window(app: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainWindow]:
    """A small window with all that ships, on the demo."""
    file = tmp_path_factory.mktemp("tour") / "settings.ini"
    themes = ThemeSwitch(app, "dark")
    themes.apply()
    settings = QSettings(str(file), QSettings.Format.IniFormat)
    made = MainWindow(settings, themes, engines=("numpy",), assets=ASSETS)
    themes.setParent(made)
    ready: list[bool] = []
    made.panels_ready.connect(lambda: ready.append(True))
    made.resize(1100, 640)
    made.open_demo()
    made.show()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("viewer.window.tour.tour.PRAISE_MS", 20)
        until(lambda: bool(ready))
    made.following.choose("tabs")
    yield made
    dispose(made)


def tour_of(window: MainWindow) -> Tour:
    """Its tour, not begun."""
    assert window.tour is not None
    window.tour.end()
    return window.tour


def press(window: MainWindow, key: Qt.Key) -> None:
    """As somebody does who looks at ``window``."""
    window.activateWindow()
    until(window.isActiveWindow)
    ctrl, none = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
    target = QApplication.focusWidget() or window
    QTest.keyClick(target, key, ctrl if key == Qt.Key.Key_Z else none)


def begun(tour: Tour) -> Step:
    """The step that is to be done now."""
    until(lambda: tour.step is not None and not tour.card.isHidden())
    assert tour.step is not None
    return tour.step


def test_every_step_waits_until_it_is_done_and_the_keyboard_is_enough(window: MainWindow) -> None:
    tour = tour_of(window)
    tour.begin()
    for number, (kind, key) in enumerate(zip(STEPS, KEYS, strict=True)):
        until(lambda kind=kind: isinstance(begun(tour), kind))
        step = begun(tour)
        assert tour.card.title.text() == step.title
        assert (tour.card.dots.now, tour.card.dots.count) == (number, len(STEPS))
        until(lambda step=step: not step.area().isEmpty() and not tour.outline.isHidden())
        QTest.qWait(50)
        assert tour.step is step  # told is not done
        for label in (tour.card.title, tour.card.words):
            assert label.height() >= label.heightForWidth(label.width())
        press(window, key)
        until(lambda step=step: tour.step is not step)
    until(lambda: tour.card.title.text() == LAST[0])
    assert tour.outline.isHidden() and tour.card.leave.text() == CLOSE
    press(window, Qt.Key.Key_Space)  # the button has the keyboard
    until(tour.card.isHidden)


@pytest.mark.parametrize("leave", ["escape", "button"])
def test_it_can_be_left_at_once(window: MainWindow, leave: str) -> None:
    tour = tour_of(window)
    tour.begin()
    begun(tour)
    assert tour.card.leave.text() == SKIP
    if leave == "escape":
        press(window, Qt.Key.Key_Escape)
    else:
        tour.card.leave.click()
    until(tour.card.isHidden)
    assert tour.step is None and tour.outline.isHidden()
    window.transport.toggle()  # what was to be done is nothing to it any more
    assert tour.card.isHidden()


def test_it_begins_by_itself_once(window: MainWindow) -> None:
    tour, settings = tour_of(window), window.bench.settings
    settings.remove(SEEN)
    document = window.store.document
    tour.begin(again=False)
    begun(tour)
    assert window.store.document.style == document.style
    tour.end()
    tour.begin(again=False)
    QTest.qWait(20)
    assert tour.card.isHidden()
    window.actions_["help.tour"].trigger()
    begun(tour)
    tour.end()


def test_the_card_hides_nothing_that_is_to_be_used(window: MainWindow) -> None:
    """But a part of the stage, which is large."""
    tour = tour_of(window)
    tour.begin()
    step, card = begun(tour), tour.card
    stage = window.stage_view.stage
    assert stage is not None
    corner = card.mapTo(window, card.rect().topLeft())
    assert not card.rect().translated(corner).intersects(step.area())
    assert card.width() < 0.45 * stage.width() and stage.rect().contains(card.geometry())
    tour.end()


def test_without_a_clip_it_opens_one(window: MainWindow, tmp_path: Path) -> None:
    tour = tour_of(window)
    for motion in window.studio.motions:
        window.studio.close_motion(motion.key)
    until(lambda: window.studio.motion is None)
    tour.begin()
    begun(tour)
    assert window.studio.motion is not None
    tour.end()
