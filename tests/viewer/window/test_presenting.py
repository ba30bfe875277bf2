"""Full screen and the demo, in real windows."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QObject, QSettings, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import FakeClock, Opener, open_file
from tests.viewer.panel_fixtures import PATIENCE_S, Bench, dispose, until
from viewer.model.demo import ASSETS, demo_clips
from viewer.model.document import Document
from viewer.model.style_edits import set_strength
from viewer.ui.theme import ThemeSwitch
from viewer.window.demo import IDLE_S, SCENE_S, Demo
from viewer.window.demo_band import SCENES
from viewer.window.window import MainWindow

Shipped = Callable[[], MainWindow]


@pytest.fixture
def shipped(app: QApplication, tmp_path: Path) -> Iterator[Shipped]:
    """Opens windows with all that ships; none of them may be left, a demo's neither."""
    before = main_windows()
    opened: list[MainWindow] = []

    def make() -> MainWindow:
        settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
        themes = ThemeSwitch(app, "dark")
        themes.apply()
        made = MainWindow(
            settings, themes, engines=("numpy",), assets=ASSETS, journals=tmp_path / "journals"
        )
        themes.setParent(made)
        opened.append(made)
        ready: list[bool] = []
        made.panels_ready.connect(lambda: ready.append(True))
        made.resize(1120, 720)
        made.show()
        until(lambda: bool(ready))
        return made

    yield make
    for made in opened:
        dispose(made)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert main_windows() == before


def main_windows() -> set[MainWindow]:
    """All that there are, also those that other tests share."""
    return {w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)}


def demo_of(window: MainWindow) -> tuple[Demo, Any]:
    """The demo that is shown, once it plays, and its window."""
    demo = window.presenting.demo
    assert demo is not None
    shown = demo.parent()
    assert isinstance(shown, MainWindow)
    until(lambda: demo.playing)
    return demo, shown


def but_for_camera(document: Document) -> Document:
    """The camera is drawn along by what plays."""
    return replace(document, view=replace(document.view, camera=None))


def live_until(happened: Callable[[], bool]) -> None:
    """Run an event loop as an application does, which also deletes what is to be deleted later."""
    loop, look = QEventLoop(), QTimer(interval=20)
    look.timeout.connect(lambda: happened() and loop.quit())
    look.start()
    QTimer.singleShot(int(1000 * PATIENCE_S), loop, loop.quit)
    loop.exec()
    assert happened()


def press(window: MainWindow, key: Qt.Key) -> None:
    """As a person does it who looks at ``window``."""
    window.activateWindow()
    until(window.isActiveWindow)
    QTest.keyClick(window, key)


def test_the_demo_leaves_all_that_the_person_had(shipped: Shipped, tmp_path: Path) -> None:
    window = shipped()
    clip = demo_clips(ASSETS)[2].path
    window.open_paths([clip])
    until(lambda: window.studio.motion is not None and window.transport.playing)
    window.store.apply(set_strength(0.6))
    window.docks["library"].hide()
    until(lambda: not window.studio.opening and window.store.document.view.camera is not None)
    before, steps = window.store.document, window.store.history
    engine, docks = window.bridge.engine, [dock.isVisible() for dock in window.docks.values()]
    press(window, Qt.Key.Key_F5)
    demo, shown = demo_of(window)
    assert shown is not window and shown.store is not window.store
    assert not window.transport.playing
    frame = window.transport.frame
    press(shown, Qt.Key.Key_4)
    until(lambda: demo.scene == 3 and demo.band.scene == 3)
    until(lambda: shown.store.document.style.worn is not None)
    assert shown.store.document != window.store.document
    press(shown, Qt.Key.Key_Escape)
    until(lambda: window.presenting.demo is None and window.transport.playing)
    assert but_for_camera(window.store.document) == but_for_camera(before)
    assert window.store.history is steps
    assert window.bridge.engine == engine
    assert [dock.isVisible() for dock in window.docks.values()] == docks
    assert abs(window.transport.frame - frame) < window.transport.frame_count


def test_nothing_is_kept_of_demos_that_were_left(shipped: Shipped) -> None:
    """None of their windows, nor of the parts that hang on them: some 60 MB each."""
    window = shipped()
    left: list[weakref.ref[MainWindow]] = []
    parts: list[int] = []
    for _ in range(5):
        window.presenting.show_demo()
        left.append(weakref.ref(demo_of(window)[1]))
        QTimer.singleShot(0, window, window.presenting.end_demo)
        live_until(lambda: left[-1]() is None)
        gc.unfreeze()
        parts.append(sum(issubclass(type(each), QObject) for each in gc.get_objects()))
    assert max(parts) - min(parts) < 20, parts


