"""The operators that fold into dense layers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from inference.errors import show
from inference.graph.registry import Refusal, constant_in, even_sizes
from inference.mlp import Activation

from .scope import Dims, Rows, Step, Tensor, flat


def _gemm(step: Step) -> Tensor:
    if step.integer("transA", 0):
        raise Refusal("transA = 1 would mix the rows of the batch")
    weight = step.constant(1)
    weight = weight.T if step.integer("transB", 0) else weight
    alpha, beta = step.number("alpha", 1.0), step.number("beta", 1.0)
    bias = step.constant(2) if step.argument(2) is not None else None
    return step.scope.dense(
        step.rows(),
        weight if alpha == 1.0 else weight * np.float32(alpha),
        bias if bias is None or beta == 1.0 else bias * np.float32(beta),
    )


def _matmul(step: Step) -> Tensor:
    return step.scope.dense(step.rows(), step.constant(1), None)


def _operands(step: Step) -> tuple[Rows, np.ndarray, bool]:
    """The rows and the constant (width,) that a node joins, and whether the rows come first."""
    first = isinstance(step.argument(0), Rows)
    x = step.rows(0 if first else 1)
    return x, flat(step.constant(1 if first else 0), x.shape), first


def _add(step: Step) -> Tensor:
    x, shift, _ = _operands(step)
    return step.scope.affine(x, None, shift)


def _sub(step: Step) -> Tensor:
    x, shift, first = _operands(step)
    return step.scope.affine(x, None if first else -np.ones(x.width), -shift if first else shift)


def _mul(step: Step) -> Tensor:
    x, scale, _ = _operands(step)
    return step.scope.affine(x, scale, None)


def _div(step: Step) -> Tensor:
    x, divisor, first = _operands(step)
    if not first:
        raise Refusal("it divides by what depends on the model's input")
    return step.scope.affine(x, 1 / divisor.astype(np.float64), None)


def _batch_normalization(step: Step) -> Tensor:
    if step.integer("training_mode", 0):
        raise Refusal("it is switched to training; export the model in inference mode")
    x = step.rows()
    if not x.shape:
        raise Refusal("its input has no channels")
    channels = (x.shape[0], *[1] * (len(x.shape) - 1))
    statistics = [step.constant(i).reshape(-1) for i in (1, 2, 3, 4)]
    if any(len(array) != x.shape[0] for array in statistics):
        raise Refusal(f"its statistics do not fit {x.shape[0]} channels")
    scale, bias, mean, variance = (
        flat(array.reshape(channels), x.shape).astype(np.float64) for array in statistics
    )
    factor = scale / np.sqrt(variance + step.number("epsilon", 1e-5))
    return step.scope.affine(x, factor, bias - mean * factor)


def _activation(kind: Activation, alpha: float = 0.0) -> Callable[[Step], Tensor]:
    """alpha: the attribute's default where the operator has it."""

    def fold(step: Step) -> Tensor:
        slope = step.number("alpha", alpha) if alpha else 0.0
        return step.scope.activated(step.rows(), kind, slope)

    return fold


def _gelu(step: Step) -> Tensor:
    kinds = {"none": Activation.GELU, "tanh": Activation.GELU_TANH}
    form = step.text("approximate", "none")
    if form not in kinds:
        raise Refusal("its approximation is neither none nor tanh")
    return step.scope.activated(step.rows(), kinds[form], 0.0)


def _identity(step: Step) -> Tensor:
    value = step.argument(0)
    if value is None:
        raise Refusal("it has no input")
    return value


def _dropout(step: Step) -> Tensor:
    training = step.argument(2)
    if isinstance(training, np.ndarray) and training.any():
        raise Refusal("it is switched to training; export the model in inference mode")
    return step.rows()


def _constant(step: Step) -> Tensor:
    return constant_in(step.node)


def _sizes(value: Tensor | None, what: str) -> tuple[int | None, ...]:
    if isinstance(value, Dims):
        return value.sizes
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size <= 64:
        return tuple(int(n) for n in value.reshape(-1))
    raise Refusal(f"{what} must be constant integers or come from a Shape")


def _reshape(step: Step) -> Tensor:
    x = step.rows()
    target = list(_sizes(step.argument(1), "the new shape"))
    before = (None, *x.shape)
    if not step.integer("allowzero", 0):
        for i, size in enumerate(target[: len(before)]):
            target[i] = before[i] if size == 0 else size
    if not target:
        raise Refusal("the new shape is empty")
    first, rest = target[0], [size for size in target[1:] if size is not None]
    known = math.prod(size for size in rest if size != -1)
    if rest.count(-1) == 1 and first != -1 and known > 0 and x.width % known == 0:
        rest[rest.index(-1)] = x.width // known
    keeps_batch = first is None or first == -1 or first == step.scope.batch
    if not keeps_batch or len(rest) != len(target) - 1 or math.prod(rest) != x.width:
        raise Refusal(f"from {show(before)} to {show(tuple(target))} would mix the batch's rows")
    return replace(x, shape=tuple(rest))


