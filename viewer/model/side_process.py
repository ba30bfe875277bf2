"""A process of our own beside the window, which has only what nothing else wants."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from .one_core import one_core

_ROOT = Path(__file__).resolve().parent.parent.parent
_LOW, _LOWEST = 10, 19


class SideProcess:
    """Runs ``python -m module`` on one core, when others rest; it talks by ``source``, ``answers``.

    awaited: a person waits for it, so it only lets others go first. The module ends when its
    standard input does: with this process, whatever becomes of that.
    Raises OSError where it cannot start.
    """

    def __init__(self, module: str, awaited: bool = False) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environ(),
            creationflags=_flags(),
        )
        _step_back(self.pid, awaited)
        assert self._process.stdin is not None and self._process.stdout is not None
        self.source: IO[bytes] = self._process.stdin
        self.answers: IO[bytes] = self._process.stdout

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """End it at once; from any thread."""
        self._process.kill()

    def wait(self) -> None:
        """Close both ends, and wait until it has ended."""
        with suppress(OSError):  # what is not written yet cannot be any more
            self.source.close()
        self.answers.close()
        self._process.wait()


def _environ() -> dict[str, str]:
    """That of this process, but one core, and the packages found where they were found here."""
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**one_core(os.environ), "PYTHONPATH": os.pathsep.join(paths)}


def _step_back(pid: int, awaited: bool) -> None:
    """Let all others go before the process, also while it starts: Linux displaces one that is
    idle at once, one that is only nice after milliseconds."""
    with suppress(OSError):
        if awaited and sys.platform != "win32":
            os.setpriority(os.PRIO_PROCESS, pid, _LOW)
        elif sys.platform == "linux":
            os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
        elif sys.platform != "win32":
            os.setpriority(os.PRIO_PROCESS, pid, _LOWEST)


def _flags() -> int:
    """On Windows: no console, and the lowest priority, which others take afterwards."""
    if sys.platform != "win32":
        return 0
    return subprocess.CREATE_NO_WINDOW | subprocess.IDLE_PRIORITY_CLASS
