"""Operators that draw axes together: sums, products of matrices, normalisations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from max.dtype import DType
from max.graph import TensorValue, ops

from inference.graph.registry import axes_of, axis_of

from .elementwise import exp
from .registry import (
    Lowered,
    Site,
    Value,
    integers_at,
    known,
    lowering,
    permute,
    shape_of,
)

_Along = Callable[[TensorValue, int], TensorValue]


def _largest(x: TensorValue, axis: int) -> TensorValue:
    return _with_nan(x, axis, ops.max(x, axis=axis))


def _smallest(x: TensorValue, axis: int) -> TensorValue:
    return _with_nan(x, axis, ops.min(x, axis=axis))


def _with_nan(x: TensorValue, axis: int, result: TensorValue) -> TensorValue:
    """MAX's own reductions drop NaN."""
    if not x.dtype.is_float():
        return result
    nan = ops.max(ops.cast(ops.is_nan(x), DType.int32), axis=axis)
    return ops.where(ops.cast(nan, DType.bool), ops.constant(np.nan, x.dtype, x.device), result)


_REDUCTIONS: dict[str, _Along] = {
    "ReduceSum": lambda x, axis: ops.sum(x, axis),
    "ReduceMean": lambda x, axis: ops.mean(x, axis),
    "ReduceMax": _largest,
    "ReduceMin": _smallest,
}
_OF_NONE = {"ReduceSum": 0.0, "ReduceMean": np.nan, "ReduceMax": -np.inf, "ReduceMin": np.inf}


def along(name: str, x: TensorValue, axes: Sequence[int]) -> TensorValue:
    """A reduction over ``axes``, which stay with size 1."""
    shape = shape_of(x)
    if any(shape[axis] == 0 for axis in axes):
        kept = [1 if axis in axes else size for axis, size in enumerate(shape)]
        number = _OF_NONE[name]
        if not x.dtype.is_float() and name in ("ReduceMax", "ReduceMin"):
            limits = np.iinfo(x.dtype.to_numpy())
            number = limits.min if name == "ReduceMax" else limits.max
        return ops.broadcast_to(ops.constant(number, x.dtype, x.device), kept)
    for axis in axes:
        x = _REDUCTIONS[name](x, axis)
    return x


def _register(name: str) -> None:
    @lowering(name)
    def run(site: Site, value: Value, axes: Value | None = None) -> Lowered:
        x = site.tensor(value)
        given = site.integers("axes") if axes is None else integers_at(axes, "its axes")
        if not given and site.integer("noop_with_empty_axes", 0):
            return x
        found = axes_of(given or range(x.rank), x.rank)
        result = _computed(name, x, found)
        if site.integer("keepdims", 1):
            return result
        left = [size for axis, size in enumerate(shape_of(result)) if axis not in found]
        return ops.reshape(result, left)


def _computed(name: str, x: TensorValue, axes: Sequence[int]) -> TensorValue:
    """In a type that MAX reduces: bool as uint8, means of integers in float64."""
    if x.dtype == DType.bool:
        return ops.cast(along(name, ops.cast(x, DType.uint8), axes), x.dtype)
    if name == "ReduceMean" and not x.dtype.is_float():
        return ops.cast(along(name, ops.cast(x, DType.float64), axes), x.dtype)
    return along(name, x, axes)


for _name in _REDUCTIONS:
    _register(_name)


@lowering("MatMul")
def _matmul(site: Site, a: Value, b: Value) -> Lowered:
    x, y = site.tensor(a), site.tensor(b)
    left, right = shape_of(x), shape_of(y)
    if len(left) > 1 and len(right) > 1:
        return ops.matmul(x, y)
    rows, columns = left[:-1], right[1:] if len(right) == 1 else [*right[:-2], right[-1]]
    x = ops.reshape(x, [1, *left]) if len(left) == 1 else x
    y = ops.reshape(y, [*right, 1]) if len(right) == 1 else y
    return ops.reshape(ops.matmul(x, y), [*rows, *columns])


