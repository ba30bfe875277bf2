"""The worker as the window sees it: calls out, Qt callbacks in."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from inference.worker.messages import (
    Attach,
    Cancelled,
    Command,
    Detach,
    EngineChanged,
    EngineFailed,
    EngineReady,
    Failure,
    Infer,
    Job,
    JobFailed,
    JobResult,
    LoadModel,
    ModelFailed,
    ModelLoaded,
    ModelUnloaded,
    Priority,
    Progress,
    Result,
    RunBulk,
    UnloadModel,
    UseEngine,
)
from inference.worker.worker import Worker, WorkerStats

if TYPE_CHECKING:
    from inference.gradients import Scalar

OnResult = Callable[[Result], None]
OnFailure = Callable[[Failure], None]
OnProgress = Callable[[Progress], None]
OnMessages = Callable[[list[Any]], None]
OnSentence = Callable[[str], None]

JOB_BACKLOG = 4096
"""Messages of a job that may wait for the UI thread: minutes of steps. The oldest go first."""


class Work(NamedTuple):
    """What the worker did, of which something is to be seen; seconds on its clock."""

    name: str
    asked: float
    started: float
    finished: float


class Bridge(QObject):
    """Owns the worker and brings its messages to the UI thread.

    Messages wait in one inbox; at most one wake-up is pending, so a burst costs
    one event. A snapshot's result replaces the one of its channel that still
    waits there, which counts as stale. ``asked`` and ``answered`` tell of interactive
    snapshots.
    """

    happened = Signal(object)
    engine_changed = Signal(str)
    model_loaded = Signal(str)
    failed = Signal(str)
    asked = Signal()
    answered = Signal()
    _wake = Signal()

    def __init__(
        self, engines: tuple[str, ...] = ("mojo", "numpy"), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._inbox: dict[Any, Any] = {}
        self._stale = 0
        self._lock = threading.Lock()
        self._channels: dict[str, tuple[OnResult, OnFailure | None]] = {}
        self._awaited: set[str] = set()
        self._bulk: dict[int, tuple[OnResult, OnProgress | None, OnFailure | None]] = {}
        self._jobs: dict[str, tuple[int, OnMessages, OnSentence | None]] = {}
        self._work: Work | None = None
        self._worker = Worker(self._receive, self._receive, engines=engines)
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.models: dict[str, ModelLoaded] = {}
        self.engine = ""

    def start(self, models: dict[str, Path]) -> None:
        """Start the worker and load ``models``, name -> file."""
        self._worker.start()
        self._note_engine()
        for name, path in models.items():
            self.load(name, path)

    def stop(self) -> None:
        """Stop the worker; nothing is delivered afterwards."""
        self._worker.stop()
        with self._lock:
            self._inbox.clear()
        self._channels.clear()
        self._bulk.clear()
        self._jobs.clear()

    @property
    def clock(self) -> Callable[[], float]:
        """The worker's clock, which jobs go by; seconds."""
        return self._worker.clock

    def load(self, name: str, path: Path) -> None:
        """Read ``path`` as the model ``name``; what is asked for after this call runs on it."""
        self._worker.submit(LoadModel(name, path))

    def unload(self, name: str) -> None:
        """Forget the model ``name`` and give its memory back."""
        self._worker.submit(UnloadModel(name))

    def subscribe(
        self, channel: str, on_result: OnResult, on_failure: OnFailure | None = None
    ) -> Callable[[], None]:
        """Hand results of ``channel`` to ``on_result``; returns what ends that."""
        if channel in self._channels:
            raise ValueError(f"The channel {channel!r} has a listener already.")
        self._channels[channel] = (on_result, on_failure)
        return lambda: self._channels.pop(channel, None) and None

    def infer(
        self,
        model: str,
        inputs: dict[str, np.ndarray],
        channel: str,
        priority: Priority = Priority.INTERACTIVE,
        context: object = None,
        reference: bool = False,
        gradient: Scalar | None = None,
    ) -> None:
        """Ask for a snapshot; a newer one on ``channel`` replaces it while it waits.

        reference: bring the numpy engine's outputs too, as ``Result.reference``. gradient: bring
        that of this scalar of the output, as ``Result.gradient``.
        """
        self._worker.submit(Infer(model, inputs, channel, priority, context, reference, gradient))
        if priority is Priority.INTERACTIVE:
            self.asked.emit()

    def bulk(
        self,
        model: str,
        inputs: dict[str, np.ndarray],
        on_result: OnResult,
        on_progress: OnProgress | None = None,
        on_failure: OnFailure | None = None,
    ) -> Callable[[], None]:
        """Run all rows in the background; returns what cancels the run."""
        request = self._worker.submit(RunBulk(model, inputs))
        self._bulk[request.generation] = (on_result, on_progress, on_failure)

        def cancel() -> None:
            if self._bulk.pop(request.generation, None):
                self._worker.cancel(request)

        return cancel

    def attach(
        self, name: str, job: Job, on_messages: OnMessages, on_failure: OnSentence | None = None
    ) -> None:
        """Let ``job`` live on the worker, in place of an earlier one of that ``name``.

        ``on_messages`` gets what it returns, all of it in order, as a list once per turn of the
        event loop. ``on_failure`` (else ``failed``) gets the sentence if it raises, which ends it.
        From now on the job belongs to the worker's thread; talk to it by ``command``.
        """
        attached = self._worker.submit(Attach(name, job))
        self._jobs[name] = (attached.generation, on_messages, on_failure)

    def detach(self, name: str) -> None:
        """End a job; nothing more is heard of it."""
        if self._jobs.pop(name, None):
            self._worker.submit(Detach(name))

    def command(self, name: str, command: object, interactive: bool = False) -> None:
        """Hand ``command`` to a job, in order; nothing happens where there is none (any more).

        interactive: a person waits for what it returns next.
        """
        if name in self._jobs:
            self._worker.submit(Command(name, command))
            if interactive:
                self._awaited.add(name)
                self.asked.emit()

    def forget(self, channel: str) -> None:
        """Drop the results of all that was asked on ``channel`` so far."""
        self._worker.forget(channel)
        with self._lock:
            self._stale += self._inbox.pop(channel, None) is not None

    def use_engine(self, name: str) -> None:
        """Run on the variant ``name`` as soon as it is ready."""
        self._worker.submit(UseEngine(name))

    def stats(self) -> WorkerStats:
        """The worker's figures, with what grew stale on the way to the UI thread."""
        stats = self._worker.stats()
        return replace(stats, stale=stats.stale + self._stale)

    @property
    def dropped(self) -> int:
        """How many snapshots grew stale so far, before they ran or on the way to the UI thread."""
        return self._worker.stale + self._stale

    def take_work(self) -> Work | None:
        """Of what was delivered since the last call, what took the longest; None: nothing was."""
        work, self._work = self._work, None
        return work

    def _receive(self, message: Any) -> None:
        with self._lock:
            first = not self._inbox
            if isinstance(message, JobResult):
                self._keep_job_message(message)
            else:
                key = message.request.channel if _is_snapshot(message) else object()
                self._stale += self._inbox.pop(key, None) is not None
                self._inbox[key] = message
        if first:
            self._wake.emit()

    def _keep_job_message(self, result: JobResult) -> None:
        key = (result.job_name, result.generation)
        waiting = self._inbox.setdefault(key, deque(maxlen=JOB_BACKLOG))
        self._stale += len(waiting) == JOB_BACKLOG
        waiting.append(result)

    def _deliver(self) -> None:
        with self._lock:
            messages, self._inbox = self._inbox, {}
        for key, message in messages.items():
            if isinstance(message, deque):
                for told in message:
                    self._note_work(key[0], told.asked, told)
                self._hand_to_job(key, [told.message for told in message])
            elif isinstance(message, JobFailed):
                self._end_job(message)
            elif _is_snapshot(message):
                self._note_snapshot(message)
                self._hand_to_channel(message)
            elif _request(message) is not None:
                self._hand_to_bulk(message)
            else:
                self._note_event(message)
        jobs = {key[0] for key, message in messages.items() if isinstance(message, deque)}
        if self._awaited & jobs or any(map(_is_interactive, messages.values())):
            self._awaited -= jobs
            self.answered.emit()

    def _note_snapshot(self, message: Result | Failure) -> None:
        request = message.request
        if isinstance(message, Failure) or not isinstance(request, Infer):
            return
        if request.priority is not Priority.BULK:
            self._note_work(request.model, request.submit_time or 0.0, message)

    def _note_work(self, name: str, asked: float, told: Result | JobResult) -> None:
        asked = min(asked, told.started)
        longest = self._work
        if longest is None or told.finished - asked > longest.finished - longest.asked:
            self._work = Work(name, asked, told.started, told.finished)

    def _hand_to_channel(self, message: Any) -> None:
        on_result, on_failure = self._channels.get(message.request.channel, (None, None))
        if isinstance(message, Failure):
            self._fail(message, on_failure)
        elif on_result is not None:
            on_result(message)

    def _hand_to_bulk(self, message: Any) -> None:
        generation = message.request.generation
        listeners = self._bulk.get(generation)
        if listeners is None:
            return
        on_result, on_progress, on_failure = listeners
        if isinstance(message, Progress):
            if on_progress is not None:
                on_progress(message)
            return
        del self._bulk[generation]
        if isinstance(message, Failure):
            self._fail(message, on_failure)
        elif not isinstance(message, Cancelled):
            on_result(message)

    def _hand_to_job(self, job: tuple[str, int], messages: list[Any]) -> None:
        name, generation = job
        attached, on_messages, _ = self._jobs.get(name, (0, None, None))
        if attached == generation and on_messages is not None:
            on_messages(messages)

    def _end_job(self, failure: JobFailed) -> None:
        attached, _, on_failure = self._jobs.get(failure.job_name, (0, None, None))
        if attached == failure.generation:
            del self._jobs[failure.job_name]
            (on_failure or self.failed.emit)(failure.message)

    def _fail(self, failure: Failure, on_failure: OnFailure | None) -> None:
        if on_failure is not None:
            on_failure(failure)
        else:
            self.failed.emit(failure.message)

    def _note_event(self, message: object) -> None:
        if isinstance(message, EngineChanged | EngineReady):
            self._note_engine()
        elif isinstance(message, EngineFailed | ModelFailed):
            self._note_engine()
            self.failed.emit(message.message)
        elif isinstance(message, ModelLoaded):
            self.models[message.model] = message
            self.model_loaded.emit(message.model)
        elif isinstance(message, ModelUnloaded):
            self.models.pop(message.model, None)
        self.happened.emit(message)

    def _note_engine(self) -> None:
        engine = self.stats().engine
        if engine != self.engine:
            self.engine = engine
            self.engine_changed.emit(engine)


def _request(message: object) -> Any:
    return getattr(message, "request", None)


def _is_snapshot(message: Any) -> bool:
    return isinstance(_request(message), Infer) and isinstance(message, Result | Failure)


def _is_interactive(message: Any) -> bool:
    return _is_snapshot(message) and message.request.priority is Priority.INTERACTIVE