def _flatten(step: Step) -> Tensor:
    x = step.rows()
    axis = step.integer("axis", 1)
    if axis not in (1, -len(x.shape)):
        raise Refusal(f"axis = {axis} would mix the rows of the batch")
    return replace(x, shape=(x.width,))


def _axes(step: Step, rank: int) -> list[int] | None:
    """The axes of a Squeeze or Unsqueeze (attribute until opset 12, then an input), from 0."""
    axes = step.integers("axes")
    if axes is None and step.argument(1) is not None:
        axes = step.constant(1).reshape(-1).tolist()
    return None if axes is None else sorted(axis % rank for axis in axes if -rank <= axis < rank)


def _squeeze(step: Step) -> Tensor:
    x = step.rows()
    sizes = (0, *x.shape)
    axes = _axes(step, len(sizes))
    if axes is None:
        axes = [i for i, size in enumerate(sizes) if size == 1]
    if any(sizes[axis] != 1 for axis in axes):
        raise Refusal(f"axes {axes} of {show((None, *x.shape))} are not all of size 1")
    return replace(x, shape=tuple(n for i, n in enumerate(sizes) if i and i not in axes))


def _unsqueeze(step: Step) -> Tensor:
    value = step.argument(0)
    if isinstance(value, Dims):
        return Dims(value.sizes)
    x = step.rows()
    added = step.integers("axes") or step.constant(1).reshape(-1).tolist()
    shape: list[int] = list(x.shape)
    for axis in _axes(step, len(shape) + 1 + len(added)) or []:
        if axis == 0:
            raise Refusal("it would move the batch axis")
        shape.insert(axis - 1, 1)
    return replace(x, shape=tuple(shape))


def _known(sizes: tuple[int | None, ...]) -> Tensor:
    """Sizes as a constant if the batch is not among them."""
    return Dims(sizes) if None in sizes else np.array(sizes, np.int64)


def _shape(step: Step) -> Tensor:
    sizes = (None, *step.rows().shape)
    return _known(sizes[step.integer("start", 0) : step.integer("end", len(sizes))])


def _gather(step: Step) -> Tensor:
    sizes = _sizes(step.argument(0), "what it picks from")
    index = step.constant(1)
    try:
        picked = _known(tuple(sizes[int(i)] for i in index.reshape(-1)))
    except IndexError:
        raise Refusal(f"index {index.tolist()} is outside a shape of {len(sizes)} axes") from None
    return picked.reshape(index.shape) if isinstance(picked, np.ndarray) else picked


def _slice(step: Step) -> Tensor:
    if len(step.node.inputs) > 4 and step.constant(4).tolist() != [1]:
        raise Refusal("steps are not supported here")
    start, stop = (_one(step, i, "start and end") for i in (1, 2))
    value = step.argument(0)
    if not isinstance(value, Rows):
        return _known(_sizes(value, "what it cuts")[start:stop])
    axis = _one(step, 3, "axis") if step.argument(3) is not None else 0
    return _part(step, value, axis, start, stop)


def _split(step: Step) -> tuple[Tensor, ...]:
    x, count = step.rows(), len(step.node.outputs)
    sizes = step.integers("split")
    if step.argument(1) is not None:
        sizes = step.constant(1).reshape(-1).tolist()
    if sizes is None:
        sizes = even_sizes(x.width, count)
    if len(sizes) != count or sum(sizes) != x.width or min(sizes) < 1:
        raise Refusal(f"the sizes {sizes} do not split {x.width} values into {count} outputs")
    ends = np.cumsum(sizes).tolist()
    axis = step.integer("axis", 0)
    return tuple(_part(step, x, axis, end - n, end) for n, end in zip(sizes, ends, strict=True))


def _part(step: Step, x: Rows, axis: int, start: int, stop: int) -> Rows:
    """Some of a layer's results, as a layer of their own."""
    if len(x.shape) != 1 or axis not in (1, -1) or x.layer < 0:
        raise Refusal("it cuts what is not the row of a dense layer")
    return step.scope.part(x, slice(start, stop))


def _one(step: Step, index: int, what: str) -> int:
    values = step.constant(index).reshape(-1).tolist()
    if len(values) != 1:
        raise Refusal(f"it cuts several axes: its {what} are {values[:8]}")
    return int(values[0])


def _concat(step: Step) -> Tensor:
    parts = [_sizes(step.argument(i), "what it joins") for i in range(len(step.node.inputs))]
    return _known(tuple(size for part in parts for size in part))


def _cast(step: Step) -> Tensor:
    return Dims(_sizes(step.argument(0), "what it casts"))


Fold = Callable[[Step], Tensor | tuple[Tensor, ...]]

FOLDS: dict[str, Fold] = {
    "Add": _add,
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Concat": _concat,
    "Constant": _constant,
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
    "Unsqueeze": _unsqueeze,
}
