"""Jobs: state that lives on the worker's thread and moves by itself, such as a simulation."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from inference.errors import EngineError, ModelError

from .messages import Attach, Command, Detach, Job, JobFailed, JobResult, Run

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Attached:
    name: str
    generation: int
    job: Job
    stepped: bool = False


class Jobs:
    """The attached jobs, stepped when they are due. All of it on one thread.

    ``send`` hears what steps and commands return, and of a job that raised, which is detached.
    In one round each job steps at most once, however late it is: its time slows down, and what
    else the worker has to do is not held up.
    """

    def __init__(
        self,
        run: Run,
        send: Callable[[JobResult | JobFailed], None],
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._run = run
        self._send = send
        self._clock = clock
        self._attached: dict[str, _Attached] = {}

    def handle(self, message: Attach | Detach | Command) -> None:
        """A command to a job that is no longer attached does nothing."""
        name = message.job_name
        match message:
            case Attach():
                self._attached[name] = _Attached(name, message.generation, message.job)
            case Detach():
                self._attached.pop(name, None)
            case Command():
                if attached := self._attached.get(name):
                    asked = message.submit_time or 0.0
                    handle = attached.job.handle
                    self._ask(attached, lambda: handle(message.command, self._run), asked)

    def due(self) -> float:
        """Clock time of the earliest step; infinity when there is none."""
        return min((self._due(a) for a in list(self._attached.values())), default=math.inf)

    def step(self, now: float) -> bool:
        """Step the job that is due the longest, of those not stepped in this round; if any."""
        waiting = [(self._due(a), a) for a in list(self._attached.values()) if not a.stepped]
        due, attached = min(waiting, key=lambda pair: pair[0], default=(math.inf, None))
        if attached is None or due > now:
            return False
        attached.stepped = True
        self._ask(attached, lambda: attached.job.step(self._run), due)
        return True

    def next_round(self) -> None:
        """Let every job step again."""
        for attached in self._attached.values():
            attached.stepped = False

    def _due(self, attached: _Attached) -> float:
        try:
            due = attached.job.due()
        except Exception as error:
            self._fail(attached, error)
            return math.inf
        return math.inf if due is None else due

    def _ask(self, attached: _Attached, act: Callable[[], object | None], asked: float) -> None:
        started = self._clock()
        try:
            message = act()
        except Exception as error:  # whatever a job does, the worker goes on
            self._fail(attached, error)
            return
        if message is not None:
            times = (asked, started, self._clock())
            self._send(JobResult(attached.name, message, attached.generation, *times))

    def _fail(self, attached: _Attached, error: Exception) -> None:
        if self._attached.get(attached.name) is attached:
            del self._attached[attached.name]
        if isinstance(error, ModelError | EngineError):
            sentence = str(error)
        else:
            _log.error("the job %s failed", attached.name, exc_info=error)
            sentence = f"The {attached.name} stopped ({type(error).__name__}: {error})."
        self._send(JobFailed(attached.name, sentence, attached.generation))
