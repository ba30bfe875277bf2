"""What crosses the thread: requests go in, messages come out. All of it immutable.

A *snapshot* (``Infer``) is latest-wins per channel; every other request is an *event*: kept in
order and never lost. ``Worker.submit`` stamps the generation and the submit time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from inference.models import Shape

if TYPE_CHECKING:
    from inference.gradients import Scalar

Arrays = Mapping[str, np.ndarray]
Run = Callable[[str, Arrays], dict[str, np.ndarray]]
"""``run(model, inputs)`` on the engine of the moment; raises ModelError and EngineError."""


class Job(Protocol):
    """State on the worker that moves by itself. Every method runs on the worker's thread alone."""

    def due(self) -> float | None:
        """Time of the next step on the worker's clock; None: nothing until a command comes."""

    def step(self, run: Run) -> object | None:
        """Take one step; what it returns goes to ``on_result`` as a JobResult, but for None."""

    def handle(self, command: object, run: Run) -> object | None:
        """Obey a command, in the order they were given; the same with what it returns."""


class Priority(IntEnum):
    """Lower values run first."""

    INTERACTIVE = 0
    LIVE = 1
    BULK = 2


@dataclass(frozen=True, eq=False, kw_only=True)
class Stamped:
    """What ``Worker.submit`` stamps. submit_time: seconds on the worker's clock, or None: then.

    generation: counts what was submitted, from 1.
    """

    submit_time: float | None = None
    generation: int = 0


@dataclass(frozen=True, eq=False)
class Infer(Stamped):
    """Snapshot: run ``model`` on ``inputs``; a newer one on ``channel`` replaces it in the queue.

    inputs: not to be written to any more. context: the sender's own, carried back untouched.
    submit_time: seconds on the worker's clock; set it to the time of the input event, or leave
    it to ``submit``. reference: run the numpy engine on the same inputs too, behind the engine,
    for ``Result.reference``. gradient: of which scalar of its output ``Result.gradient`` is wanted.
    """

    model: str
    inputs: Arrays
    channel: str
    priority: Priority = Priority.INTERACTIVE
    context: object = None
    reference: bool = False
    gradient: Scalar | None = None


@dataclass(frozen=True, eq=False)
class RunBulk(Stamped):
    """Event: run ``model`` on every row of ``inputs``, a few milliseconds at a time."""

    model: str
    inputs: Arrays
    context: object = None


@dataclass(frozen=True)
class LoadModel(Stamped):
    """Event: read ``path`` as ``model`` and use it from the next request on.

    A name that has a ``spec_of`` holds the file to that model's shapes. Runs of bulk work that
    were submitted before keep the model they started with. The file is read again when it changes.
    """

    model: str
    path: Path


@dataclass(frozen=True)
class UnloadModel(Stamped):
    """Event: forget ``model`` and give its memory back."""

    model: str


@dataclass(frozen=True)
class UseEngine(Stamped):
    """Event: run on the variant ``engine`` as soon as it is ready; until then nothing changes."""

    engine: str


@dataclass(frozen=True)
class Cancel(Stamped):
    """Event: end the bulk run of that generation."""

    target: int


@dataclass(frozen=True, eq=False)
class Attach(Stamped):
    """Event: ``job`` lives on the worker from now on, in place of an earlier one of that name."""

    job_name: str
    job: Job


@dataclass(frozen=True)
class Detach(Stamped):
    """Event: end the job of that name."""

    job_name: str


@dataclass(frozen=True, eq=False)
class Command(Stamped):
    """Event: hand ``command`` to the job of that name; nothing if there is none (any more)."""

    job_name: str
    command: object


Event = RunBulk | LoadModel | UnloadModel | UseEngine | Cancel | Attach | Detach | Command
Request = Infer | Event


@dataclass(frozen=True, eq=False)
class Result:
    """The outputs of a request. Times are seconds on the worker's clock.

    reference: the numpy engine's outputs on the same inputs if ``Infer.reference`` asked for
    them. It is computed after ``finished`` and takes ``reference_duration`` (s), which is in no
    other time. gradient: of the scalar that ``Infer.gradient`` asked for by each input, of the
    input's shape, by the same engine; computed after ``finished`` too. network_s: seconds of the
    duration in which another machine's answer was on its way.
    """

    request: Infer | RunBulk
    outputs: dict[str, np.ndarray]
    started: float
    finished: float
    engine: str
    reference: dict[str, np.ndarray] | None = None
    reference_duration: float = 0.0
    gradient: np.ndarray | None = None
    network_s: float = 0.0

    @property
    def duration(self) -> float:
        """Seconds from start to finish."""
        return self.finished - self.started

    @property
    def latency(self) -> float:
        """Seconds from submission to finish."""
        return self.finished - (self.request.submit_time or 0.0)


@dataclass(frozen=True, eq=False)
class Progress:
    """Rows ``[start, done)`` of a bulk run of ``total`` rows, in order."""

    request: RunBulk
    start: int
    outputs: dict[str, np.ndarray]
    done: int
    total: int


@dataclass(frozen=True, eq=False)
class Failure:
    """Why a request gave nothing: one sentence."""

    request: Infer | RunBulk
    message: str


@dataclass(frozen=True, eq=False)
class Cancelled:
    """A bulk run that was ended by ``Worker.cancel``."""

    request: RunBulk


@dataclass(frozen=True, eq=False)
class JobResult:
    """What a step or a command of a job returned. generation: that of its Attach.

    Times are seconds on the worker's clock. asked: when the step was due, or the command submitted.
    """

    job_name: str
    message: object
    generation: int = 0
    asked: float = 0.0
    started: float = 0.0
    finished: float = 0.0


@dataclass(frozen=True)
class JobFailed:
    """A job raised and is detached; why, in one sentence."""

    job_name: str
    message: str
    generation: int = 0


Outcome = Result | Progress | Failure | Cancelled | JobResult | JobFailed


@dataclass(frozen=True)
class EngineReady:
    """An engine that took ``seconds`` to prepare."""

    engine: str
    seconds: float


@dataclass(frozen=True)
class EngineChanged:
    """``engine`` runs everything from now on."""

    engine: str


@dataclass(frozen=True)
class EngineFailed:
    """``engine`` is out, said once per failure; the next engine has taken over."""

    engine: str
    message: str


@dataclass(frozen=True)
class BuildProgress:
    """An engine being prepared: seconds so far, seconds expected in all, what is being done."""

    engine: str
    elapsed: float
    estimate: float
    message: str


@dataclass(frozen=True)
class ModelLoaded:
    """``model`` runs from now on."""

    model: str
    path: Path
    inputs: dict[str, Shape]
    outputs: dict[str, Shape]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class ModelReloaded(ModelLoaded):
    """The file of ``model`` had changed; the new one runs from now on."""


@dataclass(frozen=True)
class ModelUnloaded:
    """``model`` is gone."""

    model: str


@dataclass(frozen=True)
class ModelFailed:
    """``path`` cannot be used; an earlier ``model`` stays as it was."""

    model: str
    path: Path
    message: str


@dataclass(frozen=True)
class ModelDeclined:
    """``engine`` lacks ``model``, which the next engine runs; why, in one sentence."""

    model: str
    engine: str
    message: str


Notice = (
    EngineReady
    | EngineChanged
    | EngineFailed
    | BuildProgress
    | ModelLoaded
    | ModelUnloaded
    | ModelFailed
    | ModelDeclined
)
