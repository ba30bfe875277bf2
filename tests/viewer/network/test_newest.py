"""Of what is asked in the background, the newest counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tests.viewer.panel_fixtures import until
from viewer.network.newest import Newest


@pytest.fixture
def newest(app: QApplication) -> Iterator[Newest]:
    parent = QObject()
    made = Newest(parent, "test")
    yield made
    made.close()


def test_what_waits_is_replaced(newest: Newest) -> None:
    go, received = threading.Event(), []
    newest.ask(lambda: go.wait(10) and 0, received.append)
    for number in (1, 2, 3):
        newest.ask(lambda number=number: number, received.append)
    go.set()
    until(lambda: 3 in received)
    assert received == [0, 3] and not newest.busy


def test_what_is_forgotten_is_not_received(newest: Newest) -> None:
    go, received = threading.Event(), []
    newest.ask(lambda: go.wait(10) and "old", received.append)
    newest.forget()
    newest.ask(lambda: "new", received.append)
    go.set()
    until(lambda: bool(received))
    assert received == ["new"]


def test_an_error_is_received(newest: Newest) -> None:
    received: list[object] = []
    newest.ask(lambda: 1 // 0, received.append)
    until(lambda: bool(received))
    assert isinstance(received[0], ZeroDivisionError)
