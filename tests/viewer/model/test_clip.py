"""Opening files off the UI thread."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import FRAMES, until
from viewer.model.clip import MotionFileError, OpenMotion, load_motion
from viewer.model.listing import Listing
from viewer.studio.loader import Loader, OpenRequest


def test_a_walk_has_all_that_panels_show(walk: Path) -> None:
    motion = load_motion(walk, style="calm")
    assert (motion.title, motion.style, motion.frame_count) == ("walk", "calm", FRAMES)
    assert motion.positions is not None and motion.positions.shape == (FRAMES, 22, 3)
    assert motion.contacts is not None and motion.contacts.shape == (FRAMES, 4)
    assert motion.phase_frames is not None and motion.phase_frames.shape == (FRAMES, 132)
    assert motion.features is not None and motion.features.shape == (FRAMES // 2, 73)
    assert motion.figure.skeleton is None


def test_a_rig_that_is_not_human_still_opens(snake: Path) -> None:
    motion = load_motion(snake)
    assert motion.positions is motion.phase_frames is motion.features is None
    assert "human rig" in motion.not_human and "LeftHand" in motion.not_human
    assert motion.figure.skeleton is motion.clip.skeleton


def test_units_make_another_key(walk: Path) -> None:
    assert load_motion(walk).key != load_motion(walk, units="cm").key


@pytest.mark.parametrize("name", ["missing.bvh", ""])
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(MotionFileError) as caught:
        load_motion(tmp_path / name)
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)


@pytest.fixture
def loader(app: QApplication) -> Iterator[Loader]:
    made = Loader()
    yield made
    made.stop()


def test_loads_elsewhere_in_order_and_says_what_fails(
    loader: Loader, walk: Path, broken: Path, snake: Path
) -> None:
    opened: list[tuple[OpenMotion, OpenRequest]] = []
    failed: list[str] = []
    threads: set[int] = set()
    loader.opened.connect(lambda motion, request: opened.append((motion, request)))
    loader.opened.connect(lambda *_: threads.add(threading.get_ident()))
    loader.failed.connect(lambda text, _: failed.append(text))
    request = OpenRequest((walk, broken, snake))
    loader.open(request)
    until(lambda: len(opened) == 2 and len(failed) == 1)
    assert [motion.title for motion, _ in opened] == ["walk", "snake"]
    assert all(r is request for _, r in opened)
    assert failed[0].startswith(f"{broken}:") and "MOTION" in failed[0]
    assert threads == {threading.get_ident()}


def test_a_folder_is_listed_and_its_first_file_opened(
    loader: Loader, walk: Path, tmp_path: Path
) -> None:
    for name in ("b.bvh", "a.BVH", "deep/c.bvh", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(walk, tmp_path / name)
    listed: list[Listing] = []
    opened: list[OpenMotion] = []
    loader.listed.connect(listed.append)
    loader.opened.connect(lambda motion, _: opened.append(motion))
    loader.open(OpenRequest((tmp_path,)))
    until(lambda: bool(opened))
    assert [clip.path.name for clip in listed[0].clips] == ["a.BVH", "b.bvh", "c.bvh"]
    assert [motion.path for motion in opened] == [listed[0].clips[0].path]


def test_an_empty_folder_says_so(loader: Loader, tmp_path: Path) -> None:
    failed: list[str] = []
    loader.failed.connect(lambda text, _: failed.append(text))
    loader.open(OpenRequest((tmp_path,)))
    until(lambda: bool(failed))
    assert failed == [f"There is no BVH file in the folder {tmp_path}."]
