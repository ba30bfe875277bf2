"""How a single row reads the weights: several panels at once, or one, asked for ahead of time.

Which is faster shows only when measured: asking gains a tenth on an AMD EPYC (Zen 5) where the
weights nearly fit the second cache; on a Zen 4 it cost a quarter, beside one panel not asked for.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from inference.engines.packing import Packed, address
from inference.mlp import Mlp

NEAR_BYTES = 1 << 20
"""Weights that the second cache holds are there already."""
GAIN = 0.97
"""The time with asking over that without, at which it is worth having: it costs a little where
the weights come from memory."""
_ROUNDS, _BLOCK_NS = 3, 4_000_000

Run = Callable[[int, int, None], None]
"""``mlp_run``."""


def choose(
    mlp: Mlp, packed: Packed, run: Run, clock: Callable[[], int] = time.perf_counter_ns
) -> None:
    """Sets ``packed`` to the faster way, measured now on one core; takes some 25 ms.

    clock: nanoseconds.
    """
    if packed.parameters.nbytes < NEAR_BYTES:
        return
    x = np.zeros(mlp.input_width, np.float32)
    results = [np.empty(mlp.layers[end].width, np.float32) for end in packed.ends]
    arrays = np.array([address(array) for array in (x, *results)], np.int64)
    places = address(arrays) + arrays.itemsize * np.arange(len(arrays))
    call = np.array([1, 0, 1, 0, 0, *places], np.int64)  # one row, no pool
    arguments = (address(packed.program), address(call), None)
    took: dict[bool, list[int]] = {False: [], True: []}
    for _ in range(_ROUNDS):
        for ahead in (False, True):
            packed.fetch_ahead(ahead)
            took[ahead] += _block(run, arguments, clock)
    packed.fetch_ahead(bool(np.median(took[True]) < GAIN * np.median(took[False])))


def _block(run: Run, arguments: tuple[int, int, None], clock: Callable[[], int]) -> list[int]:
    """Nanoseconds of calls one after the other, without those in which the caches take to them."""
    began = ended = clock()
    took = []
    while ended - began < _BLOCK_NS:
        started = ended
        run(*arguments)
        ended = clock()
        took.append(ended - started)
    return took[len(took) // 2 :]
