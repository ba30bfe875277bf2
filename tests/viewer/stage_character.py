"""The character of a window as tests handle it."""

from __future__ import annotations

from PySide6.QtCore import QPoint

from render.mannequin_parts import RADII
from tests.viewer.conftest import until
from viewer.character.control import CharacterControl
from viewer.window.window import MainWindow

PARTS = len(RADII)
"""How many parts the mannequin has."""


def hold(control: CharacterControl) -> int:
    """Pause the character; the frame that it holds at."""
    control.driver.pause()
    until(lambda: control.frame is not None and not control.frame.running)
    assert control.frame is not None
    return control.frame.frame


def place(control: CharacterControl, window: MainWindow, body: int) -> QPoint:
    """Where the stage shows a part of the body."""
    stage = window.stage_view.stage
    assert stage is not None and control.figure is not None
    at = stage.camera.project(control.figure.centres[body : body + 1], stage.pixel_size)[0]
    return QPoint(*(round(v / stage.devicePixelRatioF()) for v in at[:2].tolist()))
