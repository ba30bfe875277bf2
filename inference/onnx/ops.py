"""The ONNX operators that fold into dense layers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from inference.mlp import Activation
from inference.runner import show

from .scope import Dims, Refusal, Rows, Scope, Tensor, attribute, flat

if TYPE_CHECKING:
    from onnx import NodeProto


def _gemm(scope: Scope, node: NodeProto) -> Tensor:
    if attribute(node, "transA", "INT", 0):
        raise Refusal("transA = 1 would mix the rows of the batch")
    weight = scope.constant(node, 1)
    weight = weight.T if attribute(node, "transB", "INT", 0) else weight
    alpha, beta = attribute(node, "alpha", "FLOAT", 1.0), attribute(node, "beta", "FLOAT", 1.0)
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
    return x, flat(scope.constant(node, 1 if first else 0), x.shape), first


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
    if attribute(node, "training_mode", "INT", 0):
        raise Refusal("it is switched to training; export the model in inference mode")
    x = scope.rows(node)
    if not x.shape:
        raise Refusal("its input has no channels")
    channels = (x.shape[0], *[1] * (len(x.shape) - 1))
    statistics = [scope.constant(node, i).reshape(-1) for i in (1, 2, 3, 4)]
    if any(len(array) != x.shape[0] for array in statistics):
        raise Refusal(f"its statistics do not fit {x.shape[0]} channels")
    scale, bias, mean, variance = (
        flat(array.reshape(channels), x.shape).astype(np.float64) for array in statistics
    )
    factor = scale / np.sqrt(variance + attribute(node, "epsilon", "FLOAT", 1e-5))
    return scope.affine(x, factor, bias - mean * factor)


def _activation(kind: Activation, alpha: float = 0.0) -> Callable[[Scope, NodeProto], Tensor]:
    """alpha: the attribute's default where the operator has it."""

    def fold(scope: Scope, node: NodeProto) -> Tensor:
        slope = float(attribute(node, "alpha", "FLOAT", alpha)) if alpha else 0.0
        return scope.activated(scope.rows(node), kind, slope)

    return fold


def _gelu(scope: Scope, node: NodeProto) -> Tensor:
    form = attribute(node, "approximate", "STRING", b"none")
    kinds = {b"none": Activation.GELU, b"tanh": Activation.GELU_TANH}
    if form not in kinds:
        raise Refusal("its approximation is neither none nor tanh")
    return scope.activated(scope.rows(node), kinds[form], 0.0)


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
    tensor = attribute(node, "value", "TENSOR", None)
    if tensor is not None:
        return scope.read_weight(tensor)
    for kind in ("FLOAT", "FLOATS", "INT", "INTS"):
        value = attribute(node, f"value_{kind.lower()}", kind, None)
        if value is not None:
            return np.array(value, np.float32 if kind.startswith("FLOAT") else np.int64)
    raise Refusal("it holds no numbers")


def _transpose(scope: Scope, node: NodeProto) -> Tensor:
    weight = scope.constant(node, 0)
    order = attribute(node, "perm", "INTS", None)
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
    if not attribute(node, "allowzero", "INT", 0):
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
    axis = attribute(node, "axis", "INT", 1)
    if axis not in (1, -len(x.shape)):
        raise Refusal(f"axis = {axis} would mix the rows of the batch")
    return replace(x, shape=(x.width,))


def _axes(scope: Scope, node: NodeProto, rank: int) -> list[int] | None:
    """The axes of a Squeeze or Unsqueeze (attribute until opset 12, then an input), from 0."""
    axes = attribute(node, "axes", "INTS", None)
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
    added = attribute(node, "axes", "INTS", None) or scope.constant(node, 1).reshape(-1).tolist()
    shape: list[int] = list(x.shape)
    for axis in _axes(scope, node, len(shape) + 1 + len(added)) or []:
        if axis == 0:
            raise Refusal("it would move the batch axis")
        shape.insert(axis - 1, 1)
    return replace(x, shape=tuple(shape))


def _known(sizes: tuple[int | None, ...]) -> Tensor:
    """Sizes as a constant if the batch is not among them."""
    return Dims(sizes) if None in sizes else np.array(sizes, np.int64)


