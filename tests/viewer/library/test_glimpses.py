"""Looking at listed clips: in which order, at what, and when it ends."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import FRAMES, until
from viewer.library.glimpses import LONG_REST_MS, Glimpse, Glimpses, glimpse
from viewer.model.clip import load_motion
from viewer.studio.clip_scan import scan


class Watch:
    """Glimpses at what is told to be in sight, and the keys found so far."""

    def __init__(self) -> None:
        self.parent = QObject()
        self.in_sight: list[str] = []
        self.found: list[str] = []
        self.glimpses = Glimpses(self.parent, lambda: self.in_sight)
        self.glimpses.found.connect(lambda key, _: self.found.append(key))


@pytest.fixture
def watch(app: QApplication) -> Iterator[Watch]:
    made = Watch()
    yield made
    made.glimpses.close()


@pytest.fixture
def clips(walk: Path, tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{n}.bvh" for n in range(8)]
    for path in paths:
        shutil.copy(walk, path)
    return [str(path) for path in paths]


def test_a_glimpse_looks_like_the_whole_clip(walk: Path) -> None:
    seen = glimpse(walk)
    assert seen.seconds == pytest.approx((FRAMES - 1) / 60)
    whole = scan(load_motion(walk)).strip
    assert seen.strip.points.shape == whole.points.shape
    np.testing.assert_array_equal(seen.strip.parents, whole.parents)
    height = np.ptp(whole.points[..., 1])
    assert np.ptp(seen.strip.points[..., 1]) == pytest.approx(height, rel=0.05)


def test_a_rig_that_is_not_human_is_shown_as_it_is(snake: Path) -> None:
    seen, whole = glimpse(snake), scan(load_motion(snake)).strip
    assert seen.seconds == pytest.approx(0.1)
    np.testing.assert_array_equal(seen.strip.parents, whole.parents)
    assert seen.strip.points.shape[1:] == (2, 2)
    assert np.ptp(seen.strip.points) == pytest.approx(np.ptp(whole.points), rel=0.05)


def test_those_in_sight_come_first(watch: Watch, clips: list[str]) -> None:
    watch.in_sight = clips[5:7]
    watch.glimpses.look_at(clips)
    until(lambda: len(watch.found) == len(clips))
    assert watch.found == clips[5:7] + clips[:5] + clips[7:]


def test_scrolling_changes_what_is_next(watch: Watch, clips: list[str]) -> None:
    def scroll(key: str, _: Glimpse) -> None:
        if key == clips[0]:
            watch.in_sight = [clips[7]]

    watch.glimpses.found.connect(scroll)
    watch.glimpses.look_at(clips)
    until(lambda: len(watch.found) == len(clips))
    assert watch.found == [clips[0], clips[7], *clips[1:7]]


def test_each_clip_is_looked_at_once_while_it_is_listed(watch: Watch, clips: list[str]) -> None:
    watch.in_sight = clips
    watch.glimpses.look_at(clips[:3])
    until(lambda: len(watch.found) == 3)
    watch.glimpses.look_at(clips[2:5])
    until(lambda: len(watch.found) == 5)
    watch.glimpses.look_at(clips[:3])
    until(lambda: len(watch.found) == 7)
    assert watch.found == [*clips[:5], *clips[:2]]


def test_a_bad_file_is_passed_over(watch: Watch, clips: list[str], broken: Path) -> None:
    watch.in_sight = [str(broken), *clips]
    watch.glimpses.look_at([str(broken), str(broken.parent / "gone.bvh"), clips[0]])
    until(lambda: bool(watch.found))
    assert watch.found == [clips[0]]


def test_nothing_is_found_after_the_end(watch: Watch, clips: list[str]) -> None:
    watch.in_sight = clips
    watch.glimpses.look_at(clips)
    until(lambda: bool(watch.found))
    watch.glimpses.close()
    assert "glimpses" not in [thread.name for thread in threading.enumerate()]
    count = len(watch.found)
    QTest.qWait(100)
    assert len(watch.found) == count < len(clips)


def test_it_leaves_more_time_while_much_else_is_going_on(watch: Watch, clips: list[str]) -> None:
    watch.glimpses.rest_long(True)
    watch.glimpses.look_at(clips)
    QTest.qWait(LONG_REST_MS)
    assert len(watch.found) < 4
    watch.glimpses.rest_long(False)
    until(lambda: len(watch.found) == len(clips))
