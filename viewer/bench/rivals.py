"""Who the engines are measured beside: those that inference knows, and PyTorch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from inference.bench.rivals import RIVALS as OTHERS
from inference.bench.rivals import Rival, thread_counts, titled

_PROCESS, _START = "training.rival.process", "training.rival.start"


def _pytorch() -> Iterator[Rival]:
    for count in thread_counts():
        yield Rival(
            f"torch-{count}",
            titled("PyTorch", count),
            (_PROCESS, str(count)),
            {"OMP_NUM_THREADS": str(count)},
            start=("-m", _START) if count == 1 else (),
            converter=(_PROCESS, "save"),
            packages=("torch",),
        )


RIVALS: Mapping[str, Rival] = {**OTHERS, **{rival.name: rival for rival in _pytorch()}}
