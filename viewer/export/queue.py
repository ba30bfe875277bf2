"""Exports one after another, each in a process of its own."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from viewer.model.export.order import Order
from viewer.model.export.process import ExportProcess, Progress
from viewer.ui.background import Background

MOST = 16
Done = Callable[["dict[str, Any] | Exception | None"], object]


@dataclass(eq=False)
class _Job:
    order: Order
    done: Done
    progress: Progress | None = None
    process: ExportProcess | None = None
    stopped: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        self.stopped.set()
        if self.process is not None:
            self.process.stop()


class ExportQueue(QObject):
    """``changed`` when another is written, or when one is further."""

    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._background = Background(self, "export", in_order=True, wait=False)
        self._jobs: deque[_Job] = deque()

    @property
    def current(self) -> tuple[Order, Progress | None] | None:
        """What is being written, and how far it is."""
        return (self._jobs[0].order, self._jobs[0].progress) if self._jobs else None

    @property
    def waiting(self) -> int:
        """How many come after it."""
        return max(len(self._jobs) - 1, 0)

    @property
    def full(self) -> bool:
        """Whether no more can wait."""
        return len(self._jobs) >= MOST

    def add(self, order: Order, done: Done) -> None:
        """Write it after those that were asked for; ``done`` gets the facts of what was written,
        the Exception that says why it was not, or None where it was stopped."""
        job = _Job(order, done)
        self._jobs.append(job)
        self._background.run(lambda: self._carry_out(job), lambda result: self._end(job, result))
        self.changed.emit()

    def stop(self) -> None:
        """Give up what is being written; what waits goes on."""
        if self._jobs:
            self._jobs[0].stop()

    def close(self) -> None:
        """Give up everything."""
        for job in self._jobs:
            job.stop()
        self._background.close()

    def _carry_out(self, job: _Job) -> dict[str, Any] | None:
        """On a thread of its own: starts the process and listens to it."""
        if job.stopped.is_set():
            return None
        job.process = ExportProcess(job.order)
        if job.stopped.is_set():
            job.process.stop()
        for told in job.process.run():
            if not isinstance(told, Progress):
                return told
            self._background.tell(self._note, job, told)
        return None

    def _note(self, job: _Job, progress: Progress) -> None:
        job.progress = progress
        self.changed.emit()

    def _end(self, job: _Job, result: object) -> None:
        self._jobs.remove(job)
        self.changed.emit()
        job.done(result if isinstance(result, dict | Exception) else None)
