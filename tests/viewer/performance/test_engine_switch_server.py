"""A server as the engine of the window: chosen, lost, there again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.serving_process import ServerProcess, serving
from tests.viewer.conftest import FakeClock, Opener, open_file, settle, until
from viewer.performance.engine_switch import SERVER, SETTING, remembered
from viewer.window.window import MainWindow


@pytest.fixture
def server(network_assets: Path) -> Iterator[ServerProcess]:
    """It has the very networks of the window."""
    with serving(*sorted((network_assets / "models").glob("*.onnx"))) as running:
        yield running


def enter(window: MainWindow, address: str) -> None:
    """Type the address into the panel and press the button beside it."""
    window.docks["performance"].raise_()
    field = window.docks["performance"].widget().server
    field.clear()
    QTest.keyClicks(field, address)
    use = window.docks["performance"].widget().choices["engine"].buttons["remote"]
    QTest.mouseClick(use, Qt.MouseButton.LeftButton)


def lost(window: MainWindow, server: ServerProcess) -> list[str]:
    """The messages on screen that the server is gone."""
    texts = [toast.notice.text for toast in window.toasts.shown]
    return [text for text in texts if f"no server at {server.url}" in text]


def play(window: MainWindow, clock: FakeClock, ticks: int) -> None:
    for _ in range(ticks):
        clock.advance(1 / 60)
        window.transport.tick()
        settle(window)


def test_the_window_moves_to_a_server_and_back_when_it_is_lost(
    open_window: Opener, clock: FakeClock, walk: Path, server: ServerProcess
) -> None:
    window = open_window()
    open_file(window, walk)
    panel, badge = window.docks["performance"].widget(), window.status.badge
    enter(window, server.url.removeprefix("http://"))
    until(lambda: window.bridge.engine == server.url)
    assert badge.text() == f"server · {server.url.removeprefix('http://')}"
    assert badge.property("state") == ""
    assert panel.choices["engine"].buttons["remote"].isChecked()
    assert not panel.choices["precision"].buttons["fp32"].isEnabled()
    window.transport.play()
    play(window, clock, 5)
    until(lambda: window.studio.latency.network_ms > 0)
    window.controls["performance"].refresh()
    until(lambda: panel.networks["deepphase"].isVisible())
    assert panel.networks["deepphase"].text.startswith("network ")

    server.kill()
    play(window, clock, 5)
    until(lambda: window.bridge.engine == "numpy")
    play(window, clock, 5)
    assert len(lost(window, server)) == 1
    assert badge.property("state") == "fallback"
    assert panel.choices["precision"].buttons["fp32"].isEnabled()

    server.start()
    until(lambda: window.bridge.engine == server.url)
    assert window.status.currentMessage() == f"{server.url} runs the networks."
    assert badge.property("state") == "" and len(lost(window, server)) == 1
    play(window, clock, 5)
    assert remembered(window.bench.settings) == (server.url, "")


def test_a_server_is_asked_for_before_one_is_known(open_window: Opener) -> None:
    window = open_window()
    panel = window.docks["performance"].widget()
    window.docks["performance"].raise_()
    QTest.mouseClick(panel.choices["engine"].buttons["remote"], Qt.MouseButton.LeftButton)
    (toast,) = window.toasts.shown
    assert "address of the server" in toast.notice.text
    assert panel.choices["engine"].buttons["numpy"].isChecked()
    assert window.bench.settings.value(SETTING) is None


def test_what_is_no_address_is_one_sentence(open_window: Opener) -> None:
    window = open_window()
    enter(window, "gpubox:eighty")
    QTest.keyClick(window.docks["performance"].widget().server, Qt.Key.Key_Return)
    (toast,) = window.toasts.shown
    assert "http://HOST:PORT" in toast.notice.text and "gpubox:eighty" in toast.notice.text
    assert window.bridge.engine == "numpy"
    assert window.bench.settings.value(SERVER) is None


def test_all_that_a_server_lacks_is_told_in_one_toast(
    open_window: Opener, walk: Path, network_assets: Path
) -> None:
    with serving(network_assets / "models" / "deepphase.onnx") as running:
        window = open_window()
        open_file(window, walk)
        enter(window, running.url)
        until(lambda: window.bridge.engine == running.url)
        until(lambda: bool(window.toasts.shown))
        settle(window)
        (toast,) = window.toasts.shown
    assert f"models that {running.url} does not have" in toast.notice.text
    assert toast.notice.details.count(running.url) > 1
