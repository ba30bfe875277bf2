"""The reference: each layer is one matrix product, so that it can be read and trusted."""

from __future__ import annotations

import threading

import numpy as np

from ..mlp import Activation, Dense, Mlp
from ..runner import Model, Runner
from .base import Report, graph_runner


class NumpyRunner(Runner):
    engine = "numpy"

    def __init__(self, mlp: Mlp) -> None:
        super().__init__(mlp)
        self._mlp = mlp

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        rows = x.reshape(len(x), self._mlp.input_width)
        results: list[np.ndarray] = []
        with np.errstate(all="ignore"):  # NaN and Inf pass through, as in every engine
            for layer in self._mlp.layers:
                source = rows if layer.source < 0 else results[layer.source]
                results.append(_activate(source @ layer.weight.T + layer.bias, layer))
        return [results[o.layer].reshape(len(x), *o.shape) for o in self._mlp.outputs]


def _activate(y: np.ndarray, layer: Dense) -> np.ndarray:
    match layer.activation:
        case Activation.RELU:
            return np.maximum(y, np.float32(0))
        case Activation.LEAKY_RELU:
            return np.where(y < 0, y * np.float32(layer.slope), y)
        case Activation.TANH:
            return np.tanh(y)
        case _:
            return y


class NumpyEngine:
    name = "numpy"

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Nothing to prepare."""

    def load(self, model: Model) -> Runner:
        return NumpyRunner(model) if isinstance(model, Mlp) else graph_runner(model)
