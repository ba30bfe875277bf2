"""A long run cut into pieces of a few milliseconds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inference.errors import ModelError

from .executor import Executor
from .loaded import Loaded
from .messages import Arrays, Progress, Result, RunBulk

PIECE_SECONDS = 0.003
"""How long one piece may hold up a slider."""
ROUND_TRIP_SECONDS = 0.05
"""The same where most of it is the way to another machine and back."""
REPORT_SECONDS = 0.03
"""Progress is told no more often than this."""
_FIRST_ROWS, _MOST_ROWS = 16, 8192


class BulkRun:
    """One ``RunBulk`` under way. ``step`` until ``finished``.

    Binds the model as it is when the run begins. Raises ModelError for inputs without a common
    number of rows or a model that is not loaded.
    """

    def __init__(self, request: RunBulk, executor: Executor, clock: Callable[[], float]) -> None:
        self.request = request
        self._executor = executor
        self._clock = clock
        self._loaded: Loaded = executor.loaded(request.model)
        self._inputs: Arrays = {name: np.asarray(x) for name, x in request.inputs.items()}
        lengths = {len(x) if x.ndim else -1 for x in self._inputs.values()}
        if len(lengths) != 1 or -1 in lengths:
            raise ModelError(f"{request.model}: the inputs of a bulk run need one number of rows.")
        self.total = lengths.pop()
        self._outputs: dict[str, np.ndarray] = {}
        self._rows = _FIRST_ROWS
        self._done = self._told = 0
        self._engine = ""
        self._started = self._told_time = clock()
        self.finished = False

    def step(self) -> Progress | None:
        """Run one piece; the rows since the last report when it is time for one."""
        before = self._clock()
        stop = min(self._done + self._rows, self.total)
        piece = {name: x[self._done : stop] for name, x in self._inputs.items()}
        outputs, self._engine, network_s = self._executor.run(self._loaded, piece)
        for name, rows in outputs.items():
            if name not in self._outputs:
                self._outputs[name] = np.empty((self.total, *rows.shape[1:]), np.float32)
            self._outputs[name][self._done : stop] = rows
        now = self._clock()
        self._adapt(stop - self._done, now - before, network_s)
        self._done = stop
        self.finished = stop == self.total
        if not self.finished and now - self._told_time < REPORT_SECONDS:
            return None
        return self._report(now)

    def result(self) -> Result:
        """All rows, once finished."""
        return Result(self.request, self._outputs, self._started, self._clock(), self._engine)

    def _adapt(self, rows: int, seconds: float, network_s: float) -> None:
        """Aim at PIECE_SECONDS, at most doubling, so that one lucky piece does not mislead."""
        share = max((seconds - network_s) / PIECE_SECONDS, network_s / ROUND_TRIP_SECONDS)
        fitting = round(rows / share) if share > 0 else _MOST_ROWS
        self._rows = max(1, min(fitting, 2 * self._rows, _MOST_ROWS))

    def _report(self, now: float) -> Progress:
        start, self._told, self._told_time = self._told, self._done, now
        rows = {name: y[start : self._done] for name, y in self._outputs.items()}
        return Progress(self.request, start, rows, self._done, self.total)
