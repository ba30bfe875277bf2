"""Operators that draw axes together: sums, products of matrices, normalisations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .registry import (
    Call,
    Refusal,
    Result,
    axes_of,
    axis_of,
    bounded,
    describe,
    floating,
    integers_in,
    operator,
    same_type,
)

_Reduction = Callable[[Any, tuple[int, ...], bool], np.ndarray]  # NumPy types keepdims literally


def _lowest(dtype: np.dtype) -> float:
    return np.iinfo(dtype).min if dtype.kind in "iu" else dtype.kind != "b" and -np.inf


def _highest(dtype: np.dtype) -> float:
    return np.iinfo(dtype).max if dtype.kind in "iu" else dtype.kind == "b" or np.inf


_REDUCTIONS: dict[str, _Reduction] = {
    "ReduceSum": lambda x, axes, keep: x.sum(axes, x.dtype, keepdims=keep),
    "ReduceMean": lambda x, axes, keep: x.mean(axes, keepdims=keep).astype(x.dtype),
    "ReduceMax": lambda x, axes, keep: x.max(axes, keepdims=keep, initial=_lowest(x.dtype)),
    "ReduceMin": lambda x, axes, keep: x.min(axes, keepdims=keep, initial=_highest(x.dtype)),
}


def _register(name: str, reduction: _Reduction) -> None:
    @operator(name)
    def run(call: Call, x: np.ndarray, axes: np.ndarray | None = None) -> Result:
        given = call.integers("axes") if axes is None else integers_in(axes, "its axes")
        if not given and call.integer("noop_with_empty_axes", 0):
            return x
        found = axes_of(given or range(x.ndim), x.ndim)
        return np.asarray(reduction(x, found, bool(call.integer("keepdims", 1))))


for _name, _reduction in _REDUCTIONS.items():
    _register(_name, _reduction)


def _product(call: Call, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    same_type(a, b)
    if not a.ndim or not b.ndim or a.shape[-1] != b.shape[max(0, b.ndim - 2)]:
        raise Refusal(f"{list(a.shape)} and {list(b.shape)} cannot be multiplied")
    rows = a.shape[-2] if a.ndim > 1 else 1
    columns = b.shape[-1] if b.ndim > 1 else 1
    shape = (*np.broadcast_shapes(a.shape[:-2], b.shape[:-2]), rows, columns)
    bounded(shape, a.dtype)
    call.budget.spend(math.prod(shape) * a.shape[-1])
    return np.asarray(np.matmul(a, b))


@operator("MatMul")
def _matmul(call: Call, a: np.ndarray, b: np.ndarray) -> Result:
    return _product(call, a, b)


@operator("Gemm")
def _gemm(call: Call, a: np.ndarray, b: np.ndarray, c: np.ndarray | None = None) -> Result:
    if a.ndim != 2 or b.ndim != 2:
        raise Refusal(f"it multiplies {describe(a)} with {describe(b)}, expected two matrices")
    a = a.T if call.integer("transA", 0) else a
    b = b.T if call.integer("transB", 0) else b
    result = _product(call, a, b) * a.dtype.type(call.number("alpha", 1.0))
    if c is None:
        return result
    same_type(a, c)
    return result + np.broadcast_to(c, result.shape) * a.dtype.type(call.number("beta", 1.0))


@operator("Softmax")
def _softmax(call: Call, x: np.ndarray) -> Result:
    """Until opset 12 over all axes from ``axis`` on, since then over ``axis`` alone."""
    floating(x)
    axis = axis_of(call.integer("axis", -1 if call.opset >= 13 else 1), x.ndim)
    axes = (axis,) if call.opset >= 13 else tuple(range(axis, x.ndim))
    if not x.size:
        return x
    powers = np.exp(x - x.max(axes, keepdims=True))
    return powers / powers.sum(axes, keepdims=True)


@operator("LayerNormalization")
def _layer_normalization(
    call: Call, x: np.ndarray, scale: np.ndarray, bias: np.ndarray | None = None
) -> Result:
    floating(x)
    axes = tuple(range(axis_of(call.integer("axis", -1), x.ndim), x.ndim))
    for array in (scale, bias):
        if array is not None:
            bounded(np.broadcast_shapes(x.shape, array.shape), x.dtype)
    bounded(x.shape, np.dtype(np.float32))
    wide = x.astype(np.float32) if x.dtype.itemsize < 4 else x
    mean = wide.mean(axes, keepdims=True)
    centred = wide - mean
    spread = 1 / np.sqrt((centred * centred).mean(axes, keepdims=True) + _epsilon(call, wide))
    result = (centred * spread).astype(x.dtype) * scale
    return result if bias is None else result + bias, mean, spread


@operator("BatchNormalization")
def _batch_normalization(
    call: Call,
    x: np.ndarray,
    scale: np.ndarray,
    bias: np.ndarray,
    mean: np.ndarray,
    variance: np.ndarray,
) -> Result:
    floating(x)
    if x.ndim < 2:
        raise Refusal(f"its input {describe(x)} has no channels")
    channels = [1] * x.ndim
    channels[1] = x.shape[1]
    for array in (scale, bias, mean, variance):
        if array.shape != (x.shape[1],):
            raise Refusal(f"a statistic {describe(array)} does not fit {x.shape[1]} channels")
    running: tuple[np.ndarray, ...] = ()
    if call.integer("training_mode", 0):
        others = (0, *range(2, x.ndim))
        seen, spread = x.mean(others), x.var(others)
        kept = x.dtype.type(call.number("momentum", 0.9))
        running = (mean * kept + seen * (1 - kept), variance * kept + spread * (1 - kept))
        mean, variance = seen, spread
    factor = scale / np.sqrt(variance + _epsilon(call, x))
    shift = bias - mean * factor
    return (x * factor.reshape(channels) + shift.reshape(channels)).astype(x.dtype), *running


def _epsilon(call: Call, x: np.ndarray) -> np.ndarray:
    return x.dtype.type(call.number("epsilon", 1e-5))
