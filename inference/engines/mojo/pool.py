"""The threads that share batches (``kernels/pool.mojo``): they sleep between calls."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable

import numpy as np

from inference.engines.packing import address, aligned

_WORDS = 64
THREAD = "batch"
"""What the threads are called."""
_pools: weakref.WeakSet[Pool] = weakref.WeakSet()


class Pool:
    """As many threads as any model has asked for, less the caller's own; they end with the pool.

    state: int64 words, as ``kernels/pool.mojo`` has them.
    """

    def __init__(self, serve: Callable[[int], None], stop: Callable[[int], None]) -> None:
        self._serve = serve
        self.state = aligned(2 * _WORDS).view(np.int64)
        self._lock = threading.Lock()
        self._started = 0
        end = weakref.finalize(self, _stop, stop, self.state)
        end.atexit = False  # they sleep, and end with the process
        _pools.add(self)

    def grow(self, threads: int) -> None:
        """Have ``threads`` threads for a batch, the caller's own among them."""
        if self._started >= threads - 1:
            return
        with self._lock:
            for _ in range(self._started, threads - 1):
                arguments = (self._serve, self.state)
                threading.Thread(target=_work, args=arguments, daemon=True, name=THREAD).start()
                self._started += 1

    def begin_anew(self) -> None:
        """In a forked child, which has none of the threads."""
        self._lock = threading.Lock()
        self._started = 0
        self.state[:] = 0


def _work(serve: Callable[[int], None], state: np.ndarray) -> None:
    """What a thread does. ``state`` is an argument so that it lives as long as the thread."""
    serve(address(state))


def _stop(stop: Callable[[int], None], state: np.ndarray) -> None:
    stop(address(state))


def _begin_all_anew() -> None:
    for pool in list(_pools):
        pool.begin_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_all_anew)
