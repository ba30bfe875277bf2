"""``render SESSION`` draws what the window compared, and a session brings it back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from tests.viewer.conftest import Opener, open_file, settle, until
from tests.viewer.model.test_subject import rendered, window_picture
from tests.viewer.sessions.test_sessions import bring_character, files, reopen, save
from viewer.model.comparison import Slot
from viewer.model.demo import ASSETS
from viewer.style.control import StyleControl

__all__ = ["files"]
CLIPS = ASSETS / "clips"


@pytest.mark.parametrize(
    ("layout", "align"),
    [("two", "time"), ("four", "phase"), ("overlay", "phase"), ("two", "marker")],
)
def test_a_comparison_is_drawn_as_the_window_drew_it(
    open_window: Opener, files: Path, layout: str, align: str
) -> None:
    window = open_window(engines=("mojo", "numpy"), assets=ASSETS)
    for name in ("rushed_walk", "walk"):
        open_file(window, CLIPS / f"{name}.bvh")
    compare, stage = window.compare, window.stage_view.stage
    assert stage is not None
    window.actions_[f"compare.{layout}"].trigger()
    window.actions_[f"compare.align_{align}"].trigger()
    if layout == "four":
        style = window.controls["style"]
        assert isinstance(style, StyleControl)
        until(lambda: style.restyling.ready)
        style.set_style(np.linspace(-1, 1, 64, dtype=np.float32), "mine")
        compare.choose(1, Slot("clip", (CLIPS / "walk.bvh").resolve()), "walk")
        compare.choose(2, Slot("restyled", (CLIPS / "rushed_walk.bvh").resolve()), "rushed")
        until(lambda: compare.seen[2].chosen.figure is not None)
    window.transport.seek_frame(97)
    settle(window)
    if align == "phase":
        until(lambda: compare.moments[0].times_s is not None)
    if layout == "four":
        until(lambda: all(each.times_s is not None for each in compare.moments[:2]))
    if layout == "two":
        window.actions_["compare.linked"].trigger()
        window.actions_["compare.next"].trigger()
        window.actions_["stage.side"].trigger()
    stage.set_camera(stage.camera.orbit(0.4, 0.1).zoom(0.8, stage.pixel_size))
    settle(window)
    path = save(window, files / "picture.stride")
    seen = window_picture(window)
    drawn = rendered(path, files / "drawn.png", f"{seen.shape[1]}x{seen.shape[0]}")
    difference = np.abs(seen.astype(int) - drawn)
    assert seen.std() > 5
    assert difference.max() <= 3, np.argwhere(difference > 3)[:3]


def test_a_session_brings_the_comparison_back(open_window: Opener, files: Path) -> None:
    window = open_window()
    for name in ("stroll", "walk"):
        open_file(window, files / f"{name}.bvh")
    window.actions_["compare.four"].trigger()
    window.compare.choose(2, Slot("stage"), "stage")
    window.actions_["compare.linked"].trigger()
    window.transport.seek_frame(20)
    settle(window)
    seen, before = window_picture(window), window.store.document
    path = save(window, files / "s.stride")
    window.close()
    other = open_window()
    assert reopen(other, path) == []
    until(lambda: len(other.compare.seen) == 4 and other.compare.seen[1].chosen.figure is not None)
    settle(other)
    assert other.store.document.comparison == before.comparison
    assert np.abs(window_picture(other).astype(int) - seen).max() <= 3


def test_what_the_character_lived_through_stands_beside_a_clip(
    open_window: Opener, files: Path
) -> None:
    window = open_window()
    open_file(window, files / "walk.bvh")
    window.actions_["compare.two"].trigger()
    window.compare.choose(1, Slot("character"), "character")
    assert "not on stage yet" in window.compare.seen[1].chosen.problem
    bring_character(window, files)
    settle(window)
    assert window.compare.seen[1].chosen.figure is window.studio.character
    assert window.compare.seen[1].apart.mean_cm == pytest.approx(0, abs=1e-3)
    window.studio.set_source("clip")
    settle(window)
    window.transport.seek_frame(12)
    figure = window.compare.seen[1].chosen.figure
    assert figure is not None and figure.frame_count > 10
    assert window.compare.seen[1].frame == 6
    path = save(window, files / "s.stride")
    seen = window_picture(window)
    drawn = rendered(path, files / "drawn.png", f"{seen.shape[1]}x{seen.shape[0]}")
    apart = np.abs(seen.astype(int) - drawn).max(axis=2)
    assert (apart > 3).sum() <= 4  # of 200,000: a rounding moves a pixel at the edge of a body
