"""Starts the process that exports, hears how far it is, and stops it; no Qt."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from motion.files import remove_parts
from viewer.model.notice import Refused
from viewer.model.side_process import SideProcess

from .order import Order

MODULE = "viewer.model.export.work"
_SETTLED_S = 0.5


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` steps, ``elapsed_s`` after the first."""

    done: int
    total: int
    elapsed_s: float

    @property
    def left_s(self) -> float | None:
        """How many seconds the rest takes; None while that is not known."""
        if not self.done or self.elapsed_s < _SETTLED_S:
            return None
        return self.elapsed_s / self.done * (self.total - self.done)


class ExportProcess:
    """Carries out ``order`` in a process beside this one, which ends with this one.

    Raises OSError where it cannot start.
    """

    def __init__(self, order: Order) -> None:
        self._order = order
        self._stopped = False
        self._process = SideProcess(MODULE, awaited=True)

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self) -> Iterator[Progress | dict[str, Any]]:
        """How far it is, and last what was written; nothing more once it was stopped.

        Waits for each. Raises Refused with a sentence.
        """
        try:
            yield from self._answers()
        finally:
            self._process.wait()
            remove_parts(self._order.output, self.pid)

    def stop(self) -> None:
        """Give it up; from any thread. What it has begun is removed."""
        self._stopped = True
        with suppress(OSError, ValueError):
            self._process.source.close()

    def _answers(self) -> Iterator[Progress | dict[str, Any]]:
        process, began = self._process, 0.0
        with suppress(OSError, ValueError):  # it ended, or was stopped, already
            process.source.write(self._order.to_line())
            process.source.flush()
        for line in process.answers:
            told = json.loads(line)
            if self._stopped or "stopped" in told:
                continue
            if "refused" in told:
                raise Refused(told["refused"])
            if "written" in told:
                yield told["written"]
                return
            began = began or time.monotonic()
            yield Progress(told["done"], told["total"], time.monotonic() - began)
        if not self._stopped:
            raise Refused(f"{self._order.output}: the export ended before it was done; try again.")
