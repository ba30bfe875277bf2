"""Whether a single row asks for its weights ahead of the processor's own prefetch.

Which is faster shows only when measured: on one AMD EPYC (Zen 4) asking costs a quarter, on a
Zen 5 the kernel that asks is within 2 % of the speed at which the weights can be read at all.
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
"""The time of a call with it over that without, at which it is worth having."""
_ROUNDS = 15
_PROBE_BYTES = 300e6
"""Read in all, at most, unless three rounds read more: 5 ms at 60 GB/s."""

Run = Callable[[int, int, None], None]
"""``mlp_run``."""


def choose(mlp: Mlp, packed: Packed, run: Run) -> None:
    """Sets ``packed`` to the faster way, measured now on one core; takes some 5 ms."""
    if packed.parameters.nbytes < NEAR_BYTES:
        return
    x = np.zeros(mlp.input_width, np.float32)
    results = [np.empty(mlp.layers[end].width, np.float32) for end in packed.ends]
    call = np.array([1, *(id(array) + DATA for array in (x, *results))], np.int64)
    arguments = (address(packed.program), address(call), None)
    rounds = int(np.clip(_PROBE_BYTES / packed.parameters.nbytes / 2, 3, _ROUNDS))
    seconds: dict[bool, list[int]] = {False: [], True: []}
    for number in range(rounds + 1):
        for ahead in (False, True):
            packed.fetch_ahead(ahead)
            started = time.perf_counter_ns()
            run(*arguments)
            if number:  # the first round warms the caches
                seconds[ahead].append(time.perf_counter_ns() - started)
    packed.fetch_ahead(bool(np.median(seconds[True]) < GAIN * np.median(seconds[False])))
