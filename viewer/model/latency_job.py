"""Measures the five models at the pace of a display, on every engine here, on the worker."""

from __future__ import annotations

import queue
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference import load_model
from inference.engines import VARIANTS
from inference.errors import EngineError, ModelError
from inference.models import MODELS, ModelSpec
from inference.runner import Runner
from inference.worker.messages import Attach, JobFailed, JobResult, Run
from inference.worker.worker import Worker

from .engines import unavailable
from .language import tr
from .latency_report import RATE_HZ, WHOLE, LatencyReport, report_of
from .notice import Refused

JOB = "latency"
BLOCK = 15
"""Frames for which an engine runs before the next takes its turn: a quarter of a second."""
WARM_UP = 3
TOLD_EVERY = 6
Progress = Callable[[str, float], object]
"""Called with what is being done and which share of all is done."""


class Cancelled(Exception):
    """Whoever asked for the report does not want it any more."""


@dataclass(frozen=True)
class Contender:
    """An engine with every model loaded, and an input (1, ...) of each."""

    engine: str
    runners: dict[str, Runner]
    inputs: dict[str, dict[str, np.ndarray]]


@dataclass(frozen=True)
class Measuring:
    """So much of the run is done; ``engine`` has its turn."""

    engine: str
    share: float


@dataclass(frozen=True, eq=False)
class Measured:
    """Seconds (N,) by engine, and of each by model and for whole frames."""

    times: dict[str, dict[str, np.ndarray]]


class LatencyJob:
    """On each beat of the display all models of one engine, one after the other.

    The engines take turns in blocks, in an order that is drawn anew each round, so that what
    disturbs the machine meets all. A beat that comes too late is not made up for.
    """

    def __init__(
        self, contenders: tuple[Contender, ...], seconds: float, clock: Callable[[], float]
    ) -> None:
        self._clock = clock
        self._frames = max(round(seconds * RATE_HZ), len(contenders))
        self._block = max(min(BLOCK, self._frames // len(contenders)), 1)
        self._turns = _turns(contenders)
        self._contender = contenders[0]
        self._done = 0
        self._times: dict[str, dict[str, list[float]]] = {
            each.engine: defaultdict(list) for each in contenders
        }
        self._due: float | None = clock()

    def due(self) -> float | None:
        """The next beat; None once all is measured."""
        return self._due

    def step(self, run: Run) -> Measuring | Measured | None:
        """One frame; now and then how far it is, at the end all times."""
        assert self._due is not None
        if self._done % self._block == 0:
            self._contender = next(self._turns)
        began, contender = self._due, self._contender
        times = self._times[contender.engine]
        for name, runner in contender.runners.items():
            started = self._clock()
            runner.run(contender.inputs[name])
            times[name].append(self._clock() - started)
        ended = self._clock()
        times[WHOLE].append(ended - began)
        self._done += 1
        self._due = max(began + 1 / RATE_HZ, ended)
        if self._done == self._frames:
            self._due = None
            return Measured({e: _arrays(of) for e, of in self._times.items() if of})
        told = self._done % TOLD_EVERY == 0
        return Measuring(contender.engine, self._done / self._frames) if told else None

    def handle(self, command: object, run: Run) -> None:
        """It obeys no commands: who wants no more of it detaches it."""


def prepare(
    assets: Path,
    progress: Progress,
    cancelled: Callable[[], bool],
    engines: tuple[str, ...] = tuple(VARIANTS),
) -> tuple[tuple[Contender, ...], dict[str, str]]:
    """Every engine that runs here, warmed up, and why the others do not; a sentence each.

    May take a minute where MAX has to compile. Raises Cancelled, and Refused where none is left.
    """
    specs = [spec for spec in MODELS.values() if spec.available(assets)]
    found: list[Contender] = []
    left_out: dict[str, str] = {}
    total = len(engines) * max(len(specs), 1)
    for place, engine in enumerate(engines):
        if reason := unavailable(engine):
            left_out[engine] = reason
            continue
        runners: dict[str, Runner] = {}
        try:
            for number, spec in enumerate(specs):
                if cancelled():
                    raise Cancelled
                share = (place * len(specs) + number) / total
                progress(tr("Preparing {engine}: {title}", engine=engine, title=spec.title), share)
                runners[spec.name] = _loaded(spec, assets, engine)
        except (EngineError, ModelError) as error:
            left_out[engine] = str(error)
            continue
        found.append(Contender(engine, runners, {n: _drawn(r) for n, r in runners.items()}))
        for name, runner in runners.items():
            for _ in range(WARM_UP):
                runner.run(found[-1].inputs[name])
    if not found or not specs:
        raise Refused("There is no model here to measure, or no engine that runs it.")
    return tuple(found), left_out


def measure(
    assets: Path,
    seconds: float,
    progress: Progress,
    engines: tuple[str, ...] = tuple(VARIANTS),
) -> LatencyReport:
    """The report without a window: the same job on a worker of its own. Raises Refused."""
    contenders, left_out = prepare(assets, progress, lambda: False, engines)
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    worker = Worker(told.put, lambda notice: None, engines=("numpy",))
    worker.start()
    try:
        worker.submit(Attach(JOB, LatencyJob(contenders, seconds, worker.clock)))
        while True:
            message = told.get()
            if isinstance(message, JobFailed):
                raise Refused(message.message)
            if isinstance(message, JobResult) and isinstance(message.message, Measuring):
                progress(
                    tr("Measuring {engine}", engine=message.message.engine), message.message.share
                )
            elif isinstance(message, JobResult) and isinstance(message.message, Measured):
                return report_of(message.message.times, seconds, tr("without a window"), left_out)
    finally:
        worker.stop()


def _loaded(spec: ModelSpec, assets: Path, engine: str) -> Runner:
    variant = VARIANTS[engine]
    return load_model(spec.path(assets), *variant, spec=spec)


def _drawn(runner: Runner) -> dict[str, np.ndarray]:
    """An input of one row, the same for every engine."""
    draw = np.random.default_rng(0).standard_normal
    return {
        name: draw([size or 1 for size in shape]).astype(np.float32)
        for name, shape in runner.inputs.items()
    }


def _turns(contenders: tuple[Contender, ...]) -> Iterator[Contender]:
    """Whose turn is next, without end."""
    rng = np.random.default_rng(0)
    while True:
        yield from (contenders[place] for place in rng.permutation(len(contenders)))


def _arrays(times: dict[str, list[float]]) -> dict[str, np.ndarray]:
    return {name: np.array(took) for name, took in times.items()}
