"""Work in the background: where results arrive, in which order, and what closing leaves."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication

from tests.viewer.conftest import until
from viewer.ui.background import Background, Stopped

Make = Callable[..., Background]


@pytest.fixture
def make(app: QApplication) -> Iterator[Make]:
    parent = QObject()
    made: list[Background] = []

    def make_it(**how: bool) -> Background:
        made.append(Background(parent, "test", **how))
        return made[-1]

    yield make_it
    for background in made:
        background.close()


def alive() -> int:
    return sum(thread.name == "test" for thread in threading.enumerate())


def test_a_result_is_received_on_the_ui_thread(make: Make, app: QApplication) -> None:
    background = make()
    received: list[tuple[object, bool, str]] = []

    def receive(result: object) -> None:
        received.append((result, QThread.currentThread() is app.thread(), str(background.busy)))

    background.run(lambda: threading.current_thread().name, receive)
    assert background.busy and not received
    until(lambda: bool(received))
    assert received == [("test", True, "False")]


def test_what_work_raises_is_received(make: Make) -> None:
    received: list[object] = []
    make().run(lambda: 1 // 0, received.append)
    until(lambda: bool(received))
    assert isinstance(received[0], ZeroDivisionError)


def test_calls_run_side_by_side(make: Make) -> None:
    background, both = make(), threading.Barrier(2)
    received: list[object] = []
    for _ in range(2):
        background.run(lambda: both.wait(10), received.append)
    until(lambda: len(received) == 2)
    assert sorted(map(str, received)) == ["0", "1"]


def test_in_order_the_next_begins_when_the_one_before_is_received(make: Make) -> None:
    background, notes = make(in_order=True), []
    for n in range(4):
        background.run(lambda n=n: notes.append(f"work {n}"), lambda _, n=n: notes.append(n))
    assert alive() <= 1
    until(lambda: not background.busy)
    works = [notes.index(f"work {n}") for n in range(4)]
    assert works == sorted(works)
    assert [note for note in notes if isinstance(note, int)] == [0, 1, 2, 3]


def test_a_thread_serves_again_and_ends_when_nothing_comes(make: Make) -> None:
    background = make(in_order=True)
    threads: list[object] = []
    for _ in range(3):
        background.run(threading.current_thread, threads.append)
        until(lambda: not background.busy)
    assert len(threads) == 3 and len(set(threads)) == 1
    until(lambda: alive() == 0)
    background.run(threading.current_thread, threads.append)
    until(lambda: len(threads) == 4)
    assert threads[3] is not threads[0]


def test_what_was_worked_on_is_let_go(make: Make) -> None:
    class Large:
        pass

    background, left = make(), []
    thing = Large()
    left.append(weakref.ref(thing))
    background.run(lambda held=thing: str(held), lambda _: None)
    del thing
    until(lambda: not background.busy and left[0]() is None)
    assert alive() == 1


def test_work_tells_while_it_runs(make: Make) -> None:
    background, go = make(), threading.Event()
    told: list[object] = []

    def work() -> str:
        background.tell(told.append, "under way")
        assert go.wait(10)
        background.tell(told.append, "nearly")
        return "done"

    background.run(work, told.append)
    until(lambda: told == ["under way"])
    go.set()
    until(lambda: told == ["under way", "nearly", "done"])


def test_closing_waits_and_drops_what_comes_of_it(make: Make) -> None:
    background, begun = make(in_order=True), threading.Event()
    done: list[str] = []
    received: list[object] = []

    def work() -> None:
        begun.set()
        try:
            while True:
                background.checkpoint()
        except Stopped:
            background.tell(received.append, "told after closing")
            done.append("ended")
            raise

    background.run(lambda: "queued before", received.append)
    background.run(work, received.append)
    background.run(lambda: done.append("never begun"), received.append)
    until(begun.is_set)
    background.run(lambda: None, received.append)
    background.close()
    assert done == ["ended"] and alive() == 0
    background.run(lambda: done.append("too late"), received.append)
    background.close()
    QApplication.processEvents()
    assert done == ["ended"] and received == ["queued before"] and alive() == 0


def test_a_result_on_its_way_is_dropped_by_closing(make: Make) -> None:
    background = make()
    received: list[object] = []
    background.run(lambda: 1, received.append)
    while alive():
        pass
    background.close()
    QApplication.processEvents()
    assert received == []


def test_closing_need_not_wait(make: Make) -> None:
    background, go = make(wait=False), threading.Event()
    received: list[object] = []
    background.run(lambda: go.wait(10), received.append)
    background.close()
    assert alive() == 1
    go.set()
    until(lambda: not alive())
    assert received == []
