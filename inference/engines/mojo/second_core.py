"""The thread that helps the kernel on a core that nothing else wants (``kernels/helper.mojo``)."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from inference.engines.packing import address, aligned

from .cores import all_cores

_WORDS = 64
_STOP, _INSIDE = 17, 18


class SecondCore:
    """State that callers and one helping thread share.

    state: int64 words, as ``kernels/helper.mojo`` has them. address: theirs; 0: there is no thread.

    The thread runs at Linux's idle priority, which any other thread displaces at once, and sleeps
    in the kernel between calls. It starts with the first model that can use it.
    """

    def __init__(self, help_: Callable[[int], None], wake: Callable[[int], None]) -> None:
        self.address = 0
        self._help = help_
        self._wake = wake
        self.state = aligned(2 * _WORDS).view(np.int64)
        self._retired: list[Any] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the thread, once, where there is a core for it."""
        with self._lock:
            if self.address or not usable():
                return
            self.address = address(self.state)
            arguments = (self._help, self.state, self._retired)
            threading.Thread(target=serve, args=arguments, daemon=True, name="second-core").start()
            stop = weakref.finalize(self, _stop, self._wake, self.state)
            stop.atexit = False  # it sleeps, and ends with the process
            os.register_at_fork(after_in_child=_forget(self))

    def retire(self, memory: Any) -> None:
        """Keep what a model's calls pointed to until the helper cannot read it any more."""
        self._retired.append(memory)
        if not self.state[_INSIDE]:
            self._retired.clear()


def usable() -> bool:
    """Linux, and more than one core for this process."""
    return sys.platform == "linux" and all_cores() > 1


def serve(help_: Callable[[int], None], state: np.ndarray, retired: list[Any]) -> None:
    """What the thread does. ``retired`` is an argument so that it lives as long as the thread."""
    with contextlib.suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    help_(address(state))


def _stop(wake: Callable[[int], None], state: np.ndarray) -> None:
    state[_STOP] = 1
    wake(address(state))


def _forget(core: SecondCore) -> Callable[[], None]:
    """A forked child has no such thread."""
    known = weakref.ref(core)

    def forget() -> None:
        if alive := known():
            alive.address = 0

    return forget
