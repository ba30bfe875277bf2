"""A multilayer perceptron as plain data: a tree of dense layers with named outputs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

import numpy as np


class Activation(IntEnum):
    """Applied element by element after a dense layer; the values are the kernel's codes."""

    LINEAR = 0
    RELU = 1
    LEAKY_RELU = 2
    TANH = 3
    SIGMOID = 4
    ELU = 5
    SOFTPLUS = 6
    GELU = 7
    GELU_TANH = 8


def sigmoid(x: np.ndarray) -> np.ndarray:
    """1 / (1 + e^-x) in the type of ``x``, without overflow."""
    decay = np.exp(-np.abs(x))
    return np.where(x < 0, decay, 1) / (1 + decay)


@dataclass(frozen=True, eq=False)
class Dense:
    """``activation(x @ weight.T + bias)``.

    weight: (outputs, inputs) float32. bias: (outputs,) float32.
    slope: factor of negative values under ``LEAKY_RELU``, alpha of ``ELU``.
    source: index of the layer whose result is ``x``, an earlier one; -1 is the input.
    """

    weight: np.ndarray
    bias: np.ndarray
    activation: Activation
    slope: float
    source: int

    @property
    def width(self) -> int:
        """Outputs of the layer."""
        return len(self.bias)


@dataclass(frozen=True)
class Output:
    """The result of layer ``layer``, each row given ``shape`` (without the batch axis)."""

    name: str
    layer: int
    shape: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Mlp:
    """One input, dense layers in an order in which they can run, one or more outputs.

    input_shape and every output's shape leave out the batch axis, which is the first.
    warnings: one sentence each, for the person who opened the file.
    """

    name: str
    path: Path
    input_name: str
    input_shape: tuple[int, ...]
    layers: tuple[Dense, ...]
    outputs: tuple[Output, ...]
    warnings: tuple[str, ...] = ()

    @property
    def input_width(self) -> int:
        """Numbers in one row of input."""
        return int(np.prod(self.input_shape, dtype=np.int64))

    @property
    def parameters(self) -> int:
        """How many numbers its weights and biases hold."""
        return sum(layer.weight.size + layer.bias.size for layer in self.layers)

    @property
    def products(self) -> int:
        """Multiply-adds of one row."""
        return sum(layer.weight.size for layer in self.layers)
