"""The reference: each layer is one matrix product, so that it can be read and trusted."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING

import numpy as np

from inference.mlp import Activation, Dense, Mlp, sigmoid
from inference.runner import Runner

from .base import Report, graph_runner

if TYPE_CHECKING:
    from inference.graph import Model


class NumpyRunner(Runner):
    """A plain MLP, layer by layer."""

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
    """NaN stays NaN, and infinities give the exact limits."""
    slope = np.float32(layer.slope)
    match layer.activation:
        case Activation.RELU:
            return np.maximum(y, np.float32(0))
        case Activation.LEAKY_RELU:
            return np.where(y < 0, y * slope, y)
        case Activation.TANH:
            return np.tanh(y)
        case Activation.SIGMOID:
            return sigmoid(y)
        case Activation.ELU:
            return np.where(y < 0, slope * np.expm1(np.minimum(y, 0)), y)
        case Activation.SOFTPLUS:
            return np.logaddexp(y, np.float32(0))
        case Activation.GELU:
            return _weighted(y, _normal_integral(y))
        case Activation.GELU_TANH:
            cubic = y * (1 + np.float32(0.044715) * y * y)
            return _weighted(y, sigmoid(np.float32(math.sqrt(8 / math.pi)) * cubic))
        case _:
            return y


def _normal_integral(y: np.ndarray) -> np.ndarray:
    """0.5 (1 + erf(y / √2)), with all its digits in the lower tail."""
    return np.float32(0.5) * _erfc(y * np.float32(-math.sqrt(0.5)))


_erfc = np.vectorize(math.erfc, otypes=[np.float32])


def _weighted(y: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """``y * weight``, 0 where the weight is 0 even if ``y`` is infinite."""
    return np.where(weight == 0, np.float32(0), y * weight)


class NumpyEngine:
    """Always there: nothing is built, and any model runs."""

    name = "numpy"

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        """Nothing to prepare."""

    def load(self, model: Model) -> Runner:
        """A runner that shares the model's weights."""
        return NumpyRunner(model) if isinstance(model, Mlp) else graph_runner(model)
