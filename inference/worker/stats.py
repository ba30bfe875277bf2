"""Latencies of the last inferences, model by model, and counts of the worker's queue."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from inference.engines import VARIANTS, Variant

from .messages import BuildProgress

KEPT = 512
"""Inferences per model that percentiles are taken over."""


@dataclass(frozen=True, eq=False)
class ModelStats:
    """Seconds. p50, p95, p99: start to finish; latency_*: submission to finish; network_p50: of
    start to finish, on the way to another machine and back.

    count: inferences since the start. recent: (n,) float64 run times, newest last, n <= KEPT.
    """

    count: int
    p50: float
    p95: float
    p99: float
    latency_p50: float
    latency_p95: float
    latency_p99: float
    network_p50: float
    recent: np.ndarray


@dataclass(frozen=True, eq=False)
class WorkerStats:
    """The worker at one instant. queue_depth: requests waiting or, in bulk, under way."""

    engine: str
    queue_depth: int
    stale: int
    delivered: int
    failed: int
    models: dict[str, ModelStats]
    building: tuple[BuildProgress, ...]

    @property
    def variant(self) -> Variant:
        """Engine, device and precision that run."""
        return VARIANTS.get(self.engine, Variant(self.engine))


class Timings:
    """A bounded record of run times and latencies per model. Safe on any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._times: dict[str, deque[tuple[float, float, float]]] = {}
        self._known: dict[str, ModelStats] = {}

    def add(self, model: str, duration: float, latency: float, network: float) -> None:
        """One inference: seconds from start and from submission to finish, and on the network."""
        with self._lock:
            self._counts[model] = self._counts.get(model, 0) + 1
            times = self._times.setdefault(model, deque(maxlen=KEPT))
            times.append((duration, latency, network))

    def forget(self, model: str) -> None:
        """Drop what is known of a model."""
        with self._lock:
            self._counts.pop(model, None)
            self._times.pop(model, None)
            self._known = {name: known for name, known in self._known.items() if name != model}

    def snapshot(self) -> dict[str, ModelStats]:
        """The state of every model that ran; costs only for those that ran since the last one."""
        known = self._known
        with self._lock:
            changed = {
                name: (count, list(self._times[name]))
                for name, count in self._counts.items()
                if name not in known or known[name].count != count
            }
        new = {name: _summary(count, np.array(times)) for name, (count, times) in changed.items()}
        self._known = known | new
        return self._known


def _summary(count: int, times: np.ndarray) -> ModelStats:
    (p50, late50, network50), (p95, late95, _), (p99, late99, _) = np.percentile(
        times, (50, 95, 99), axis=0
    )
    recent = times[:, 0]
    return ModelStats(count, p50, p95, p99, late50, late95, late99, network50, recent)
