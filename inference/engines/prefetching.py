"""How a single row reads the weights: several panels at once, or one, asked for ahead of time.

Which is faster shows only when measured: asking gains a tenth on an AMD EPYC (Zen 5) where the
weights nearly fit the second cache, and costs a quarter on a Zen 4.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from ..mlp import Mlp
from .packing import DATA, Packed, address

NEAR_BYTES = 1 << 20
"""Weights that the second cache holds are there already."""
GAIN = 0.97
"""The time with asking over that without, at which it is worth having: it costs a little where
the weights come from memory."""
_WARM_UP_S = 8e-3
_BLOCKS, _CALLS = 6, 4
_PROBE_BYTES = 500e6
"""Read in all, at most, unless two blocks read more: 8 ms at 60 GB/s."""

Run = Callable[[int, int, None], None]
"""``mlp_run``."""


def choose(mlp: Mlp, packed: Packed, run: Run) -> None:
    """Sets ``packed`` to the faster way, measured now on one core; takes some 15 ms.

    In blocks, for the caches and the processor's own prefetch take to the way that is used.
    """
    if packed.parameters.nbytes < NEAR_BYTES:
        return
    x = np.zeros(mlp.input_width, np.float32)
    results = [np.empty(mlp.layers[end].width, np.float32) for end in packed.ends]
    call = np.array([1, *(id(array) + DATA for array in (x, *results))], np.int64)
    arguments = (address(packed.program), address(call), None)
    affordable = _PROBE_BYTES / packed.parameters.nbytes / (_CALLS + 1) / 2
    until = time.perf_counter() + _WARM_UP_S
    while time.perf_counter() < until:
        run(*arguments)
    seconds: dict[bool, list[int]] = {False: [], True: []}
    for _ in range(int(np.clip(affordable, 2, _BLOCKS))):
        for ahead in (False, True):
            packed.fetch_ahead(ahead)
            run(*arguments)
            for _ in range(_CALLS):
                started = time.perf_counter_ns()
                run(*arguments)
                seconds[ahead].append(time.perf_counter_ns() - started)
    packed.fetch_ahead(bool(np.median(seconds[True]) < GAIN * np.median(seconds[False])))
