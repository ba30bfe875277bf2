"""Looking at listed clips: in which order, at what, and when it ends."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import until
from viewer.library.glimpses import LONG_REST_MS, Glimpses
from viewer.model.glimpse_reading import Glimpse


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


def test_its_process_ends_with_the_last_clip_and_another_comes_for_more(
    watch: Watch, clips: list[str]
) -> None:
    watch.glimpses.look_at(clips[:2])
    first = watch.glimpses.pid
    until(lambda: len(watch.found) == 2 and watch.glimpses.pid is None)
    watch.glimpses.look_at(clips[:4])
    until(lambda: watch.glimpses.pid not in (first, None))
    until(lambda: len(watch.found) == 4)


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a POSIX signal")
def test_a_process_that_is_killed_costs_one_picture(watch: Watch, clips: list[str]) -> None:
    def kill(key: str, _: Glimpse) -> None:
        if key == clips[1]:
            assert watch.glimpses.pid is not None
            os.kill(watch.glimpses.pid, signal.SIGKILL)

    watch.glimpses.found.connect(kill)
    watch.glimpses.look_at(clips)
    until(lambda: len(watch.found) == len(clips) - 1)
    assert watch.found == [*clips[:2], *clips[3:]]


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
