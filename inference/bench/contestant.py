"""A contestant: a process that loads models, answers for them and times itself when told.

``Contestant`` is this end of its stdin and stdout, ``server`` the other; what goes between them
are the frozen dataclasses here, and arrays. Between two requests the process is stopped: MAX's
threads, for one, wake up all the time, which adds 25 µs to every twentieth call of all others.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inference.models import ModelSpec
from inference.sources import ROOT

from .start import LIMIT_S


@dataclass(frozen=True)
class Load:
    """Open the file as model ``key``; the reply is the name of the engine that runs it."""

    key: str
    path: Path
    spec: ModelSpec | None


@dataclass(frozen=True)
class Answer:
    """The outputs for ``x`` (B, *row); the reply is a list of arrays."""

    key: str
    x: np.ndarray


@dataclass(frozen=True)
class Block:
    """Time ``calls`` runs on ``x`` after ``warm_up`` that are not; the reply is a ``Timing``.

    interval: seconds from one call to the next, other work between; None for back to back.
    """

    key: str
    x: np.ndarray
    calls: int
    warm_up: int
    interval: float | None = None


@dataclass(frozen=True)
class Timing:
    """seconds: (calls,) of each. cpu: process CPU seconds per call, all threads; None if paced."""

    seconds: np.ndarray
    cpu: float | None


@dataclass(frozen=True)
class Failed:
    """The reply to what could not be done: why, in one sentence."""

    message: str


class ContestantError(RuntimeError):
    """Why a contestant cannot do what it was asked, in one sentence."""


class Contestant:
    """The client's end: starts ``process`` and asks it. Use as a context manager."""

    def __init__(
        self,
        name: str,
        module: Sequence[str],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self.process = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )

    def __enter__(self) -> Contestant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: Load | Answer | Block) -> Any:
        """The reply to ``request``. Raises ContestantError."""
        assert self.process.stdin and self.process.stdout
        watchdog = threading.Timer(LIMIT_S, self.process.kill)
        watchdog.start()
        self._stop(False)
        try:
            pickle.dump(request, self.process.stdin)
            self.process.stdin.flush()
            reply = pickle.load(self.process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise ContestantError(self._last_words()) from error
        finally:
            watchdog.cancel()
            self._stop(True)
        if isinstance(reply, Failed):
            raise ContestantError(reply.message)
        return reply

    def _stop(self, on: bool) -> None:
        if sys.platform == "linux":  # elsewhere it would outlive us, stopped
            self.process.send_signal(signal.SIGSTOP if on else signal.SIGCONT)

    def _last_words(self) -> str:
        code = self.process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        said = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return f"{self.name} ended with exit code {code}: {said}"

    def close(self) -> None:
        """Ends the process."""
        self._stop(False)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._errors.close()
