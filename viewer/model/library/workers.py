"""Where tasks run: a pool of processes on this machine, or a cluster of Dask distributed.

Both are a ``concurrent.futures.Executor``; who uses one is written once.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import Any, Protocol

from viewer.model.notice import Refused, sentence
from viewer.model.one_core import THREADS

from .needs import needed

LOST = "The scheduler is lost; what was written stays, and the same command goes on from there."
ANSWER_S = 10.0
"""For so long a scheduler may take to answer at first."""


class Workers(Protocol):
    """An executor, and how many tasks it can have at once."""

    @property
    def executor(self) -> Executor: ...

    @property
    def count(self) -> int: ...

    def renew(self) -> None:
        """Another executor in place of one that broke."""


class ProcessPool:
    """``count`` processes, each on one thread, which end when this process does."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.executor: Executor = self._made()

    def renew(self) -> None:
        """Another pool in place of one of which a process was killed."""
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._made()

    def _made(self) -> Executor:
        spawn = multiprocessing.get_context("spawn")  # a fork would share threads and locks
        return ProcessPoolExecutor(self.count, spawn, _begin)


class DaskCluster:
    """The workers of a scheduler of Dask distributed, however many there are by now."""

    def __init__(self, address: str) -> None:
        distributed = needed("distributed", f"--scheduler {address}")
        for library in ("distributed", "tornado", "asyncio"):
            _silence(library)
        try:
            self._client: Any = distributed.Client(
                address, timeout=ANSWER_S, set_as_default=False, name="stridescope"
            )
        except (OSError, ValueError, TimeoutError) as error:
            raise Refused(sentence(f"{address}: no scheduler answers there ({error})")) from error
        self.executor: Executor = self._client.get_executor()

    @property
    def count(self) -> int:
        """Threads of all workers, at least one: more may come. Raises Refused."""
        try:
            return max(sum(self._client.ncores().values()), 1)
        except OSError as error:
            raise Refused(LOST) from error

    def renew(self) -> None:
        """A lost scheduler is not replaced."""

    def close(self) -> None:
        """Leave the scheduler."""
        self._client.close(timeout=ANSWER_S)


@contextmanager
def workers(scheduler: str | None, count: int) -> Iterator[Workers]:
    """A cluster by the address of its scheduler, or a pool of ``count`` processes.

    What runs is finished at the end, what waits is not begun. Raises Refused.
    """
    if scheduler:
        cluster = DaskCluster(scheduler)
        try:
            yield cluster
        finally:
            cluster.close()
        return
    before = dict(os.environ)
    os.environ.update(dict.fromkeys(THREADS, "1") | {"STRIDESCOPE_CORES": "1"})
    pool = ProcessPool(count)
    try:
        yield pool
    finally:
        pool.executor.shutdown(wait=True, cancel_futures=True)
        os.environ.clear()
        os.environ.update(before)


def _begin() -> None:
    """A process of the pool leaves Ctrl+C to the one that started it, and ends with that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


def _silence(library: str) -> None:
    """Its loggers say nothing: who is lost is told in a sentence."""
    for name in (name for name in logging.root.manager.loggerDict if name.startswith(library)):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [logging.NullHandler()], False
