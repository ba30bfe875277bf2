"""Operators that draw axes together: sums, products of matrices, normalisations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from inference.errors import quote

from .registry import (
    MAX_TENSOR,
    PER_STEP,
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


def _log_sum_exp(x: np.ndarray, axes: tuple[int, ...], keep: bool) -> np.ndarray:
    largest = x.max(axes, keepdims=True, initial=-np.inf)
    shift = np.where(np.isfinite(largest), largest, 0)
    total = np.log(np.exp(x - shift).sum(axes, keepdims=True)) + shift
    return total if keep else total.squeeze(axes)


_REDUCTIONS: dict[str, _Reduction] = {
    "ReduceSum": lambda x, axes, keep: x.sum(axes, x.dtype, keepdims=keep),
    "ReduceMean": lambda x, axes, keep: x.mean(axes, keepdims=keep).astype(x.dtype),
    "ReduceProd": lambda x, axes, keep: x.prod(axes, x.dtype, keepdims=keep),
    "ReduceL1": lambda x, axes, keep: np.abs(x).sum(axes, x.dtype, keepdims=keep),
    "ReduceL2": lambda x, axes, keep: np.sqrt((x * x).sum(axes, keepdims=keep)).astype(x.dtype),
    "ReduceSumSquare": lambda x, axes, keep: (x * x).sum(axes, x.dtype, keepdims=keep),
    "ReduceLogSum": lambda x, axes, keep: np.log(x.sum(axes, keepdims=keep)).astype(x.dtype),
    "ReduceLogSumExp": lambda x, axes, keep: _log_sum_exp(x, axes, keep).astype(x.dtype),
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


def _softmax_axes(call: Call, x: np.ndarray) -> tuple[int, ...]:
    """Until opset 12 all axes from ``axis`` on, since then ``axis`` alone."""
    floating(x)
    axis = axis_of(call.integer("axis", -1 if call.opset >= 13 else 1), x.ndim)
    return (axis,) if call.opset >= 13 else tuple(range(axis, x.ndim))


@operator("Softmax")
def _softmax(call: Call, x: np.ndarray) -> Result:
    axes = _softmax_axes(call, x)
    if not x.size:
        return x
    powers = np.exp(x - x.max(axes, keepdims=True))
    return powers / powers.sum(axes, keepdims=True)


@operator("LogSoftmax")
def _log_softmax(call: Call, x: np.ndarray) -> Result:
    axes = _softmax_axes(call, x)
    if not x.size:
        return x
    centred = x - x.max(axes, keepdims=True)
    return centred - np.log(np.exp(centred).sum(axes, keepdims=True))


@operator("Einsum")
def _einsum(call: Call, *arrays: np.ndarray) -> Result:
    equation = "".join(call.text("equation", "").split())
    terms = equation.partition("->")[0].split(",")
    if len(terms) != len(arrays) or any(array is None for array in arrays):
        raise Refusal(f"{quote(equation)} does not fit its {len(arrays)} inputs")
    same_type(*arrays)
    sizes: dict[str, int] = {}
    for term, array in zip(terms, arrays, strict=True):
        labels = [*term.replace("...", "")]
        if len(labels) > array.ndim or (len(labels) < array.ndim and "..." not in term):
            raise Refusal(f"{quote(term)} does not fit its input {describe(array)}")
        free = array.ndim - len(labels)
        first = term.find("...") if "..." in term else len(term)
        labels[first:first] = [f".{axis}" for axis in range(-free, 0)]
        for label, size in zip(labels, array.shape, strict=True):
            sizes[label] = max(size, sizes.get(label, 0))
    kept = equation.partition("->")[2] if "->" in equation else sizes
    bounded([n for label, n in sizes.items() if label in kept or label[0] == "."], arrays[0].dtype)
    call.budget.spend(PER_STEP * math.prod(sizes.values()))
    dtype = arrays[0].dtype
    factors = [array.astype(np.float32) for array in arrays] if dtype.kind == "V" else arrays
    room = MAX_TENSOR // max(4, dtype.itemsize)
    return np.asarray(np.einsum(equation, *factors, optimize=("greedy", room))).astype(dtype)
