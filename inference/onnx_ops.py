"""The ONNX operators that fold into dense layers, and the tensors they work on.

A tensor is a constant (an array), the shape of a tensor (``Dims``), or rows that depend on the
input (``Rows``: a layer and how its width is shaped). Layers are values: folding a bias or an
activation makes a new layer, so a tensor may be read both before and after its activation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from .mlp import Activation, Dense
from .runner import show

if TYPE_CHECKING:
    from onnx import NodeProto, TensorProto

MAX_VALUES = 1 << 27
"""Most weights that one network may hold (512 MiB as float32)."""


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
        return math.prod(self.shape)


@dataclass(frozen=True)
class Dims:
    """A tensor that holds sizes; ``None`` is the batch."""

    sizes: tuple[int | None, ...]


Tensor = Rows | Dims | np.ndarray


class Refusal(Exception):
    """Why a node cannot be folded; the reader adds file, node and operator."""


@dataclass
class Scope:
    """The tensors and layers known so far.

    batch: the batch size the file fixes, or None. read_weight: a TensorProto as an array.
    """

    read_weight: Callable[[TensorProto], np.ndarray]
    batch: int | None = None
    tensors: dict[str, Tensor] = field(default_factory=dict)
    layers: list[Dense] = field(default_factory=list)
    values: int = 0

    def argument(self, node: NodeProto, index: int) -> Tensor | None:
        given = index < len(node.input) and node.input[index]
        return self.tensors[node.input[index]] if given else None

    def rows(self, node: NodeProto, index: int = 0) -> Rows:
        value = self.argument(node, index)
        if not isinstance(value, Rows):
            raise Refusal(f"its input {index + 1} must depend on the model's input")
        return value

    def constant(self, node: NodeProto, index: int) -> np.ndarray:
        value = self.argument(node, index)
        if not isinstance(value, np.ndarray):
            raise Refusal(f"its input {index + 1} must be a constant")
        return value

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
        offset = np.zeros(outputs) if bias is None else _flat(bias, (outputs,))
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

    def refolded(self, x: Rows, what: str, **changes: Any) -> Rows:
        """The linear layer under ``x`` with something folded in."""
        if not self._linear(x):
            raise Refusal(f"{what} must follow a dense layer directly")
        return self._append(replace(self.layers[x.layer], **changes), x.shape)

    def affine(self, x: Rows, scale: np.ndarray | None, shift: np.ndarray | None) -> Rows:
        """``x·scale + shift``, (width,) each: folded into the dense layer before, or the next."""
        if self._linear(x):
            weight, bias = self.layers[x.layer].weight, self.layers[x.layer].bias
            if scale is not None:
                self._count(weight.size)
                weight, bias = (weight * scale[:, None]).astype(np.float32), bias * scale
            bias = bias if shift is None else bias + shift
            return self.refolded(x, "", weight=weight, bias=bias.astype(np.float32))
        factor, offset = x.affine or (np.ones(x.width), np.zeros(x.width))
        if scale is not None:
            factor, offset = factor * scale, offset * scale
        return replace(x, affine=(factor, offset if shift is None else offset + shift))

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


def _attribute(node: NodeProto, name: str, kind: str, default: Any) -> Any:
    """The attribute ``name`` of a node; ``kind`` is how ONNX calls its type."""
    from onnx import AttributeProto, helper

    for attribute in node.attribute:
        if attribute.name == name:
            if attribute.type != AttributeProto.AttributeType.Value(kind):
                raise Refusal(f"its attribute '{name}' is not of the type {kind}")
            return helper.get_attribute_value(attribute)
    return default


def _flat(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """``array`` broadcast to one row of ``shape`` and flattened."""
    try:
        return np.broadcast_to(array, (1, *shape)).astype(np.float32).reshape(-1)
    except ValueError:
        raise Refusal(
            f"the constant of shape {list(array.shape)} does not fit rows of shape {list(shape)}"
        ) from None


def _gemm(scope: Scope, node: NodeProto) -> Tensor:
    if _attribute(node, "transA", "INT", 0):
        raise Refusal("transA = 1 would mix the rows of the batch")
    weight = scope.constant(node, 1)
    weight = weight.T if _attribute(node, "transB", "INT", 0) else weight
    alpha, beta = _attribute(node, "alpha", "FLOAT", 1.0), _attribute(node, "beta", "FLOAT", 1.0)
    bias = scope.constant(node, 2) if scope.argument(node, 2) is not None else None
    return scope.dense(
        scope.rows(node),
        weight if alpha == 1.0 else weight * np.float32(alpha),
        bias if bias is None or beta == 1.0 else bias * np.float32(beta),
    )


def _matmul(scope: Scope, node: NodeProto) -> Tensor:
    return scope.dense(scope.rows(node), scope.constant(node, 1), None)


def _operands(scope: Scope, node: NodeProto) -> tuple[Rows, np.ndarray, bool]:
    """The rows and the constant (width,) that a node joins, and whether the rows come first."""
    first = isinstance(scope.argument(node, 0), Rows)
    x = scope.rows(node, 0 if first else 1)
    return x, _flat(scope.constant(node, 1 if first else 0), x.shape), first


def _add(scope: Scope, node: NodeProto) -> Tensor:
    x, shift, _ = _operands(scope, node)
    return scope.affine(x, None, shift)


def _sub(scope: Scope, node: NodeProto) -> Tensor:
    x, shift, first = _operands(scope, node)
    return scope.affine(x, None if first else -np.ones(x.width), -shift if first else shift)


def _mul(scope: Scope, node: NodeProto) -> Tensor:
    x, scale, _ = _operands(scope, node)
    return scope.affine(x, scale, None)


def _div(scope: Scope, node: NodeProto) -> Tensor:
    x, divisor, first = _operands(scope, node)
    if not first:
        raise Refusal("it divides by what depends on the model's input")
    return scope.affine(x, 1 / divisor.astype(np.float64), None)


def _batch_normalization(scope: Scope, node: NodeProto) -> Tensor:
    if _attribute(node, "training_mode", "INT", 0):
        raise Refusal("it is switched to training; export the model in inference mode")
    x = scope.rows(node)
    if not x.shape:
        raise Refusal("its input has no channels")
    channels = (x.shape[0], *[1] * (len(x.shape) - 1))
    statistics = [scope.constant(node, i).reshape(-1) for i in (1, 2, 3, 4)]
    if any(len(array) != x.shape[0] for array in statistics):
        raise Refusal(f"its statistics do not fit {x.shape[0]} channels")
    scale, bias, mean, variance = (
        _flat(array.reshape(channels), x.shape).astype(np.float64) for array in statistics
    )
    factor = scale / np.sqrt(variance + _attribute(node, "epsilon", "FLOAT", 1e-5))
    return scope.affine(x, factor, bias - mean * factor)


def _activation(kind: Activation) -> Callable[[Scope, NodeProto], Tensor]:
    def fold(scope: Scope, node: NodeProto) -> Tensor:
        slope = _attribute(node, "alpha", "FLOAT", 0.01) if kind == Activation.LEAKY_RELU else 0.0
        return scope.refolded(
            scope.rows(node), "an activation", activation=kind, slope=float(slope)
        )

    return fold


def _identity(scope: Scope, node: NodeProto) -> Tensor:
    value = scope.argument(node, 0)
    if value is None:
        raise Refusal("it has no input")
    return value


def _dropout(scope: Scope, node: NodeProto) -> Tensor:
    training = scope.argument(node, 2)
    if isinstance(training, np.ndarray) and training.any():
        raise Refusal("it is switched to training; export the model in inference mode")
    return scope.rows(node)


def _constant_node(scope: Scope, node: NodeProto) -> Tensor:
    tensor = _attribute(node, "value", "TENSOR", None)
    if tensor is not None:
        return scope.read_weight(tensor)
    for kind in ("FLOAT", "FLOATS", "INT", "INTS"):
        value = _attribute(node, f"value_{kind.lower()}", kind, None)
        if value is not None:
            return np.array(value, np.float32 if kind.startswith("FLOAT") else np.int64)
    raise Refusal("it holds no numbers")


def _transpose(scope: Scope, node: NodeProto) -> Tensor:
    weight = scope.constant(node, 0)
    order = _attribute(node, "perm", "INTS", None)
    try:
        return weight.transpose(order)
    except ValueError:
        raise Refusal(f"perm = {list(order)} does not fit {weight.ndim} axes") from None


def _sizes(value: Tensor | None, what: str) -> tuple[int | None, ...]:
    if isinstance(value, Dims):
        return value.sizes
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size <= 64:
        return tuple(int(n) for n in value.reshape(-1))
    raise Refusal(f"{what} must be constant integers or come from a Shape")


def _reshape(scope: Scope, node: NodeProto) -> Tensor:
    x = scope.rows(node)
    target = list(_sizes(scope.argument(node, 1), "the new shape"))
    before = (None, *x.shape)
    if not _attribute(node, "allowzero", "INT", 0):
        for i, size in enumerate(target[: len(before)]):
            target[i] = before[i] if size == 0 else size
    if not target:
        raise Refusal("the new shape is empty")
    first, rest = target[0], [size for size in target[1:] if size is not None]
    known = math.prod(size for size in rest if size != -1)
    if rest.count(-1) == 1 and first != -1 and known > 0 and x.width % known == 0:
        rest[rest.index(-1)] = x.width // known
    keeps_batch = first is None or first == -1 or first == scope.batch
    if not keeps_batch or len(rest) != len(target) - 1 or math.prod(rest) != x.width:
        raise Refusal(f"from {show(before)} to {show(tuple(target))} would mix the batch's rows")
    return replace(x, shape=tuple(rest))


def _flatten(scope: Scope, node: NodeProto) -> Tensor:
    x = scope.rows(node)
    axis = _attribute(node, "axis", "INT", 1)
    if axis not in (1, -len(x.shape)):
        raise Refusal(f"axis = {axis} would mix the rows of the batch")
    return replace(x, shape=(x.width,))


def _axes(scope: Scope, node: NodeProto, rank: int) -> list[int] | None:
    """The axes of a Squeeze or Unsqueeze (attribute until opset 12, then an input), from 0."""
    axes = _attribute(node, "axes", "INTS", None)
    if axes is None and scope.argument(node, 1) is not None:
        axes = scope.constant(node, 1).reshape(-1).tolist()
    return None if axes is None else sorted(axis % rank for axis in axes if -rank <= axis < rank)


def _squeeze(scope: Scope, node: NodeProto) -> Tensor:
    x = scope.rows(node)
    sizes = (0, *x.shape)
    axes = _axes(scope, node, len(sizes))
    if axes is None:
        axes = [i for i, size in enumerate(sizes) if size == 1]
    if any(sizes[axis] != 1 for axis in axes):
        raise Refusal(f"axes {axes} of {show((None, *x.shape))} are not all of size 1")
    return replace(x, shape=tuple(n for i, n in enumerate(sizes) if i and i not in axes))


def _unsqueeze(scope: Scope, node: NodeProto) -> Tensor:
    value = scope.argument(node, 0)
    if isinstance(value, Dims):
        return Dims(value.sizes)
    x = scope.rows(node)
    added = _attribute(node, "axes", "INTS", None) or scope.constant(node, 1).reshape(-1).tolist()
    shape: list[int] = list(x.shape)
    for axis in _axes(scope, node, len(shape) + 1 + len(added)) or []:
        if axis == 0:
            raise Refusal("it would move the batch axis")
        shape.insert(axis - 1, 1)
    return replace(x, shape=tuple(shape))


def _shape(scope: Scope, node: NodeProto) -> Tensor:
    sizes = (None, *scope.rows(node).shape)
    return Dims(sizes[_attribute(node, "start", "INT", 0) : _attribute(node, "end", "INT", None)])


def _gather(scope: Scope, node: NodeProto) -> Tensor:
    sizes = _sizes(scope.argument(node, 0), "what it picks from")
    index = scope.constant(node, 1)
    try:
        return Dims(tuple(sizes[int(i)] for i in index.reshape(-1)))
    except IndexError:
        raise Refusal(f"index {index.tolist()} is outside a shape of {len(sizes)} axes") from None


def _slice(scope: Scope, node: NodeProto) -> Tensor:
    sizes = _sizes(scope.argument(node, 0), "what it cuts")
    if len(node.input) > 4:
        raise Refusal("steps are not supported here")
    start, stop = (int(scope.constant(node, i).reshape(-1)[0]) for i in (1, 2))
    return Dims(sizes[start:stop])


def _concat(scope: Scope, node: NodeProto) -> Tensor:
    parts = [_sizes(scope.argument(node, i), "what it joins") for i in range(len(node.input))]
    return Dims(tuple(size for part in parts for size in part))


def _cast(scope: Scope, node: NodeProto) -> Tensor:
    return Dims(_sizes(scope.argument(node, 0), "what it casts"))


FOLDS: dict[str, Callable[[Scope, NodeProto], Tensor]] = {
    "Add": _add,
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant_node,
    "Div": _div,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gather": _gather,
    "Gemm": _gemm,
    "Identity": _identity,
    "LeakyRelu": _activation(Activation.LEAKY_RELU),
    "MatMul": _matmul,
    "Mul": _mul,
    "Relu": _activation(Activation.RELU),
    "Reshape": _reshape,
    "Shape": _shape,
    "Slice": _slice,
    "Squeeze": _squeeze,
    "Sub": _sub,
    "Tanh": _activation(Activation.TANH),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
