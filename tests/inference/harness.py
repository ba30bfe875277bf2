"""A worker under observation, and engines that wait or fail on command."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from inference.bench.contestant import Contestant, ContestantError, Load
from inference.bench.rivals import Rival
from inference.engines import Engine
from inference.engines.base import Report
from inference.engines.numpy import NumpyEngine, NumpyRunner
from inference.errors import EngineError
from inference.mlp import Mlp
from inference.worker.messages import Infer, LoadModel, Notice, Outcome, Result
from inference.worker.worker import Worker

Kind = TypeVar("Kind")
PATIENCE = 120.0
LOOK = 0.05


class Watched(Worker):
    """A worker that keeps what it says; ``wait`` blocks until something is true of it.

    Its statistics may change without a word, so they are looked at now and then.
    """

    def __init__(self, engines: Sequence[str | Engine] = ("numpy",), **options: Any) -> None:
        self.outcomes: list[Outcome] = []
        self.notices: list[Notice] = []
        self._heard = threading.Condition()
        super().__init__(self.hear_outcome, self.hear_notice, engines, **options)

    def hear_outcome(self, outcome: Outcome) -> None:
        with self._heard:
            self.outcomes.append(outcome)
            self._heard.notify_all()

    def hear_notice(self, notice: Notice) -> None:
        with self._heard:
            self.notices.append(notice)
            self._heard.notify_all()

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        with self._heard:
            while not self._heard.wait_for(condition, LOOK):
                told = [str(m)[:200] for m in (*self.outcomes[-5:], *self.notices[-5:])]
                assert time.monotonic() < deadline, told

    def got(self, kind: type[Kind]) -> list[Kind]:
        return [m for m in (*self.outcomes, *self.notices) if isinstance(m, kind)]

    def wait_for(self, kind: type[Kind], count: int = 1) -> list[Kind]:
        self.wait(lambda: len(self.got(kind)) >= count)
        return self.got(kind)


@contextmanager
def running(
    path: Path, engines: Sequence[str | Engine] = ("numpy",), kind: type[Watched] = Watched
) -> Iterator[Watched]:
    """A started worker that has ``path`` loaded as ``net``."""
    worker = kind(engines)
    worker.start()
    worker.submit(LoadModel("net", path))
    try:
        yield worker
    finally:
        worker.stop()


def ask(value: float, channel: str = "slider", **options: Any) -> Infer:
    """A request on the network of ``twice``."""
    x = np.full((1, 1), value, np.float32)
    return Infer("net", {"x": x}, channel, context=value, **options)


def values(results: Sequence[Result]) -> list[float]:
    return [float(result.outputs["y"][0, 0]) for result in results]


def assert_said_to_be_absent(rival: Rival, package: str, file: Path, folder: Path) -> None:
    """A rival whose ``package`` is not installed refuses each file with a sentence that says so."""
    absent = f"raise ModuleNotFoundError('No module named {package}', name='{package}')"
    (folder / f"{package}.py").write_text(absent)
    with Contestant(rival.name, rival.module, {"PYTHONPATH": str(folder)}) as contestant:
        for _ in range(2):
            with pytest.raises(ContestantError, match=f"{package} is not installed"):
                contestant.ask(Load("m", file, None))


Hook = Callable[[np.ndarray], None]


class HookRunner(NumpyRunner):
    def __init__(self, mlp: Mlp, hook: Hook) -> None:
        super().__init__(mlp)
        self._hook = hook

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        self._hook(x)
        return super()._forward(x)


class HookEngine(NumpyEngine):
    """Calls ``hook`` with the rows before each forward pass."""

    def __init__(self, hook: Hook) -> None:
        self._hook = hook

    def load(self, mlp: Mlp) -> NumpyRunner:
        return HookRunner(mlp, self._hook)


class GateEngine(HookEngine):
    """Each forward pass waits until the gate is open; ``entered`` says that one is waiting."""

    def __init__(self) -> None:
        super().__init__(self._pass)
        self.gate = threading.Event()
        self.entered = threading.Event()

    def _pass(self, x: np.ndarray) -> None:
        if x.any():  # the warm-up of a loaded model is all zeros
            self.entered.set()
            assert self.gate.wait(PATIENCE)


class BrokenEngine:
    """Prepared when told to; fails in the stage that is named, ``run`` after some passes."""

    name = "mojo"

    def __init__(self, stage: str, passes: int = 0) -> None:
        self.stage = stage
        self.passes = passes
        self.may_prepare = threading.Event()
        self.may_prepare.set()

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        report(0.5, 6.0, "compiling")
        while not self.may_prepare.wait(0.01):
            if cancel.is_set():
                raise EngineError("cancelled")
        if self.stage == "prepare":
            raise EngineError("No C compiler was found.")

    def load(self, mlp: Mlp) -> NumpyRunner:
        if self.stage == "load":
            raise OSError("library is gone")
        runner = HookRunner(mlp, self._pass)
        runner.engine = self.name
        return runner

    def _pass(self, x: np.ndarray) -> None:
        self.passes -= 1
        if self.stage == "run" and self.passes < 0:
            raise RuntimeError("the device is lost")
