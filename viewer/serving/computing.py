"""The one thread that computes: bodies in, answers out, in their order; batches where asked for."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from inference import EngineError, ModelError
from inference.protocol import Message, ProtocolError, Request, read_request, write_response

from .problem import Problem, problem
from .served import VERSION, Outputs, Served, TooLarge

Clock = Callable[[], float]
_LOG = logging.getLogger(__name__)


class Answer(NamedTuple):
    """message: what goes to the client. rows: of its request; batch: of all computed with it.

    read_s, queue_s, run_s, write_s: how long the tensors were read, waited, computed, written.
    """

    message: Message
    rows: int
    batch: int
    read_s: float
    queue_s: float
    run_s: float
    write_s: float


@dataclass(frozen=True, eq=False)
class Job:
    """A request whose body has come, and the answer that is to be. submitted: seconds."""

    model: Served
    message: Message
    submitted: float
    answer: Future[Answer] = field(default_factory=Future)


class Taken(NamedTuple):
    """A job whose tensors are read, which took ``read_s``."""

    job: Job
    request: Request
    rows: int
    read_s: float


class Going(NamedTuple):
    """What is computed step by step, since ``started``, for the jobs of one batch."""

    batch: Sequence[Taken]
    steps: Iterator[Outputs | None]
    started: float


class Computing:
    """Answers jobs on a thread of its own. What takes many steps takes turns with all else.

    prepare: runs there first. computed: told the model and how many rows were computed together.
    window_s: how long a job waits for others of its model, where rows of several may share a
    batch. clock: seconds.
    """

    def __init__(
        self,
        prepare: Callable[[], None],
        computed: Callable[[str, int], None],
        window_s: float = 0.0,
        clock: Clock = time.perf_counter,
    ) -> None:
        self._prepare, self._computed = prepare, computed
        self._window_s, self._clock = window_s, clock
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._ended = False
        self._aside: deque[Job] = deque()
        self._going: deque[Going] = deque()
        self._thread = threading.Thread(target=self._work, name="computing", daemon=True)
        self._thread.start()

    def submit(self, model: Served, message: Message) -> Future[Answer]:
        """The answer that ``model`` will give, or a Problem; cancelled, it is not computed.

        Whoever submits bounds how many wait.
        """
        job = Job(model, message, self._clock())
        self._jobs.put(job)
        return job.answer

    def close(self) -> None:
        """Answers what was submitted, and ends the thread."""
        self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        self._prepare()
        while self._aside or self._going or not self._ended:
            if (job := self._pull()) and (taken := self._take(job)):
                batch = [taken, *self._others(taken)]
                inputs = _together([each.request.inputs for each in batch])
                steps = taken.job.model.steps(inputs)
                self._going.append(Going(batch, steps, self._clock()))
            if self._going:
                self._go_on(self._going.popleft())

    def _pull(self) -> Job | None:
        """The next job; None where none waits while something is going, or none will come."""
        if self._aside:
            return self._aside.popleft()
        try:
            job = self._jobs.get(block=not (self._going or self._ended))
        except queue.Empty:
            return None
        self._ended |= job is None
        return job

    def _take(self, job: Job) -> Taken | None:
        """The tensors of a job; None where there are none, which its client is told."""
        if job.answer.cancelled():
            return None
        since = self._clock()
        try:
            request = read_request(job.message)
            rows = job.model.check(request.inputs)
        except Exception as error:
            _give(job, told(error))
            return None
        return Taken(job, request, rows, self._clock() - since)

    def _others(self, first: Taken) -> Iterator[Taken]:
        """What comes for the same model until the first has waited its time or rows are enough."""
        model, rows = first.job.model, first.rows
        if not (self._window_s and model.shares):
            return
        until = first.job.submitted + self._window_s
        while rows < model.most_rows and (job := self._next(model, until)):
            if taken := self._take(job):
                rows += taken.rows
                yield taken

    def _next(self, model: Served, until: float) -> Job | None:
        """The next job of ``model``; those of others are put aside, in their order."""
        for job in self._aside:
            if job.model is model:
                self._aside.remove(job)
                return job
        while not self._ended:
            try:
                found = self._jobs.get(timeout=max(until - self._clock(), 0.0))
            except queue.Empty:
                return None
            if found is None:
                self._ended = True
            elif found.model is model:
                return found
            else:
                self._aside.append(found)
        return None

    def _go_on(self, going: Going) -> None:
        """One step, unless nobody waits for it any more."""
        batch = going.batch
        if all(taken.job.answer.cancelled() for taken in batch):
            return
        try:
            outputs = next(going.steps)
        except Exception as error:
            for taken in batch:
                _give(taken.job, told(error))
            return
        if outputs is None:
            self._going.append(going)
            return
        ended, first = self._clock(), 0
        self._computed(batch[0].job.model.name, sum(taken.rows for taken in batch))
        for taken in batch:
            last = first + taken.rows
            own = outputs if len(batch) == 1 else {n: a[first:last] for n, a in outputs.items()}
            _give(taken.job, self._written(taken, own, going, ended))
            first = last

    def _written(
        self, taken: Taken, outputs: Outputs, going: Going, ended: float
    ) -> Answer | Problem:
        job, since = taken.job, self._clock()
        try:
            message = write_response(job.model.name, VERSION, outputs, taken.request)
        except Exception as error:
            return told(error)
        waited = going.started - job.submitted - taken.read_s
        took = (taken.read_s, waited, ended - going.started, self._clock() - since)
        return Answer(message, taken.rows, sum(each.rows for each in going.batch), *took)


def _give(job: Job, found: Answer | Problem) -> None:
    """To whoever waits for it still."""
    if job.answer.set_running_or_notify_cancel():
        if isinstance(found, Problem):
            job.answer.set_exception(found)
        else:
            job.answer.set_result(found)


def _together(requests: Sequence[Mapping[str, np.ndarray]]) -> Mapping[str, np.ndarray]:
    if len(requests) == 1:
        return requests[0]
    return {name: np.concatenate([own[name] for own in requests]) for name in requests[0]}


def told(error: Exception) -> Problem:
    """What a client is told of an error; what nobody expected goes to the log."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, TooLarge):
        return problem("too_large", str(error))
    if isinstance(error, ProtocolError | ModelError):
        return problem("invalid", str(error))
    if isinstance(error, EngineError):
        return problem("failed", str(error))
    if isinstance(error, MemoryError):
        return problem("failed", "There is not enough memory for this request.")
    _LOG.error("A request failed.", exc_info=error)
    return problem("internal", "The server failed on this request; its log says why.")
