"""Long motions, a block of frames at a time: what lies between stays in a core's own memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

FRAMES = 1024
MANY = 16
"""So many blocks are shared among cores."""
MOST_CORES = 4


def blocks(count: int, size: int = FRAMES) -> Iterator[slice]:
    """Consecutive ranges of at most ``size`` that cover ``count`` frames."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def each_block(work: Callable[[slice], object], count: int) -> None:
    """Do ``work`` for every block of ``count`` frames, which do not depend on each other.

    Those of a very long motion are done by several threads: NumPy leaves the interpreter to others
    while it computes. Raises what ``work`` raises.
    """
    found = [*blocks(count)]
    cores = min(os.cpu_count() or 1, MOST_CORES)
    if len(found) < MANY or cores == 1:
        for block in found:
            work(block)
        return
    with ThreadPoolExecutor(cores, "frames") as pool:
        for _ in pool.map(work, found):
            pass
