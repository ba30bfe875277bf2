"""One background thread that runs every inference, so that no other thread ever waits."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from inference.engines import Engine, create, is_address
from inference.engines.mojo import Cores, all_cores
from inference.errors import EngineError, ModelError

from .bulk import BulkRun
from .executor import Executor
from .jobs import Jobs
from .loaded import Loaded
from .mailbox import Closed, Mailbox, Post
from .messages import (
    Arrays,
    Attach,
    BuildProgress,
    Cancel,
    Cancelled,
    Command,
    Detach,
    EngineFailed,
    Failure,
    Infer,
    JobFailed,
    JobResult,
    LoadModel,
    ModelFailed,
    Notice,
    Outcome,
    Priority,
    Progress,
    Result,
    RunBulk,
    UnloadModel,
    UseEngine,
)
from .preparing import Prepared, Preparer
from .reloading import Reloaded, Reloader
from .returning import Returning
from .stats import Timings, WorkerStats
from .watch import SECONDS, Watcher

SERVER_SECONDS = 0.5
"""How long a server may hold up everything else, before the work is done here."""

_log = logging.getLogger(__name__)


class Worker:
    """Takes requests from any thread, runs them on its own, most urgent first.

    Order: events as they came (loading a model, changing the engine, beginning or cancelling a
    bulk run, a job and its commands), INTERACTIVE snapshots, then every job that is due, one
    step, then one LIVE or BULK snapshot, or else one piece of the oldest bulk run. ``Mailbox``
    says what is stale. Idle, it sleeps until the earliest job is due.

    engines: names or engines, preferred first; the last must need no preparation and stays as
    the fallback. The others, and those that are asked for later, are prepared on a second thread,
    every model packed for them, and swapped in between two requests. The files of loaded models
    are looked at every ``watch_seconds``; a changed one is swapped in likewise. A server that is
    lost is looked for while it is the engine asked for last, and takes over again.
    on_result hears every Outcome and on_event every Notice, both on the worker's thread; what
    they raise is logged. Nothing is called after ``stop`` has returned.
    """

    def __init__(
        self,
        on_result: Callable[[Outcome], None],
        on_event: Callable[[Notice], None],
        engines: Sequence[str | Engine] = ("mojo", "numpy"),
        clock: Callable[[], float] = time.perf_counter,
        watch_seconds: float = SECONDS,
    ) -> None:
        self._on_result = on_result
        self._on_event = on_event
        self.clock = clock
        self._cores = Cores(max(1, all_cores() - 1))  # one is left to the window
        made = [self._create(engine) if isinstance(engine, str) else engine for engine in engines]
        self._first, self._wanted = made[:-1], made[0].name
        self._given = {e.name: e for e in engines if not isinstance(e, str)}
        self._executor = Executor([engine.name for engine in made], made[-1], self._notify, clock)
        self._mailbox = Mailbox(clock)
        self._bulk: deque[BulkRun] = deque()
        self._jobs = Jobs(self._run, self._send, clock)
        self._timings = Timings()
        self._delivered = self._failed = 0
        self._building: dict[str, BuildProgress] = {}
        self._stopping = threading.Event()
        post = self._mailbox.post
        self._preparer = Preparer(self._executor.missing, post, clock, self._stopping)
        self._returning = Returning(
            self._executor.missing, self._is_awaited, post, clock, self._stopping
        )
        self._reloader = Reloader(self._executor.engines, post, self._stopping)
        self._watcher = Watcher(self._reloader.reload, self._stopping, watch_seconds)
        self._thread = threading.Thread(target=self._work, name="inference", daemon=True)

    def start(self) -> None:
        """Begin to work, and to prepare the engines that need it."""
        self._thread.start()
        self._watcher.start()

    def submit(self, request: Post) -> Post:
        """Queue a request; returns it with its generation and submit time. Never waits.

        After ``stop`` it does nothing. Raises RuntimeError when 1,024 events already wait.
        """
        return self._mailbox.put(request)

    def forget(self, channel: str) -> None:
        """Drop what ``channel`` has submitted so far, also when it is being run."""
        self._mailbox.forget(channel)

    def cancel(self, request: RunBulk) -> None:
        """End a bulk run (as returned by ``submit``): ``Cancelled`` is the last heard of it."""
        self._mailbox.put(Cancel(request.generation))

    @property
    def stale(self) -> int:
        """How many snapshots a newer one has replaced, or ``forget`` has dropped."""
        return self._mailbox.stale

    def stats(self) -> WorkerStats:
        """The state of this instant; cheap, for any thread."""
        return WorkerStats(
            engine=self._executor.engine.name,
            queue_depth=len(self._mailbox) + len(self._bulk),
            stale=self._mailbox.stale,
            delivered=self._delivered,
            failed=self._failed,
            models=self._timings.snapshot(),
            building=tuple(self._building.copy().values()),
        )

    def stop(self, timeout: float = 5.0) -> None:
        """Give up what waits, end builds, and wait for the thread (at most ``timeout`` s)."""
        self._stopping.set()
        self._mailbox.close()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)
        self._watcher.join(timeout)
        self._preparer.join(timeout)

    # Everything below runs on the worker's thread.

    def _work(self) -> None:
        for engine in self._first:
            self._prepare(engine)
        try:
            while True:
                self._turn()
        except Closed:
            self._bulk.clear()

    def _turn(self) -> None:
        """One thing, the most urgent; after each round of the jobs one that is less urgent."""
        urgent = self._mailbox.take(least=Priority.INTERACTIVE)
        if urgent is not None:
            self._handle(urgent)
        elif not self._jobs.step(self.clock()):
            message = self._mailbox.take(-math.inf if self._bulk else self._jobs.due())
            self._jobs.next_round()
            if message is not None:
                self._handle(message)
            elif self._bulk:
                self._bulk_piece()

    def _handle(self, message: object) -> None:
        match message:
            case Infer():
                self._infer(message)
            case RunBulk():
                self._begin(message)
            case LoadModel():
                self._load(message)
            case UnloadModel():
                self._unload(message.model)
            case UseEngine():
                self._use(message.engine)
            case Attach() | Detach() | Command():
                self._jobs.handle(message)
            case Cancel():
                self._cancel(message.target)
            case BuildProgress():
                self._building[message.engine] = message
                self._notify(message)
            case Prepared():
                self._join(message)
            case EngineFailed():
                self._building.pop(message.engine, None)
                self._executor.drop(message.engine, message.message)
            case Reloaded():
                if self._executor.reload(message.old, message.new):
                    self._watch(message.new)
            case ModelFailed():
                self._notify(message)

    def _infer(self, request: Infer) -> None:
        outcome = self._executor.step(request)
        if isinstance(outcome, Result):
            self._timings.add(request.model, outcome.duration, outcome.latency, outcome.network_s)
        if self._mailbox.fresh(request):
            self._deliver(outcome)

    def _run(self, model: str, inputs: Arrays) -> dict[str, np.ndarray]:
        """For the jobs: an inference here and now."""
        started = self.clock()
        ran = self._executor.run(self._executor.loaded(model), inputs)
        duration = self.clock() - started
        self._timings.add(model, duration, duration, ran.network_s)
        return ran.outputs

    def _send(self, message: JobResult | JobFailed) -> None:
        self._call(self._on_result, message)

    def _begin(self, request: RunBulk) -> None:
        try:
            self._bulk.append(BulkRun(request, self._executor, self.clock))
        except ModelError as error:
            self._deliver(Failure(request, str(error)))

    def _bulk_piece(self) -> None:
        run = self._bulk[0]
        try:
            progress = run.step()
        except (ModelError, EngineError) as error:
            self._bulk.popleft()
            self._deliver(Failure(run.request, str(error)))
            return
        if progress is not None:
            self._deliver(progress)
        if run.finished:
            self._bulk.popleft()
            self._deliver(run.result())

    def _cancel(self, generation: int) -> None:
        for run in self._bulk:
            if run.request.generation == generation:
                self._bulk.remove(run)
                self._deliver(Cancelled(run.request))
                return

    def _load(self, request: LoadModel) -> None:
        loaded = self._executor.load(request)
        if loaded is not None:
            self._watch(loaded)

    def _watch(self, loaded: Loaded) -> None:
        """Reload it when its file changes; compile it for the running engine if it must."""
        self._watcher.watch(loaded)
        if self._executor.missing(self._executor.engine):
            self._prepare(self._executor.engine)

    def _unload(self, model: str) -> None:
        self._watcher.forget(model)
        self._executor.unload(model)
        self._timings.forget(model)

    def _use(self, name: str) -> None:
        self._wanted = name
        try:
            engine = (
                self._executor.engines().get(name) or self._given.get(name) or self._create(name)
            )
        except EngineError as error:
            self._executor.drop(name, str(error))
            return
        if not self._executor.prefer(name):
            self._prepare(engine)

    def _prepare(self, engine: Engine) -> None:
        if engine.name not in self._building:
            self._building[engine.name] = BuildProgress(engine.name, 0.0, 0.0, "preparing")
            self._preparer.begin(engine, self._is_ready(engine))

    def _join(self, prepared: Prepared) -> None:
        """Take over, once the models loaded meanwhile are packed too."""
        engine = prepared.engine
        self._executor.install(engine, prepared.runners)
        if self._executor.missing(engine):
            self._preparer.begin(engine, True, prepared.begun)
            return
        self._building.pop(engine.name, None)
        self._executor.join(engine, self.clock() - prepared.begun)

    def _create(self, name: str) -> Engine:
        return create(name, self._cores, SERVER_SECONDS)

    def _is_awaited(self, name: str) -> bool:
        return self._wanted == name and name not in self._executor.engines()

    def _is_ready(self, engine: Engine) -> bool:
        return self._executor.engines().get(engine.name) is engine

    def _deliver(self, outcome: Outcome) -> None:
        self._delivered += not isinstance(outcome, Progress)
        self._failed += isinstance(outcome, Failure)
        self._call(self._on_result, outcome)

    def _notify(self, notice: Notice) -> None:
        if isinstance(notice, EngineFailed) and is_address(notice.engine):
            self._returning.begin(self._create(notice.engine))
        self._call(self._on_event, notice)

    def _call(self, listener: Callable[..., None], message: object) -> None:
        if self._stopping.is_set():
            return
        try:
            listener(message)
        except Exception:
            _log.exception("a listener of the inference worker failed on %s", type(message))
