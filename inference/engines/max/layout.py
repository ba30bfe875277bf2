"""What a compiled MAX module serves: the layout of a network without its weights."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

import numpy as np

from inference.mlp import Activation, Dense, Mlp, Output
from inference.models import MODELS, ModelSpec

GENERIC = "any_mlp"
"""The graph that takes parameters and program as inputs, and so runs any MLP."""
LAYOUT = "layout"
"""The graph that says what the kernel in the module packs for: SIMD width and rows."""
OWN = "own_mlp"
"""The graph of a network that was compiled for itself."""

SLOPED = (Activation.LEAKY_RELU, Activation.ELU)


def layout(mlp: Mlp) -> Hashable:
    """Equal for networks that differ in their weights, biases, slopes and names alone."""
    layers = tuple((d.source, *d.weight.shape, int(d.activation)) for d in mlp.layers)
    return mlp.input_width, layers, tuple(output.layer for output in mlp.outputs)


def architecture(spec: ModelSpec) -> Mlp:
    """The network of ``spec`` as it ships, its weights zeros that take no memory."""
    ((input_name, input_shape),) = spec.inputs.items()
    row = tuple(n for n in input_shape if n is not None)
    layers: list[Dense] = []
    inputs = int(np.prod(row))
    for width in spec.hidden:
        layers.append(_zeros(inputs, width, spec.activation, len(layers) - 1))
        inputs = width
    outputs, last = [], len(layers) - 1
    for name, shape in spec.outputs.items():
        rest = tuple(n for n in shape if n is not None)
        outputs.append(Output(name, len(layers), rest))
        layers.append(_zeros(inputs, int(np.prod(rest)), Activation.LINEAR, last))
    return Mlp(spec.name, Path(spec.file), input_name, row, tuple(layers), tuple(outputs))


def _zeros(inputs: int, outputs: int, activation: Activation, source: int) -> Dense:
    zero = np.zeros((), np.float32)
    weight, bias = np.broadcast_to(zero, (outputs, inputs)), np.broadcast_to(zero, (outputs,))
    return Dense(weight, bias, activation, 0.0, source)


def architectures() -> dict[str, Mlp]:
    """The networks that are compiled ahead, by name."""
    return {name: architecture(spec) for name, spec in MODELS.items()}


def parameters_name(name: str) -> str:
    """What the registry calls the packed parameters of graph ``name``."""
    return f"{name}.parameters"


def dense_weights(name: str, mlp: Mlp) -> dict[str, np.ndarray]:
    """The weights of graph ``name`` of MAX's own ops, by what the registry calls them.

    A GPU multiplies float32 with 11 bits of each number where it is fastest; a weight is
    therefore two, which together have all its bits and each few enough.
    """
    found: dict[str, np.ndarray] = {}
    for index, layer in enumerate(mlp.layers):
        weight = np.ascontiguousarray(layer.weight)
        high = (weight.view(np.uint32) & np.uint32(0xFFFFE000)).view(np.float32)
        key = f"{name}.{index}"
        with np.errstate(invalid="ignore"):
            found[f"{key}.low"] = np.where(np.isfinite(weight), weight - high, np.float32(0))
        found[f"{key}.high"] = np.where(np.isfinite(weight), high, weight)
        found[f"{key}.bias"] = np.array(layer.bias)
        if layer.activation in SLOPED:
            found[f"{key}.slope"] = np.full(1, layer.slope, np.float32)
    return found
