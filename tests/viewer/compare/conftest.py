"""A real window that compares two real walks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage

from tests.viewer.conftest import Opener, open_file, settle, until
from viewer.compare.control import CompareControl
from viewer.compare.places import Places
from viewer.model.comparison import Slot
from viewer.model.demo import ASSETS
from viewer.stage.stage import Stage
from viewer.window.window import MainWindow

CLIPS = ASSETS / "clips"


@pytest.fixture
def two_walks(open_window: Opener) -> MainWindow:
    """The walk on stage as A, the rushed walk beside it as B; both ship."""
    window = open_window(assets=ASSETS)
    open_file(window, CLIPS / "rushed_walk.bvh")
    open_file(window, CLIPS / "walk.bvh")
    window.actions_["compare.two"].trigger()
    settle(window)
    return window


def compare_of(window: MainWindow) -> CompareControl:
    assert isinstance(window.compare, CompareControl)
    return window.compare


def stage_of(window: MainWindow) -> Stage:
    assert window.stage_view.stage is not None
    return window.stage_view.stage


def places_of(window: MainWindow) -> Places:
    places = compare_of(window).places
    assert places is not None
    return places


def picture(window: MainWindow) -> np.ndarray:
    """What is on stage, (H, W, 3)."""
    grabbed = stage_of(window).grabFramebuffer().convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(grabbed.constBits(), np.uint8)
    rows = rows.reshape(grabbed.height(), grabbed.bytesPerLine())
    return rows[:, : grabbed.width() * 4].reshape(grabbed.height(), -1, 4)[..., :3].astype(int)


def part(window: MainWindow, place: int) -> np.ndarray:
    """The picture of one viewport."""
    cell = stage_of(window).cells[place]
    whole = picture(window)
    return whole[cell.y : cell.y + cell.size.height, cell.x : cell.x + cell.size.width]


def show_walk(window: MainWindow, place: int, path: Path) -> None:
    """A viewport shows a clip, which has come."""
    compare = compare_of(window)
    compare.show_clip(place, path)
    until(lambda: compare.seen[place].chosen.figure is not None)


def choose(window: MainWindow, place: int, slot: Slot) -> None:
    compare_of(window).choose(place, slot, slot.kind)
    settle(window)
