"""Which of several runners is the fastest here: a short measurement, not a guess."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import numpy as np

from inference.runner import Runner

SECONDS = 0.005
"""How long each candidate runs, beyond its warm-up."""
_WARM_UP, _FEWEST, _MOST = 3, 5, 500


def fastest(runners: Sequence[Runner], clock: Callable[[], float] = time.perf_counter) -> Runner:
    """The runner with the lowest median time for one row of noise.

    They run in turns, so that what else the machine does burdens each alike.
    """
    noise = np.random.default_rng(0)
    rows = [
        {name: noise.standard_normal((1, *shape[1:]), np.float32)}  # type: ignore[arg-type]
        for runner in runners
        for name, shape in runner.inputs.items()
    ]
    times: list[list[float]] = [[] for _ in runners]
    for runner, row in zip(runners, rows, strict=True):
        for _ in range(_WARM_UP):
            runner.run(row)
    while len(times[0]) < _FEWEST or (len(times[0]) < _MOST and max(map(sum, times)) < SECONDS):
        for runner, row, measured in zip(runners, rows, times, strict=True):
            started = clock()
            runner.run(row)
            measured.append(clock() - started)
    return runners[int(np.argmin(np.median(times, axis=1)))]
