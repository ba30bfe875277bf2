"""Errors nobody caught: told once, and what plays pauses there."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import FakeClock
from viewer.window.app import tell_of_crashes
from viewer.window.window import MainWindow


@pytest.fixture
def told(walking_window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    tell_of_crashes(walking_window)
    found: list[str] = []
    walking_window.studio.notice.connect(lambda notice: found.append(notice.text))
    return found


def play(window: MainWindow, clock: FakeClock, frames: int) -> None:
    window.transport.play()
    for _ in range(frames):
        clock.advance(1 / 60)
        window.transport.tick()
        QApplication.processEvents()


def test_playback_pauses_at_an_error_and_goes_on_when_asked(
    walking_window: MainWindow, clock: FakeClock, told: list[str]
) -> None:
    transport = walking_window.transport

    def fail(frame: int) -> None:
        if frame == 30:
            raise RuntimeError("the joint is lost")

    transport.frame_changed.connect(fail)
    play(walking_window, clock, 60)
    assert not transport.playing and transport.frame == 30
    assert told == ["Something went wrong: the joint is lost. Playback pauses at frame 30."]
    play(walking_window, clock, 10)
    assert transport.playing and transport.frame == 40 and len(told) == 1


def test_an_error_while_nothing_plays_is_told_alone(
    walking_window: MainWindow, told: list[str]
) -> None:
    sys.excepthook(ValueError, ValueError("no such thing"), None)
    assert told == ["Something went wrong: no such thing."]
