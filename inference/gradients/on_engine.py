"""Gradients whose matrix products an engine computes, both ways."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inference.engines import Engine
from inference.errors import ModelError
from inference.mlp import Activation, Dense, Mlp, Output
from inference.runner import Runner, as_rows

from .activation import told_by_result
from .dense import Differentiated, LayerValues, Network
from .differentiate import pair_output
from .scalars import Scalar

_BACK = "back"


class EngineGradient(Network):
    """Gradients of a plain MLP in float32 on an engine that is prepared.

    Forward, the engine runs the model with each layer as an output. Backward, it runs each layer
    turned round, and NumPy does the activations' derivatives. Belongs to one thread at a time.
    Raises ModelError for a model with GELU or a negative slope, whose derivatives take more than a
    layer's results: ``differentiate`` serves them; and unless one output has two numbers.
    """

    def __init__(self, mlp: Mlp, engine: Engine) -> None:
        super().__init__(mlp)
        if not all(map(told_by_result, mlp.layers)):
            raise ModelError(f"{mlp.path}: GELU and negative slopes are differentiated on NumPy.")
        self._layer = mlp.outputs[pair_output(mlp)].layer
        outputs = tuple(Output(str(i), i, (each.width,)) for i, each in enumerate(mlp.layers))
        self._forward = engine.load(replace(mlp, input_shape=(mlp.input_width,), outputs=outputs))
        self._returning = [_turned(mlp, layer, engine) for layer in mlp.layers]

    def run(self, rows: np.ndarray, of: Scalar) -> Differentiated:
        """As ``inference.gradients.differentiate``, in float32 whatever ``rows`` are."""
        mlp = self.mlp
        x = as_rows(mlp.name, mlp.input_name, mlp.input_shape, rows)
        flat = x.reshape(len(x), mlp.input_width)
        values, gradient = self.differentiate(flat, self._layer, of)
        return Differentiated(values, gradient.reshape(x.shape))

    def forward(self, rows: np.ndarray) -> list[LayerValues]:
        """The layers' results; they stand for their sums too."""
        found = self._forward.run({self.mlp.input_name: rows})
        return [LayerValues(after, after) for after in found.values()]

    def returned(self, layer: int, back: np.ndarray) -> np.ndarray:
        """By the layer turned round."""
        return self._returning[layer].run({_BACK: back})[_BACK]


def _turned(mlp: Mlp, layer: Dense, engine: Engine) -> Runner:
    """The layer from its sums back to its source, as a model."""
    weight = np.ascontiguousarray(layer.weight.T)
    dense = Dense(weight, np.zeros(len(weight), np.float32), Activation.LINEAR, 0.0, -1)
    output = Output(_BACK, 0, (len(weight),))
    return engine.load(Mlp(mlp.name, mlp.path, _BACK, (layer.width,), (dense,), (output,)))
