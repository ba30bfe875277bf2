"""From clip to clip of a folder by key: in order, round at the ends, past bad files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.viewer.conftest import SNAKE, open_file, settle, until
from viewer.window.window import MainWindow


@pytest.fixture
def folder(tmp_path: Path, walk: Path, snake: Path) -> Path:
    made = tmp_path / "takes"
    made.mkdir()
    for name in ("a.bvh", "c.BVH", "d.bvh"):
        shutil.copy(walk, made / name)
    (made / "notes.txt").write_text("nothing")
    return made


def step(window: MainWindow, name: str) -> None:
    window.actions_[f"clip.{name}"].trigger()


def on_stage(window: MainWindow) -> str:
    return window.studio.motion.path.name if window.studio.motion else ""


def test_keys_go_through_the_folder_and_round(window: MainWindow, folder: Path) -> None:
    open_file(window, folder / "a.bvh")
    for name, wanted in (
        ("next", "c.BVH"), ("next", "d.bvh"), ("next", "a.bvh"), ("previous", "d.bvh"),
    ):  # fmt: skip
        step(window, name)
        until(lambda wanted=wanted: on_stage(window) == wanted)
        settle(window)
    assert window.store.history.undo_name.startswith("Open")


def test_many_strokes_end_where_they_lead(window: MainWindow, folder: Path) -> None:
    open_file(window, folder / "a.bvh")
    for _ in range(5):
        step(window, "next")
    until(lambda: on_stage(window) == "d.bvh")


def test_a_bad_file_is_told_and_passed_over(window: MainWindow, folder: Path) -> None:
    (folder / "b.bvh").write_text(SNAKE.replace("MOTION", "MOTLEY"))
    told: list[str] = []
    window.studio.notice.connect(lambda notice: told.append(notice.text))
    open_file(window, folder / "a.bvh")
    step(window, "next")
    until(lambda: any("b.bvh" in text for text in told))
    settle(window)
    assert on_stage(window) == "a.bvh"
    step(window, "next")
    until(lambda: on_stage(window) == "c.BVH")


def test_the_camera_stays_as_it_was(window: MainWindow, folder: Path) -> None:
    stage = window.stage_view.stage
    assert stage is not None
    open_file(window, folder / "a.bvh")
    stage.set_camera(stage.camera.orbit(0.7, 0.1).zoom(1.6))
    before = stage.camera
    step(window, "next")
    until(lambda: on_stage(window) == "c.BVH")
    settle(window)
    now = stage.camera
    assert (now.azimuth, now.elevation, now.distance) == pytest.approx(
        (before.azimuth, before.elevation, before.distance)
    )
    open_file(window, folder / "d.bvh")
    assert stage.camera.distance != pytest.approx(before.distance)


def test_a_clip_alone_and_no_clip_are_told(window: MainWindow, tmp_path: Path, walk: Path) -> None:
    told: list[str] = []
    window.studio.notice.connect(lambda notice: told.append(notice.text))
    step(window, "next")
    assert told == ["Open a clip first; its folder is gone through from there."]
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(walk, alone / "one.bvh")
    open_file(window, alone / "one.bvh")
    step(window, "previous")
    until(lambda: told[-1] == "one.bvh is the only BVH file of its folder.")
