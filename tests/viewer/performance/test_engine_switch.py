"""Engine, device and precision, chosen by a person while the window runs."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

import viewer.model.engines
import viewer.performance.engine_switch
from inference.engines import ENGINES
from inference.engines.base import Report
from inference.engines.numpy import NumpyEngine
from inference.errors import EngineError
from kernels.build import BuildError, build
from tests.viewer.conftest import FRAMES, FakeClock, Opener, open_file, settle, until
from viewer.performance.engine_switch import SETTING, remembered
from viewer.window.window import MainWindow

TICK_S = 1 / 60
TOLERANCE_M = {"mojo": 1e-4, "mojo-fast": 2e-3, "mojo-half": 5e-2, "numpy": 1e-4}


@pytest.fixture(scope="module")
def kernel() -> None:
    """The kernel is built before the clock of a test runs; no Mojo here is a skip by name."""
    try:
        build(lambda *_: None, threading.Event())
    except BuildError as error:
        pytest.skip(str(error))


def press(window: MainWindow, field: str, value: str) -> None:
    """Press a button of the performance panel as a person does."""
    window.docks["performance"].raise_()
    panel = window.docks["performance"].widget()
    QTest.mouseClick(panel.choices[field].buttons[value], Qt.MouseButton.LeftButton)


def chosen(window: MainWindow) -> str:
    """What the panel shows as pressed: ``mojo cpu half``."""
    choices = window.docks["performance"].widget().choices.values()
    return " ".join(n for c in choices for n, b in c.buttons.items() if b.isChecked())


def play(window: MainWindow, clock: FakeClock, ticks: int) -> Iterator[int]:
    """The frame on display after each sixtieth of a second."""
    for _ in range(ticks):
        clock.advance(TICK_S)
        window.transport.tick()
        QApplication.processEvents()
        yield window.transport.frame


def test_switching_while_playing_drops_no_frame(
    kernel: None, open_window: Opener, clock: FakeClock, walk: Path
) -> None:
    window = open_window(("mojo", "numpy"))
    open_file(window, walk)
    until(lambda: window.bridge.engine == "mojo")
    shown: list[int] = []
    window.studio.scene_changed.connect(lambda _: shown.append(window.transport.frame))
    engines: list[str] = []
    window.bridge.engine_changed.connect(engines.append)
    window.transport.play()
    switches = {10: ("precision", "half"), 50: ("engine", "numpy"), 90: ("precision", "fast")}
    for n, frame in enumerate(play(window, clock, FRAMES - 1), 1):
        assert frame == n
        if n in switches:
            press(window, *switches[n])
        if n - 30 in switches:
            settle(window)
    until(lambda: len(engines) >= 3)
    assert engines == ["mojo-half", "numpy", "mojo-fast"]
    assert list(dict.fromkeys(shown)) == list(range(1, FRAMES))
    assert window.transport.late_frames == 0
    assert window.status.badge.text() == "mojo · cpu · fast"
    assert chosen(window) == "mojo cpu fast"
    assert not window.toasts.shown


def test_switching_while_a_slider_moves_does_not_make_the_pose_jump(
    kernel: None, open_window: Opener, clock: FakeClock
) -> None:
    window = open_window(("mojo", "numpy"))
    until(lambda: window.bridge.engine == "mojo")
    slider = window.docks["style"].widget().latent.sliders[0].slider
    window.docks["style"].raise_()
    until(slider.isEnabled)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    until(lambda: window.studio.source == "latent")
    window.transport.play()
    list(play(window, clock, 20))
    settle(window)
    for field, value, engine in (
        ("precision", "half", "mojo-half"),
        ("engine", "numpy", "numpy"),
        ("precision", "fast", "mojo-fast"),
        ("precision", "fp32", "mojo"),
    ):
        before, at = window.studio.figure, window.transport.frame
        assert before is not None
        press(window, field, value)
        until(lambda engine=engine: window.bridge.engine == engine)
        until(lambda before=before: window.studio.figure is not before)
        settle(window)
        after = window.studio.figure
        assert after is not None and window.transport.frame == at
        jump = np.linalg.norm(after.positions - before.positions, axis=-1).max()
        assert jump < TOLERANCE_M["mojo-half" if engine == "numpy" else engine] + TOLERANCE_M[
            "mojo-fast" if engine == "mojo" else "numpy"]  # fmt: skip
        slider.setFocus()
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            QTest.keyClick(slider, key)
        settle(window)
        assert next(play(window, clock, 1)) in (at, at + 1)


def test_the_badge_offers_every_variant(
    open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer.model.engines, "has_gpu", lambda: False)
    monkeypatch.setattr(viewer.model.engines, "find_spec", lambda name: object())
    window = open_window()
    menu = window.status.badge.menu()
    titles = [action.text() for action in menu.actions()]
    assert titles == [
        "Mojo on the CPU, fp32", "Mojo on the CPU, fast", "Mojo on the CPU, half",
        "MAX on the CPU, fp32", "MAX on the GPU, fp32 (not here)", "NumPy on the CPU, fp32",
        "A server …",
    ]  # fmt: skip
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["NumPy on the CPU, fp32"]


def test_the_choice_is_remembered(kernel: None, open_window: Opener) -> None:
    window = open_window()
    window.actions_["engine.mojo-half"].trigger()
    until(lambda: window.bridge.engine == "mojo-half")
    assert remembered(window.bench.settings) == ("mojo-half", "")
    assert window.status.badge.property("state") == ""


def test_what_cannot_run_here_is_off_and_says_why(
    open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewer.model.engines, "has_gpu", lambda: False)
    window = open_window()
    gpu = window.docks["performance"].widget().choices["device"].buttons["gpu"]
    assert not gpu.isEnabled() and "no GPU here" in gpu.toolTip()
    window.actions_["engine.max-gpu"].trigger()
    (toast,) = window.toasts.shown
    assert "no GPU here" in toast.notice.text
    assert window.actions_["engine.numpy"].isChecked()
    assert window.bench.settings.value(SETTING) is None


def test_a_choice_that_cannot_run_any_more_starts_on_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = QSettings(str(tmp_path / "s.ini"), QSettings.Format.IniFormat)
    assert remembered(settings) == ("mojo", "")
    settings.setValue(SETTING, "an engine of last year")
    assert remembered(settings) == ("mojo", "")
    monkeypatch.setattr(viewer.model.engines, "has_gpu", lambda: False)
    settings.setValue(SETTING, "max-gpu")
    name, sentence = remembered(settings)
    assert name == "mojo" and sentence.endswith("Starting on Mojo on the CPU, fp32.")


def test_auto_moves_to_what_was_measured_as_faster(
    kernel: None, open_window: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a GPU the measurement is told what it finds; the move is real."""
    asked: list[tuple[str, str]] = []

    def measured(path: Path, engine: str, device: str) -> SimpleNamespace:
        asked.append((engine, device))
        return SimpleNamespace(engine="mojo-half")

    monkeypatch.setattr(viewer.performance.engine_switch, "load_model", measured)
    monkeypatch.setattr(viewer.performance.engine_switch, "has_gpu", lambda: False)
    window = open_window(("mojo", "numpy"))
    until(lambda: window.bridge.engine == "mojo")
    window.engine_switch.take_faster_device()
    settle(window)
    assert not asked
    monkeypatch.setattr(viewer.performance.engine_switch, "has_gpu", lambda: True)
    window.engine_switch.take_faster_device()
    until(lambda: window.bridge.engine == "mojo-half")
    assert asked == [("auto", "auto")]
    assert window.bench.settings.value(SETTING) is None


