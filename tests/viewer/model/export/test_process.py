"""The process that exports: what it tells, and that nothing is left of what is given up."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from motion.bvh import read_bvh
from tests.viewer.model.export.sessions import clip_session
from viewer.model.export.order import Look, Order
from viewer.model.export.process import ExportProcess, Progress
from viewer.model.notice import Refused

SMALL = Look((160, 120))
LONG = Look((640, 480), fps=2000.0)
"""Thousands of pictures."""


@pytest.fixture
def session(walk_file: Path, tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "out").mkdir()
    return clip_session(tmp_path / "in" / "s.stride", walk_file)


def left(session: Path) -> list[str]:
    return sorted(path.name for path in (session.parent.parent / "out").iterdir())


def order(session: Path, name: str, look: Look = SMALL) -> Order:
    return Order(str(session), str(session.parent.parent / "out" / name), look=look)


def until_drawing(answers: Iterator[Progress | dict[str, Any]]) -> Progress:
    return next(told for told in answers if isinstance(told, Progress) and told.done > 0)


def test_a_motion_is_written(session: Path) -> None:
    wanted = order(session, "a.bvh")
    *_, facts = ExportProcess(wanted).run()
    assert isinstance(facts, dict) and facts["frames"] == 150
    assert read_bvh(Path(wanted.output)).frame_count == 150 and left(session) == ["a.bvh"]


def test_it_tells_how_far_it_is(session: Path) -> None:
    told = list(ExportProcess(order(session, "frames")).run())
    steps = [each for each in told if isinstance(each, Progress)]
    assert steps and all(step.total == 150 for step in steps)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert isinstance(told[-1], dict) and told[-1]["frames"] == 150
    assert len(list((session.parent.parent / "out" / "frames").iterdir())) == 150


def test_time_left_follows_from_what_is_done() -> None:
    assert Progress(0, 100, 9.0).left_s is None and Progress(5, 100, 0.1).left_s is None
    assert Progress(25, 100, 10.0).left_s == pytest.approx(30.0)


@pytest.mark.parametrize("name", ["frames", "a.mp4"])
def test_what_is_stopped_leaves_nothing(session: Path, name: str) -> None:
    process = ExportProcess(order(session, name, LONG))
    answers = process.run()
    until_drawing(answers)
    assert left(session) != []  # what is being written, under another name
    threading.Thread(target=process.stop).start()
    assert not any(isinstance(told, dict) for told in answers)
    assert left(session) == []


@pytest.mark.parametrize("name", ["frames", "a.mp4"])
def test_what_is_killed_leaves_nothing(session: Path, name: str) -> None:
    process = ExportProcess(order(session, name, LONG))
    answers = process.run()
    until_drawing(answers)
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(Refused, match="ended before it was done"):
        list(answers)
    assert left(session) == []


def test_stopped_before_it_begins(session: Path) -> None:
    process = ExportProcess(order(session, "a.bvh"))
    process.stop()
    assert not any(isinstance(told, dict) for told in process.run())
    assert left(session) == []


def test_what_cannot_be_written_is_told_in_a_sentence(session: Path) -> None:
    for name, said in (("no/such/a.bvh", "its folder does not exist"), ("a.gif", "render writes")):
        with pytest.raises(Refused, match=said) as caught:
            list(ExportProcess(order(session, name)).run())
        assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    assert left(session) == []
