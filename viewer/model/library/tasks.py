"""Tasks under way on workers: bounded in number, done again where a process ends."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from viewer.model.notice import Refused

from .workers import LOST, Workers

AHEAD = 2
"""Tasks under way for each worker: one that runs, one that waits for it."""
_LOOK_S = 1.0
_SUSPECT, _GIVEN_UP = 2, 3


class Ended:
    """In place of a result: the process ended each time that this task was under way."""


@dataclass(frozen=True)
class _Task:
    name: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class Tasks:
    """Runs what is added, also while its results are taken, and yields each name and result.

    A task that was under way twice when a process ended runs alone after that, so that no other
    is taken for what ends them; its third end is its result.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._waiting: deque[_Task] = deque()
        self._running: dict[Future[Any], _Task] = {}
        self._ends: Counter[str] = Counter()

    def add(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Run ``function`` after what was added before."""
        self._waiting.append(_Task(name, function, arguments))

    def add_next(self, name: str, function: Callable[..., Any], *arguments: Any) -> None:
        """Run ``function`` before what waits."""
        self._waiting.appendleft(_Task(name, function, arguments))

    def results(self) -> Iterator[tuple[str, Any]]:
        """As they come, ``Ended`` among them. Raises what a task raises, and Refused."""
        try:
            while self._waiting or self._running:
                self._start()
                ended, _ = wait(self._running, _LOOK_S, FIRST_COMPLETED)
                for future in ended:
                    yield from self._taken(future)
        finally:
            for future in self._running:
                future.cancel()

    def _start(self) -> None:
        """Have as many under way as the workers can do with."""
        while self._waiting and len(self._running) < AHEAD * self._workers.count:
            if any(map(self._suspect, self._running.values())):
                return
            task = self._waiting[0]
            if self._suspect(task) and self._running:
                return
            try:
                future = self._workers.executor.submit(task.function, *task.arguments)
            except BrokenProcessPool:
                self._workers.renew()
                continue
            except Exception as error:  # of a cluster: its scheduler does not answer
                raise Refused(LOST) from error
            self._running[future] = self._waiting.popleft()

    def _taken(self, future: Future[Any]) -> Iterator[tuple[str, Any]]:
        task = self._running.pop(future)
        try:
            yield task.name, future.result()
        except CancelledError:
            raise Refused(LOST) from None
        except Exception as error:
            if not _process_ended(error):
                raise
            self._ends[task.name] += 1
            if self._ends[task.name] >= _GIVEN_UP or not isinstance(error, BrokenProcessPool):
                yield task.name, Ended()
            else:
                self._waiting.appendleft(task)

    def _suspect(self, task: _Task) -> bool:
        return self._ends[task.name] >= _SUSPECT


def _process_ended(error: Exception) -> bool:
    """Whether a process of a pool ended, or several workers of Dask did, one after the other."""
    return isinstance(error, BrokenProcessPool) or type(error).__name__ == "KilledWorker"
