"""A plain MLP in PyTorch: the reference of ``models validate``, the rival of ``models bench``.

Imports torch alone, so that the time and memory of a start are torch's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from inference.mlp import Mlp

_ACTIVATIONS: dict[str, Callable[[Tensor, float], Tensor]] = {
    "LINEAR": lambda x, _: x,
    "RELU": lambda x, _: torch.relu(x),
    "LEAKY_RELU": functional.leaky_relu,
    "TANH": lambda x, _: torch.tanh(x),
    "SIGMOID": lambda x, _: torch.sigmoid(x),
    "ELU": functional.elu,
    "SOFTPLUS": lambda x, _: functional.softplus(x),
    "GELU": lambda x, _: functional.gelu(x),
    "GELU_TANH": lambda x, _: functional.gelu(x, approximate="tanh"),
}


class Perceptron(nn.Module):
    """Dense layers in an order in which they can run; (B, *input) to one tensor per output."""

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__()
        self._sources = [layer["source"] for layer in description["layers"]]
        self._slopes = [layer["slope"] for layer in description["layers"]]
        self._outputs = [(number, tuple(shape)) for number, shape in description["outputs"]]
        try:
            self._activations = [_ACTIVATIONS[la["activation"]] for la in description["layers"]]
        except KeyError as error:
            raise ValueError(f"PyTorch's reference has no activation {error}.") from None
        self.linear = nn.ModuleList(
            _linear(layer["weight"], layer["bias"]) for layer in description["layers"]
        )
        self.requires_grad_(False)

    def forward(self, x: Tensor) -> list[Tensor]:
        rows = x.flatten(1)
        results: list[Tensor] = []
        for linear, activation, slope, source in zip(
            self.linear, self._activations, self._slopes, self._sources, strict=True
        ):
            results.append(activation(linear(rows if source < 0 else results[source]), slope))
        return [results[n].reshape(len(x), *shape) for n, shape in self._outputs]


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    layer = nn.utils.skip_init(nn.Linear, weight.shape[1], weight.shape[0])
    layer.weight, layer.bias = nn.Parameter(weight, False), nn.Parameter(bias, False)
    return layer


def describe(mlp: Mlp) -> dict[str, Any]:
    """``mlp`` as tensors, numbers and names, for ``torch.save`` and ``Perceptron``."""
    return {
        "input": mlp.input_name,
        "layers": [
            {
                "weight": torch.from_numpy(layer.weight.copy()),
                "bias": torch.from_numpy(layer.bias.copy()),
                "activation": layer.activation.name,
                "slope": float(layer.slope),
                "source": layer.source,
            }
            for layer in mlp.layers
        ],
        "outputs": [(output.layer, output.shape) for output in mlp.outputs],
    }
