"""The worker as the window sees it: calls out, Qt callbacks in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from inference.messages import (
    Cancelled,
    EngineChanged,
    EngineFailed,
    EngineReady,
    Failure,
    Infer,
    LoadModel,
    ModelFailed,
    ModelLoaded,
    Priority,
    Progress,
    Result,
    RunBulk,
    UseEngine,
)
from inference.worker import Worker, WorkerStats

OnResult = Callable[[Result], None]
OnFailure = Callable[[Failure], None]
OnProgress = Callable[[Progress], None]


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
        self._inbox: dict[object, Any] = {}
        self._stale = 0
        self._lock = threading.Lock()
        self._channels: dict[str, tuple[OnResult, OnFailure | None]] = {}
        self._bulk: dict[int, tuple[OnResult, OnProgress | None, OnFailure | None]] = {}
        self._worker = Worker(self._receive, self._receive, engines=engines)
        self._wake.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.models: dict[str, ModelLoaded] = {}
        self.engine = ""
        self.device = "cpu"

    def start(self, models: dict[str, Path]) -> None:
        """Start the worker and load ``models``, name -> file."""
        self._worker.start()
        self._note_engine()
        for name, path in models.items():
            self._worker.submit(LoadModel(name, path))

    def stop(self) -> None:
        """Stop the worker; nothing is delivered afterwards."""
        self._worker.stop()
        with self._lock:
            self._inbox.clear()
        self._channels.clear()
        self._bulk.clear()

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
    ) -> None:
        """Ask for a snapshot; a newer one on ``channel`` replaces it while it waits."""
        self._worker.submit(Infer(model, inputs, channel, priority, context))
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

    def forget(self, channel: str) -> None:
        """Drop the results of all that was asked on ``channel`` so far."""
        self._worker.forget(channel)
        with self._lock:
            self._stale += self._inbox.pop(channel, None) is not None

    def use_engine(self, name: str) -> None:
        self._worker.submit(UseEngine(name))

    def stats(self) -> WorkerStats:
        """The worker's figures, with what grew stale on the way to the UI thread."""
        stats = self._worker.stats()
        return replace(stats, stale=stats.stale + self._stale)

    def _receive(self, message: Any) -> None:
        key = message.request.channel if _is_snapshot(message) else object()
        with self._lock:
            first = not self._inbox
            self._stale += self._inbox.pop(key, None) is not None
            self._inbox[key] = message
        if first:
            self._wake.emit()

    def _deliver(self) -> None:
        with self._lock:
            messages, self._inbox = self._inbox, {}
        for message in messages.values():
            if _is_snapshot(message):
                self._hand_to_channel(message)
            elif _request(message) is not None:
                self._hand_to_bulk(message)
            else:
                self._note_event(message)
        if any(map(_is_interactive, messages.values())):
            self.answered.emit()

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