@lowering("Gemm")
def _gemm(site: Site, a: Value, b: Value, c: Value | None = None) -> Lowered:
    x = site.tensor(permute(a, (1, 0)) if site.integer("transA", 0) else a)
    y = site.tensor(permute(b, (1, 0)) if site.integer("transB", 0) else b)
    result = ops.matmul(x, y)
    if (alpha := site.number("alpha", 1.0)) != 1:
        result = result * site.scalar(alpha, result)
    if c is None:
        return result
    bias = site.tensor(c)
    if (beta := site.number("beta", 1.0)) != 1:
        bias = bias * site.scalar(beta, bias)
    return result + bias


@lowering("Softmax")
def _softmax(site: Site, value: Value) -> Lowered:
    """Until opset 12 over all axes from ``axis`` on, since then over ``axis`` alone."""
    x = site.tensor(value)
    axis = axis_of(site.integer("axis", -1 if site.opset >= 13 else 1), x.rank)
    axes = [axis] if site.opset >= 13 else list(range(axis, x.rank))
    if 0 in shape_of(x):
        return x
    largest = x
    for each in axes:
        largest = ops.max(largest, axis=each)
    powers = exp(x - largest)
    return powers / along("ReduceSum", powers, axes)


@lowering("LayerNormalization")
def _layer_normalization(
    site: Site, value: Value, scale: Value, bias: Value | None = None
) -> Lowered:
    given = site.tensor(value)
    narrow = given.dtype in (DType.float16, DType.bfloat16)
    x = ops.cast(given, DType.float32) if narrow else given
    axes = range(axis_of(site.integer("axis", -1), x.rank), x.rank)
    mean = along("ReduceMean", x, axes)
    centred = x - mean
    epsilon = site.scalar(site.number("epsilon", 1e-5), x)
    spread = ops.rsqrt(along("ReduceMean", centred * centred, axes) + epsilon)
    result = ops.cast(centred * spread, given.dtype) * site.tensor(scale)
    return result if bias is None else result + site.tensor(bias), mean, spread


@lowering("BatchNormalization")
def _batch_normalization(
    site: Site, value: Value, scale: Value, bias: Value, mean: Value, variance: Value
) -> Lowered:
    """One product and one sum per number; their factors are known when the statistics are."""
    x = site.tensor(value)
    channels = [1, -1, *[1] * (x.rank - 2)]
    epsilon = site.number("epsilon", 1e-5)
    if site.integer("training_mode", 0):
        return _trained(site, x, scale, bias, mean, variance)
    statistics = (scale, bias, mean, variance)
    if all(isinstance(array, np.ndarray) for array in statistics):
        gain, offset, middle, spread = (known(array, "a statistic") for array in statistics)
        factor: Value = gain / np.sqrt(spread + spread.dtype.type(epsilon))
        shift: Value = offset - middle * factor
    else:
        gain, offset, middle, spread = map(site.tensor, statistics)
        factor = gain / ops.sqrt(spread + site.scalar(epsilon, spread))
        shift = offset - middle * factor
    factors = (ops.reshape(site.tensor(part), channels) for part in (factor, shift))
    wide, shifts = factors
    return ops.cast(x * wide + shifts, x.dtype)


def _trained(
    site: Site, x: TensorValue, scale: Value, bias: Value, mean: Value, variance: Value
) -> Lowered:
    """With the statistics of the batch, and the running ones that follow from them."""
    channels = [1, -1, *[1] * (x.rank - 2)]
    others = [axis for axis in range(x.rank) if axis != 1]
    seen = along("ReduceMean", x, others)
    centred = x - seen
    spread = along("ReduceMean", centred * centred, others)
    gain, offset = (ops.reshape(site.tensor(part), channels) for part in (scale, bias))
    epsilon = site.scalar(site.number("epsilon", 1e-5), x)
    result = centred / ops.sqrt(spread + epsilon) * gain + offset
    kept = site.number("momentum", 0.9)
    running = []
    for old, new in ((mean, seen), (variance, spread)):
        before = site.tensor(old)
        fresh = ops.reshape(new, before.shape)
        running.append(before * site.scalar(kept, x) + fresh * site.scalar(1 - kept, x))
    return result, *running
