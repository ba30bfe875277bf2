"""The camera goes behind the character when it is steered, in the real window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.viewer.conftest import open_file, until
from tests.viewer.driving import driven
from viewer.character.control import CharacterControl
from viewer.window.window import MainWindow

__all__ = ["driven"]


def chases(window: MainWindow) -> bool:
    return window.store.document.view.looks.chase


def test_keys_bring_it_behind_and_it_is_as_before_when_a_clip_is_on_stage(
    driven: CharacterControl, window: MainWindow, walk: Path
) -> None:
    stage = window.stage_view.stage
    assert stage is not None and not chases(window)
    QTest.keyPress(window, Qt.Key.Key_A)
    until(lambda: chases(window))

    def behind() -> bool:
        heading = driven.figure.heading(0) if driven.figure else None
        return heading is not None and bool(-np.cos(stage.camera.azimuth - heading) > 0.9)

    until(behind)
    QTest.keyRelease(window, Qt.Key.Key_A)
    open_file(window, walk)
    assert not chases(window) and window.studio.source == "clip"


def test_who_takes_it_away_keeps_it_away(driven: CharacterControl, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_W)
    until(lambda: chases(window))
    window.actions_["stage.side"].trigger()
    QTest.keyPress(window, Qt.Key.Key_D)
    until(lambda: driven.hands.helm.turning < 0)
    at = driven.frame.frame if driven.frame else 0
    until(lambda: driven.frame is not None and driven.frame.frame > at + 5)
    assert not chases(window)