def _shape(scope: Scope, node: NodeProto) -> Tensor:
    sizes = (None, *scope.rows(node).shape)
    return _known(sizes[attribute(node, "start", "INT", 0) : attribute(node, "end", "INT", None)])


def _gather(scope: Scope, node: NodeProto) -> Tensor:
    sizes = _sizes(scope.argument(node, 0), "what it picks from")
    index = scope.constant(node, 1)
    try:
        picked = _known(tuple(sizes[int(i)] for i in index.reshape(-1)))
    except IndexError:
        raise Refusal(f"index {index.tolist()} is outside a shape of {len(sizes)} axes") from None
    return picked.reshape(index.shape) if isinstance(picked, np.ndarray) else picked


def _slice(scope: Scope, node: NodeProto) -> Tensor:
    if len(node.input) > 4 and scope.constant(node, 4).tolist() != [1]:
        raise Refusal("steps are not supported here")
    start, stop = (_one(scope, node, i, "start and end") for i in (1, 2))
    value = scope.argument(node, 0)
    if not isinstance(value, Rows):
        return _known(_sizes(value, "what it cuts")[start:stop])
    axis = _one(scope, node, 3, "axis") if scope.argument(node, 3) is not None else 0
    return _part(scope, value, axis, start, stop)


def _split(scope: Scope, node: NodeProto) -> tuple[Tensor, ...]:
    x, count = scope.rows(node), len(node.output)
    sizes = attribute(node, "split", "INTS", None)
    if scope.argument(node, 1) is not None:
        sizes = scope.constant(node, 1).reshape(-1).tolist()
    if sizes is None:
        each = -(-x.width // count)
        sizes = [min(each, x.width - i * each) for i in range(count)]
    if len(sizes) != count or sum(sizes) != x.width or min(sizes) < 1:
        raise Refusal(f"the sizes {sizes} do not split {x.width} values into {count} outputs")
    ends = np.cumsum(sizes).tolist()
    axis = attribute(node, "axis", "INT", 0)
    return tuple(_part(scope, x, axis, end - n, end) for n, end in zip(sizes, ends, strict=True))


def _part(scope: Scope, x: Rows, axis: int, start: int, stop: int) -> Rows:
    """Some of a layer's results, as a layer of their own."""
    if len(x.shape) != 1 or axis not in (1, -1) or x.layer < 0:
        raise Refusal("it cuts what is not the row of a dense layer")
    return scope.part(x, slice(start, stop))


def _one(scope: Scope, node: NodeProto, index: int, what: str) -> int:
    values = scope.constant(node, index).reshape(-1).tolist()
    if len(values) != 1:
        raise Refusal(f"it cuts several axes: its {what} are {values[:8]}")
    return int(values[0])


def _concat(scope: Scope, node: NodeProto) -> Tensor:
    parts = [_sizes(scope.argument(node, i), "what it joins") for i in range(len(node.input))]
    return _known(tuple(size for part in parts for size in part))


def _cast(scope: Scope, node: NodeProto) -> Tensor:
    return Dims(_sizes(scope.argument(node, 0), "what it casts"))


FOLDS: dict[str, Callable[[Scope, NodeProto], Tensor | tuple[Tensor, ...]]] = {
    "Add": _add,
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant_node,
    "Div": _div,
    "Dropout": _dropout,
    "Elu": _activation(Activation.ELU, alpha=1.0),
    "Flatten": _flatten,
    "Gather": _gather,
    "Gelu": _gelu,
    "Gemm": _gemm,
    "Identity": _identity,
    "LeakyRelu": _activation(Activation.LEAKY_RELU, alpha=0.01),
    "MatMul": _matmul,
    "Mul": _mul,
    "Relu": _activation(Activation.RELU),
    "Reshape": _reshape,
    "Shape": _shape,
    "Sigmoid": _activation(Activation.SIGMOID),
    "Slice": _slice,
    "Softplus": _activation(Activation.SOFTPLUS),
    "Split": _split,
    "Squeeze": _squeeze,
    "Sub": _sub,
    "Tanh": _activation(Activation.TANH),
    "Transpose": _transpose,
    "Unsqueeze": _unsqueeze,
}
