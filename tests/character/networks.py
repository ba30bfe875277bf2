"""Networks for a live character in tests: what a worker's ``run`` does, on plain functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Network = Callable[[np.ndarray], np.ndarray]


class Networks:
    """``run`` of a worker whose models are functions of the states (B, 197)."""

    def __init__(self, **models: Network) -> None:
        self.models = models

    def __call__(self, model: str, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        if model not in self.models:
            raise ValueError(f"There is no model {model}.")
        return {"out": np.asarray(self.models[model](inputs["state"]), np.float32)}


def wobbler(seed: int, size: int = 36) -> Network:
    """A network that reads every number of the state and writes every one of the action."""
    mixing = np.random.default_rng(seed).normal(size=(197, size)).astype(np.float32) * 0.05
    return lambda state: np.tanh(state @ mixing)


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now
