"""What the folding of ONNX operators works on: tensors, and the layers known so far.

A tensor is a constant (an array), the shape of a tensor (``Dims``), or rows that depend on the
input (``Rows``: a layer and how its width is shaped). Layers are values: folding a bias or an
activation makes a new layer, so a tensor may be read both before and after its activation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from inference.graph.registry import Call, Refusal
from inference.mlp import Activation, Dense

MAX_VALUES = 1 << 27
"""Most weights that one network may hold (512 MiB as float32)."""
MAX_DIAGONAL = 512
"""Widest diagonal layer: 1 MiB of weights, nearly all zeros.

It costs the square of its width in multiply-adds: 0.2 % more for an actor of 1024, 512 and 36
units, never more than the dense layer before it if that has at least as many inputs as outputs;
but a decoder of 4380 outputs would cost 8.8 times as much. Wider ones are left to a graph.
"""


@dataclass(frozen=True, eq=False)
class Rows:
    """One row per batch entry: the result of ``layer`` (-1: the input), shaped ``shape``.

    affine: a scale and a shift, (width,) float64 each, that the next dense layer takes in.
    """

    layer: int
    shape: tuple[int, ...]
    affine: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def width(self) -> int:
        """Numbers in one row."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Dims:
    """A tensor that holds sizes; ``None`` is the batch."""

    sizes: tuple[int | None, ...]


Tensor = Rows | Dims | np.ndarray


@dataclass
class Scope:
    """The tensors and layers known so far. batch: the batch size the file fixes, or None."""

    batch: int | None = None
    tensors: dict[str, Tensor] = field(default_factory=dict)
    layers: list[Dense] = field(default_factory=list)
    values: int = 0

    def dense(self, x: Rows, weight: np.ndarray, bias: np.ndarray | None) -> Rows:
        """A new linear layer on ``x`` with ``weight`` (inputs, outputs)."""
        if len(x.shape) != 1 or weight.ndim != 2 or not weight.size:
            raise Refusal(
                f"it multiplies [batch, {', '.join(map(str, x.shape))}] with a weight of shape "
                f"{list(weight.shape)}, expected two matrices"
            )
        if len(weight) != x.width:
            raise Refusal(f"the weight takes {len(weight)} values, but {x.width} come in")
        outputs = weight.shape[1]
        self._count(weight.size)
        offset = np.zeros(outputs) if bias is None else flat(bias, (outputs,))
        if x.affine is not None:
            scale, shift = x.affine
            offset = offset + shift @ weight
            weight = weight * scale[:, None]
        layer = Dense(
            np.ascontiguousarray(weight.T, np.float32),
            offset.astype(np.float32),
            Activation.LINEAR,
            0.0,
            x.layer,
        )
        return self._append(layer, (outputs,))

    def activated(self, x: Rows, activation: Activation, slope: float) -> Rows:
        """The linear layer under ``x`` with an activation."""
        if not self._linear(x):
            raise Refusal("an activation must follow a dense layer directly")
        return self._refolded(x, activation=activation, slope=slope)

    def affine(self, x: Rows, scale: np.ndarray | None, shift: np.ndarray | None) -> Rows:
        """``x·scale + shift``, (width,) each: folded into the dense layer before, or the next."""
        if self._linear(x):
            weight, bias = self.layers[x.layer].weight, self.layers[x.layer].bias
            if scale is not None:
                self._count(weight.size)
                weight, bias = (weight * scale[:, None]).astype(np.float32), bias * scale
            bias = bias if shift is None else bias + shift
            return self._refolded(x, weight=weight, bias=bias.astype(np.float32))
        factor, offset = x.affine or (np.ones(x.width), np.zeros(x.width))
        if scale is not None:
            factor, offset = factor * scale, offset * scale
        return replace(x, affine=(factor, offset if shift is None else offset + shift))

    def settled(self, x: Rows) -> Rows:
        """``x`` with its affine step as a layer of its own, diagonal, where no other follows.

        A value that is NaN or infinite there makes the others of its row NaN.
        """
        if x.affine is None:
            return x
        if x.width > MAX_DIAGONAL:
            raise Refusal(
                f"a scale of {x.width} values after the last activation is too wide for a layer"
            )
        scale, shift = x.affine
        self._count(x.width**2)
        weight, bias = np.diag(scale).astype(np.float32), shift.astype(np.float32)
        return self._append(Dense(weight, bias, Activation.LINEAR, 0.0, x.layer), x.shape)

    def _refolded(self, x: Rows, **changes: Any) -> Rows:
        return self._append(replace(self.layers[x.layer], **changes), x.shape)

    def part(self, x: Rows, kept: slice) -> Rows:
        """The layer under ``x`` with only some of its outputs."""
        layer = self.layers[x.layer]
        bias = layer.bias[kept]
        if not len(bias):
            raise Refusal("it keeps nothing")
        self._count(layer.weight[kept].size)
        made = self._append(replace(layer, weight=layer.weight[kept], bias=bias), (len(bias),))
        cut = None if x.affine is None else (x.affine[0][kept], x.affine[1][kept])
        return replace(made, affine=cut)

    def _linear(self, x: Rows) -> bool:
        layered = x.layer >= 0 and x.affine is None
        return layered and self.layers[x.layer].activation == Activation.LINEAR

    def _count(self, values: int) -> None:
        self.values += values
        if self.values > MAX_VALUES:
            raise Refusal(f"the network holds more than {MAX_VALUES:,} weights")

    def _append(self, layer: Dense, shape: tuple[int, ...]) -> Rows:
        self.layers.append(layer)
        return Rows(len(self.layers) - 1, shape)


@dataclass(frozen=True)
class Step(Call):
    """A node about to be folded into ``scope``."""

    scope: Scope

    def argument(self, index: int) -> Tensor | None:
        """One of its inputs; None when it is left out."""
        names = self.node.inputs
        given = index < len(names) and names[index]
        return self.scope.tensors[names[index]] if given else None

    def rows(self, index: int = 0) -> Rows:
        """An input that depends on the model's; Refusal for any other."""
        value = self.argument(index)
        if not isinstance(value, Rows):
            raise Refusal(f"its input {index + 1} must depend on the model's input")
        return value

    def constant(self, index: int) -> np.ndarray:
        """An input that is known; Refusal for any other."""
        value = self.argument(index)
        if not isinstance(value, np.ndarray):
            raise Refusal(f"its input {index + 1} must be a constant")
        return value


def flat(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """``array`` broadcast to one row of ``shape`` and flattened."""
    try:
        return np.broadcast_to(array, (1, *shape)).astype(np.float32).reshape(-1)
    except ValueError:
        raise Refusal(
            f"the constant of shape {list(array.shape)} does not fit rows of shape {list(shape)}"
        ) from None
