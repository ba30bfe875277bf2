"""Contestants taking turns: short blocks in an order that is drawn anew each round.

Within a block one contestant runs one model again and again, so its weights lie in the caches as
they would were it alone; a disturbance of the machine lasts longer than a block and so meets all.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .contestant import Block, Contestant, ContestantError, Timing

PERCENTILES = (50, 95, 99)
OFTEN = 4


@dataclass(frozen=True)
class Part:
    """One way of running: ``calls`` a block on ``batch`` rows, ``rounds`` blocks of each.

    block_s: a block is cut to about so many seconds, three calls at least. interval: seconds from
    call to call, with other work between; None is back to back. busy: while a process spins on
    the last core. often: contestants that take ``OFTEN`` blocks a round, so that a few disturbed
    ones do not decide what their p99 is.
    """

    name: str
    batch: int
    calls: int
    rounds: int
    block_s: float = 1.0
    warm_up: int = 5
    interval: float | None = None
    busy: bool = False
    often: Sequence[str] = ()

    def turns(self, name: str) -> int:
        """Blocks of that contestant in a round."""
        return OFTEN if name in self.often else 1


@dataclass(frozen=True)
class Row:
    """How long one inference took, NumPy to NumPy, in seconds; cpu: of all threads, or None."""

    model: str
    part: str
    batch: int
    contestant: str
    calls: int
    p50: float
    p95: float
    p99: float
    cpu: float | None


def compete(
    part: Part,
    inputs: Mapping[str, np.ndarray],
    contestants: Sequence[Contestant],
    rng: np.random.Generator,
    advance: Callable[[], None],
) -> tuple[list[Row], dict[str, str]]:
    """Every contestant on every model, and why any had to leave; a sentence each.

    inputs: rows by model, ``part.batch`` at least. advance: called after each block.
    """
    failed: dict[str, str] = {}
    rows = []
    with _busy_core() if part.busy else _quiet():
        for model, x in inputs.items():
            blocks: dict[str, list[Timing]] = {c.name: [] for c in contestants}
            blocks_a_round = [c for c in contestants for _ in range(part.turns(c.name))]
            for _ in range(part.rounds):
                for place in rng.permutation(len(blocks_a_round)):
                    contestant = blocks_a_round[place]
                    advance()
                    if contestant.name in failed:
                        continue
                    calls = _calls(part, blocks[contestant.name])
                    request = Block(model, x[: part.batch], calls, part.warm_up, part.interval)
                    try:
                        blocks[contestant.name].append(contestant.ask(request))
                    except ContestantError as error:
                        failed[contestant.name] = str(error)
            rows += [_row(model, part, name, found) for name, found in blocks.items() if found]
    return rows, failed


def _calls(part: Part, before: Sequence[Timing]) -> int:
    """Fewer calls a block for who needs long; the first block tells who does."""
    if not before or part.interval is not None:
        return part.calls if part.interval is not None else min(part.calls, 3)
    each = float(np.median(np.concatenate([timing.seconds for timing in before])))
    return int(np.clip(part.block_s / each, 3, part.calls))


def _row(model: str, part: Part, name: str, blocks: Sequence[Timing]) -> Row:
    seconds = np.concatenate([timing.seconds for timing in blocks])
    shares = [timing.cpu for timing in blocks if timing.cpu is not None]
    p50, p95, p99 = (float(s) for s in np.percentile(seconds, PERCENTILES))
    cpu = float(np.median(shares)) if shares else None
    return Row(model, part.name, part.batch, name, len(seconds), p50, p95, p99, cpu)


@contextmanager
def _quiet() -> Iterator[None]:
    yield


@contextmanager
def _busy_core() -> Iterator[None]:
    """A process that spins on the last core this one may use, until the block is left."""
    code = (
        "import os\n"
        "if hasattr(os, 'sched_setaffinity'):\n"
        "    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})\n"
        "while True: pass"
    )
    process = subprocess.Popen([sys.executable, "-c", code])
    try:
        time.sleep(0.2)
        yield
    finally:
        process.kill()
        process.wait()
