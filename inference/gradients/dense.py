"""Forward and reverse passes through a multilayer perceptron, in float32 or float64."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from inference.mlp import Activation, Mlp

from .activation import activate, derivative
from .scalars import Scalar, output_gradient, scalar_of


class LayerValues(NamedTuple):
    """What a layer made of B rows: ``before`` its activation and ``after`` it, (B, width) each."""

    before: np.ndarray
    after: np.ndarray


class Differentiated(NamedTuple):
    """values: the scalar (B,). gradient: d value / d input, (B, \\*input shape)."""

    values: np.ndarray
    gradient: np.ndarray


class Network:
    """An ``Mlp`` with its weights in one type of numbers.

    Memory of a pass: two numbers for each unit and row, so give it a piece of a long clip at a
    time.
    """

    def __init__(self, mlp: Mlp, dtype: np.dtype | type = np.float32) -> None:
        self.mlp = mlp
        self._weights = [np.asarray(layer.weight, dtype) for layer in mlp.layers]
        self._biases = [np.asarray(layer.bias, dtype) for layer in mlp.layers]

    def forward(self, rows: np.ndarray) -> list[LayerValues]:
        """Every layer's values for ``rows`` (B, input width) in the type of the weights."""
        found: list[LayerValues] = []
        with np.errstate(all="ignore"):  # NaN and Inf pass through, as in every engine
            for layer, weight, bias in zip(
                self.mlp.layers, self._weights, self._biases, strict=True
            ):
                source = rows if layer.source < 0 else found[layer.source].after
                before = source @ weight.T
                before += bias
                found.append(LayerValues(before, activate(before, layer)))
        return found

    def returned(self, layer: int, back: np.ndarray) -> np.ndarray:
        """What gradients ``back`` (B, width) of a layer's sums send to its source."""
        return back @ self._weights[layer]

    def backward(self, found: list[LayerValues], layer: int, seed: np.ndarray) -> np.ndarray:
        """d(seed · layer's result) / d input, (B, input width).

        found: what ``forward`` gave. seed: (B, width of ``layer``), by how much each of its units
        counts. A layer that feeds several others gets the sum of what comes back from them.
        """
        waiting: dict[int, np.ndarray] = {layer: seed}
        total = np.zeros((len(seed), self.mlp.input_width), seed.dtype)
        with np.errstate(all="ignore"):
            for index in range(layer, -1, -1):
                if index not in waiting:
                    continue
                back, dense = waiting.pop(index), self.mlp.layers[index]
                if dense.activation is not Activation.LINEAR:
                    back = back * derivative(*found[index], dense)
                back = self.returned(index, back)
                if dense.source < 0:
                    total += back
                else:
                    known = waiting.get(dense.source)
                    waiting[dense.source] = back if known is None else known + back
        return total

    def differentiate(self, rows: np.ndarray, layer: int, of: Scalar) -> Differentiated:
        """A scalar of ``layer``'s two units, and its gradient, (B, input width)."""
        found = self.forward(rows)
        xy = found[layer].after
        return Differentiated(
            scalar_of(xy, of), self.backward(found, layer, output_gradient(xy, of))
        )
