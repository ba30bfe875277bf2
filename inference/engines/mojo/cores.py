"""How many cores the kernel may use."""

from __future__ import annotations

import operator
import os
import sys
from typing import NamedTuple

from inference.errors import EngineError
from kernels.host import cores

MOST = 256
_LIMIT = "STRIDESCOPE_CORES"


class Cores(NamedTuple):
    """threads: that may share a batch, None for all cores. second: whether a single row of a large
    model may use a second core while that is idle.
    """

    threads: int | None = None
    second: bool = True

    @classmethod
    def of(cls, threads: object) -> Cores:
        """For a person's choice: 1 is one core for all. Raises EngineError for what is none."""
        if threads is None:
            return cls()
        try:
            count = 0 if isinstance(threads, bool) else operator.index(threads)  # type: ignore[arg-type]
        except TypeError:
            count = 0
        if not 1 <= count <= MOST:
            raise EngineError(
                f"threads is {threads!r}: choose a whole number from 1 to {MOST}, or None for all "
                "cores."
            )
        return cls(count, count > 1)

    def for_batches(self) -> int:
        """Threads for a batch; one where they could not sleep."""
        if sys.platform != "linux":
            return 1
        return all_cores() if self.threads is None else self.threads


def all_cores() -> int:
    """Cores that this process may use; no more than STRIDESCOPE_CORES says, if it is set."""
    wanted = os.environ.get(_LIMIT, "")
    limit = int(wanted) if wanted.isdecimal() else 0
    return min(cores(), limit or MOST)
