"""The latency report: how long the five models took on every engine here, frame by frame."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from kernels.host import cores

from .machine import cpu_model, operating_system

RATE_HZ = 60.0
LIMITS_MS = (16.7, 33.3)
"""One refresh of a display at 60 Hz, and two."""
EDGES_MS = tuple(round(float(edge), 4) for edge in np.geomspace(0.05, 100.0, 67))
"""The histogram's bins; what lies beyond is counted in the first and the last."""


@dataclass(frozen=True)
class Percentiles:
    """Milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, seconds: np.ndarray) -> Percentiles:
        """Of times (N,) in seconds, N > 0."""
        return cls(*(1e3 * float(s) for s in np.percentile(seconds, (50, 95, 99))))


@dataclass(frozen=True)
class EngineLatency:
    """One engine. whole: of a frame, from when it was due to the answers of all models.

    models: of each network alone. counts: frames in each bin of EDGES_MS. within: the shares of
    the frames that took at most each of LIMITS_MS.
    """

    engine: str
    frames: int
    whole: Percentiles
    models: dict[str, Percentiles]
    counts: tuple[int, ...]
    within: tuple[float, ...]

    @classmethod
    def of(cls, engine: str, whole: np.ndarray, models: Mapping[str, np.ndarray]) -> EngineLatency:
        """Of frames (N,) and runs (N,) by model, all in seconds."""
        ms = 1e3 * whole
        counts, _ = np.histogram(np.clip(ms, EDGES_MS[0], EDGES_MS[-1]), bins=EDGES_MS)
        return cls(
            engine,
            len(whole),
            Percentiles.of(whole),
            {name: Percentiles.of(took) for name, took in models.items()},
            tuple(counts.tolist()),
            tuple(float((ms <= limit).mean()) for limit in LIMITS_MS),
        )


@dataclass(frozen=True)
class LatencyReport:
    """seconds: how long it measured. left_out: engines, each with the sentence that says why."""

    date: str
    machine: str
    seconds: float
    where: str
    engines: tuple[EngineLatency, ...]
    left_out: dict[str, str]

    @property
    def best(self) -> EngineLatency:
        """The engine whose p99 of a frame is the least."""
        return min(self.engines, key=lambda engine: engine.whole.p99)

    def as_dict(self) -> dict[str, Any]:
        """As it is written in JSON."""
        fixed = {"rate_hz": RATE_HZ, "limits_ms": LIMITS_MS, "edges_ms": EDGES_MS}
        return (
            asdict(self) | fixed | {"best": self.best.engine, "python": platform.python_version()}
        )

    def lines(self) -> list[str]:
        """For a terminal: a line for the machine, and one for each engine."""
        found = [f"{self.date}, {self.machine}; {self.seconds:.0f} s at {RATE_HZ:.0f} Hz"]
        for each in self.engines:
            whole = each.whole
            found.append(
                f"{each.engine:10} p50 {whole.p50:7.2f} ms  p95 {whole.p95:7.2f} ms  "
                f"p99 {whole.p99:7.2f} ms  within 16.7 ms {each.within[0]:6.1%}, "
                f"33.3 ms {each.within[1]:6.1%}"
            )
        return found + [f"{name:10} left out: {why}" for name, why in self.left_out.items()]


def report_of(
    times: Mapping[str, Mapping[str, np.ndarray]],
    seconds: float,
    where: str,
    left_out: Mapping[str, str],
) -> LatencyReport:
    """Of the times (N,) that each engine took, by model and for ``WHOLE`` frames."""
    engines = tuple(
        EngineLatency.of(name, of[WHOLE], {m: took for m, took in of.items() if m != WHOLE})
        for name, of in times.items()
    )
    machine = f"{cpu_model()}, {cores()} cores, {operating_system()}"
    date = f"{datetime.now():%Y-%m-%d %H:%M}"
    return LatencyReport(date, machine, seconds, where, engines, dict(left_out))


WHOLE = "frame"
"""The name of the whole frame among the models."""