class Builder(NumpyEngine):
    """An engine that takes as long to build as the test says, and may fail."""

    name = "mojo"
    go_on = threading.Event()
    problem = ""

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        for elapsed in (1.2, 3.4):
            report(elapsed, 6.0, "Compiling the Mojo kernel")
        while not (self.go_on.wait(0.01) or cancel.is_set()):
            pass
        if self.problem:
            raise EngineError(self.problem)


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch) -> type[Builder]:
    made = type("Builder", (Builder,), {"go_on": threading.Event()})
    monkeypatch.setitem(ENGINES, "mojo", made)
    return made


def test_a_first_start_shows_what_is_compiled_and_how_long(
    open_window: Opener, builder: type[Builder]
) -> None:
    window = open_window(("mojo", "numpy"))
    strip, badge = window.status.preparing, window.status.badge
    until(lambda: strip.bar.value() == round(100 * 3.4 / 6))
    assert strip.isVisible()
    assert strip.label.text() == (
        "Compiling the Mojo kernel: 3 of about 6 s, running on numpy meanwhile"
    )
    assert badge.text() == "numpy · cpu · fp32" and badge.property("state") == "fallback"
    assert chosen(window) == "mojo cpu fp32"
    assert strip.geometry().right() < badge.geometry().left()
    builder.go_on.set()
    until(lambda: window.bridge.engine == "mojo")
    until(lambda: not strip.isVisible())
    assert badge.text() == "mojo · cpu · fp32" and badge.property("state") == ""


@pytest.mark.slow
def test_a_real_first_start_compiles_beside_the_playing_clip(
    kernel: None, open_window: Opener, walk: Path, clock: FakeClock, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path / "cache"))
    window = open_window(("mojo", "numpy"))
    open_file(window, walk)
    window.transport.play()
    sentences: set[str] = set()
    deadline = time.monotonic() + 180
    while window.bridge.engine != "mojo":
        assert time.monotonic() < deadline and not window.toasts.shown
        for frame in play(window, clock, 1):
            assert frame == round(window.transport.time_s * 60) % FRAMES
        sentences.add(window.status.preparing.label.text())
        time.sleep(0.02)
    until(lambda: not window.status.preparing.isVisible())
    assert window.transport.late_frames == 0
    assert any(
        re.fullmatch(
            r"Compiling the Mojo kernel for this machine: (\d+ of about \d+ s|\d+ s so far), "
            r"running on numpy meanwhile", sentence)
        for sentence in sentences
    )  # fmt: skip


def test_a_failed_compile_says_so_once(open_window: Opener, builder: type[Builder]) -> None:
    builder.problem = "The Mojo kernel could not be built (the disk is full)."
    builder.go_on.set()
    window = open_window(("mojo", "numpy"))
    until(lambda: bool(window.toasts.shown))
    settle(window)
    (toast,) = window.toasts.shown
    assert toast.notice.text.startswith(builder.problem)
    assert not window.status.preparing.isVisible()
    assert chosen(window) == "numpy cpu fp32"
    assert window.status.badge.property("state") == "fallback"
