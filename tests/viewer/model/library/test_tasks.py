"""Tasks on real processes that are killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from viewer.model.library.tasks import Ended, Tasks
from viewer.model.library.workers import workers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by a POSIX signal")


def square(number: int) -> int:
    return number * number


def deadly(folder: str) -> None:
    """Ends the process that runs it."""
    Path(folder, str(time.monotonic_ns())).touch()
    os.kill(os.getpid(), signal.SIGKILL)


def deadly_once(mark: str) -> str:
    path = Path(mark)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "lived"


def test_a_killed_worker_costs_only_what_was_under_way(tmp_path: Path) -> None:
    with workers(None, 2) as pool:
        tasks = Tasks(pool)
        for number in range(20):
            tasks.add(str(number), square, number)
        tasks.add("once", deadly_once, str(tmp_path / "mark"))
        found = dict(tasks.results())
    assert found.pop("once") == "lived"
    assert found == {str(number): number * number for number in range(20)}


def test_what_ends_its_process_each_time_is_given_up_and_nothing_else(tmp_path: Path) -> None:
    with workers(None, 2) as pool:
        tasks = Tasks(pool)
        tasks.add("deadly", deadly, str(tmp_path))
        for number in range(20):
            tasks.add(str(number), square, number)
        found = dict(tasks.results())
    assert isinstance(found.pop("deadly"), Ended)
    assert found == {str(number): number * number for number in range(20)}
    assert len([*tmp_path.iterdir()]) == 3


def test_what_is_put_first_runs_first() -> None:
    with workers(None, 1) as pool:
        tasks = Tasks(pool)
        for number in range(6):
            tasks.add(str(number), square, number)
        order = []
        for name, _ in tasks.results():
            order.append(name)
            if name == "0":
                tasks.add_next("first", square, 9)
    assert order.index("first") < order.index("5")


def test_a_task_that_fails_says_why() -> None:
    with workers(None, 1) as pool:
        tasks = Tasks(pool)
        tasks.add("wrong", square, "text")
        with pytest.raises(TypeError):
            dict(tasks.results())