def test_number_keys_choose_scenes_with_their_captions(shipped: Shipped) -> None:
    window = shipped()
    window.presenting.show_demo()
    demo, shown = demo_of(window)
    captions = []
    for number in range(len(SCENES)):
        press(shown, Qt.Key(Qt.Key.Key_1 + number))
        until(lambda number=number: demo.band.scene == number)
        assert demo.band.title and demo.band.sentence
        captions.append(demo.band.title)
    assert len(set(captions)) == len(SCENES)
    press(shown, Qt.Key.Key_PageDown)
    until(lambda: demo.band.scene == 0)
    until(lambda: bool(demo.band.number))
    press(shown, Qt.Key.Key_F5)
    until(lambda: window.presenting.demo is None)


def test_the_stage_is_alone_and_covers_the_window(shipped: Shipped) -> None:
    window = shipped()
    window.presenting.show_demo()
    demo, shown = demo_of(window)
    assert shown.isFullScreen()
    for part in (shown.menuBar(), shown.status, shown.timeline, shown.stage_view.bar):
        assert not part.isVisible()
    assert not shown.docks["library"].isVisible()
    assert shown.stage_view.width() == demo.band.width() == shown.width()
    until(lambda: shown.stage_view.height() + demo.band.height() > 0.97 * shown.height())
    assert shown.stage_view.height() > 0.7 * shown.height()
    window.presenting.end_demo()


def test_it_is_pushed_falls_and_gets_up_by_itself(shipped: Shipped) -> None:
    window = shipped()
    window.presenting.show_demo(2)
    demo, shown = demo_of(window)
    told: list[str] = []

    def seen(words: str) -> bool:
        if not told or told[-1] != demo.band.title:
            told.append(demo.band.title)
        return words in told

    for words in ("A push", "It gets up by itself", "Up again, and on its way"):
        for _ in range(4):  # a busy machine simulates slower than life
            press(shown, Qt.Key.Key_F12)  # somebody is there, who wants this scene
            with suppress(AssertionError):
                until(lambda words=words: seen(words))
                break
        assert words in told, told
    assert shown.studio.source == "character"
    window.presenting.end_demo()


def test_idle_it_goes_on_to_the_next_scene(bench: Bench) -> None:
    """On a clock of the test's own."""
    window, clock = bench.window, FakeClock()
    demo = Demo(window, window.bench, window.stage_view, window.docks, clock)
    demo.begin(window.controls["style"], window.character, window.engine_switch, window.truth)  # type: ignore[arg-type]
    try:
        demo.play()
        assert demo.scene == 0
        clock.advance(SCENE_S)
        demo.play()
        assert demo.scene == 1
        demo.choose(4)
        clock.advance(SCENE_S + 1)
        demo.play()
        assert demo.scene == 4  # somebody has just chosen it
        clock.advance(IDLE_S)
        demo.play()
        assert demo.scene == 0
    finally:
        demo.close()
        demo.deleteLater()


def test_closing_the_person_s_window_closes_the_demo(shipped: Shipped) -> None:
    window = shipped()
    window.presenting.show_demo()
    _, shown = demo_of(window)
    window.close()
    assert window.presenting.demo is None and not shown.isVisible()
    dispose(shown)  # as the event loop of an application does


def test_full_screen_leaves_the_stage_alone_and_gives_all_back(open_window: Opener) -> None:
    window = open_window()
    around = [window.menuBar(), window.status, window.timeline, window.stage_view.bar]
    window.docks["phase"].raise_()
    window.docks["library"].hide()
    until(lambda: not window.docks["phase"].visibleRegion().isEmpty())
    before = [dock.isHidden() for dock in window.docks.values()]
    press(window, Qt.Key.Key_F11)
    until(window.isFullScreen)
    assert not any(part.isVisible() for part in (*around, *window.docks.values()))
    press(window, Qt.Key.Key_Escape)
    until(lambda: not window.isFullScreen())
    assert all(part.isVisible() for part in around)
    assert [dock.isHidden() for dock in window.docks.values()] == before
    assert window.actions_["dock.phase"].isChecked()
    assert not window.actions_["dock.library"].isChecked()
    until(lambda: not window.docks["phase"].visibleRegion().isEmpty())


def test_keys_work_in_full_screen(open_window: Opener, walk: Path) -> None:
    window = open_window()
    open_file(window, walk)
    window.presenting.toggle_fullscreen()
    until(window.isFullScreen)
    press(window, Qt.Key.Key_Space)
    assert window.transport.playing
    press(window, Qt.Key.Key_F11)
    until(lambda: not window.isFullScreen())


def test_a_window_closed_in_full_screen_opens_with_its_panels(open_window: Opener) -> None:
    first = open_window()
    seen = [name for name, dock in first.docks.items() if not dock.isHidden()]
    first.presenting.toggle_fullscreen()
    first.close()
    second = open_window()
    assert [name for name, dock in second.docks.items() if not dock.isHidden()] == seen
    assert second.menuBar().isVisible() and not second.isFullScreen()
