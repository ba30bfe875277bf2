"""Operators that pick entries by index or by rank, and those that repeat or number them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .registry import (
    PER_STEP,
    Call,
    Refusal,
    Result,
    axis_of,
    bounded,
    describe,
    integers_in,
    operator,
    same_type,
)


def _inside(indices: np.ndarray, sizes: Any) -> np.ndarray:
    """``indices`` counted from the front; ``sizes`` broadcasts to them."""
    if indices.dtype.kind not in "iu":
        raise Refusal(f"its indices are {indices.dtype.name}, expected integers")
    indices = indices.astype(np.int64)
    if not np.all((-sizes <= indices) & (indices < sizes)):
        raise Refusal("an index is outside its input")
    return np.where(indices < 0, indices + sizes, indices)


def _along(x: np.ndarray, indices: np.ndarray, axis: int) -> tuple[np.ndarray, ...]:
    """Where in ``x`` each of ``indices`` points along ``axis``, its own place elsewhere."""
    others = [
        n <= m for i, (n, m) in enumerate(zip(indices.shape, x.shape, strict=False)) if i != axis
    ]
    if indices.ndim != x.ndim or not all(others):
        raise Refusal(f"the indices {describe(indices)} do not fit its input {describe(x)}")
    bounded((*indices.shape, x.ndim), np.dtype(np.int64))
    places: list[np.ndarray] = list(np.indices(indices.shape, sparse=True))
    places[axis] = _inside(indices, x.shape[axis])
    return tuple(places)


@operator("GatherElements")
def _gather_elements(call: Call, x: np.ndarray, indices: np.ndarray) -> Result:
    return x[_along(x, indices, axis_of(call.integer("axis", 0), x.ndim))]


@operator("GatherND")
def _gather_nd(call: Call, x: np.ndarray, indices: np.ndarray) -> Result:
    shared = call.integer("batch_dims", 0)
    if not 0 <= shared < min(x.ndim, indices.ndim) or x.shape[:shared] != indices.shape[:shared]:
        raise Refusal(f"batch_dims = {shared} does not fit {describe(x)} and {describe(indices)}")
    depth = indices.shape[-1]
    if depth > x.ndim - shared:
        raise Refusal(f"{depth} indices do not fit its input {describe(x)}")
    shape = bounded((*indices.shape[:-1], *x.shape[shared + depth :]), x.dtype)
    batch = math.prod(x.shape[:shared])
    places = _inside(indices, np.array(x.shape[shared : shared + depth], np.int64))
    places = places.reshape(batch, math.prod(indices.shape[shared:-1]), depth)
    rows = np.arange(batch)[:, None]
    picked = x.reshape(batch, *x.shape[shared:])[(rows, *np.moveaxis(places, -1, 0))]
    return picked.reshape(shape)


_REDUCED = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}


def _scatter(
    call: Call, x: np.ndarray, where: tuple[np.ndarray, ...], values: np.ndarray
) -> Result:
    same_type(x, values)
    how, result = call.text("reduction", "none"), x.copy()
    if how == "none":
        result[where] = values
    elif how in _REDUCED:
        _REDUCED[how].at(result, where, values)
    else:
        raise Refusal(f"the reduction '{how}' is none of none, {', '.join(_REDUCED)}")
    return result


@operator("ScatterElements")
def _scatter_elements(
    call: Call, x: np.ndarray, indices: np.ndarray, updates: np.ndarray
) -> Result:
    if updates.shape != indices.shape:
        raise Refusal(f"the updates {describe(updates)} do not fit {describe(indices)}")
    return _scatter(call, x, _along(x, indices, axis_of(call.integer("axis", 0), x.ndim)), updates)


@operator("ScatterND")
def _scatter_nd(call: Call, x: np.ndarray, indices: np.ndarray, updates: np.ndarray) -> Result:
    depth = indices.shape[-1] if indices.ndim else 0
    if not 0 < depth <= x.ndim or updates.shape != (*indices.shape[:-1], *x.shape[depth:]):
        raise Refusal(f"the updates {describe(updates)} do not fit {describe(indices)}")
    places = _inside(indices, np.array(x.shape[:depth], np.int64))
    return _scatter(call, x, tuple(np.moveaxis(places, -1, 0)), updates)


@operator("TopK")
def _top_k(call: Call, x: np.ndarray, k: np.ndarray) -> Result:
    """Of equal values the first comes first."""
    axis = axis_of(call.integer("axis", -1), x.ndim)
    (count,) = integers_in(k.reshape(-1), "k")
    if not 0 <= count <= x.shape[axis]:
        raise Refusal(f"k = {count} is outside the {x.shape[axis]} entries of axis {axis}")
    bounded(x.shape, np.dtype(np.int64))
    call.budget.spend(PER_STEP * x.size * max(1, x.shape[axis].bit_length()))
    if call.integer("largest", 1):
        order = x.shape[axis] - 1 - np.flip(np.argsort(np.flip(x, axis), axis, "stable"), axis)
    else:
        order = np.argsort(x, axis, "stable")
    first = order.take(np.arange(count), axis)
    return np.take_along_axis(x, first, axis), first


def _extreme(name: str, function: Any) -> None:
    @operator(name)
    def run(call: Call, x: np.ndarray) -> Result:
        axis = axis_of(call.integer("axis", 0), x.ndim)
        if call.integer("select_last_index", 0):
            place = x.shape[axis] - 1 - function(np.flip(x, axis), axis)
        else:
            place = function(x, axis)
        return np.expand_dims(place, axis) if call.integer("keepdims", 1) else np.asarray(place)


_extreme("ArgMax", np.argmax)
_extreme("ArgMin", np.argmin)


@operator("CumSum")
def _cum_sum(call: Call, x: np.ndarray, axis: np.ndarray) -> Result:
    (along,) = integers_in(axis.reshape(-1), "the axis")
    along = axis_of(along, x.ndim)
    x = np.flip(x, along) if call.integer("reverse", 0) else x
    total = x.cumsum(along, x.dtype)
    total = total - x if call.integer("exclusive", 0) else total
    return np.flip(total, along) if call.integer("reverse", 0) else total


@operator("Tile")
def _tile(call: Call, x: np.ndarray, repeats: np.ndarray) -> Result:
    counts = integers_in(repeats, "the repeats")
    if len(counts) != x.ndim:
        raise Refusal(f"{len(counts)} repeats do not fit its input {describe(x)}")
    bounded([n * count for n, count in zip(x.shape, counts, strict=True)], x.dtype)
    return np.tile(x, counts)


@operator("Range")
def _range(call: Call, start: np.ndarray, limit: np.ndarray, step: np.ndarray) -> Result:
    same_type(start, limit, step)
    if not start.size == limit.size == step.size == 1 or not step.reshape(()):
        raise Refusal("its start, limit and step must be single numbers, the step not 0")
    first, last, by = (float(array.reshape(())) for array in (start, limit, step))
    count = max(0, math.ceil((last - first) / by))
    numbers = np.arange(bounded((count,), np.dtype(np.float64))[0])
    if start.dtype.kind in "iu":
        return start.reshape(()) + numbers.astype(start.dtype) * step.reshape(())
    return (first + numbers * by).astype(start.dtype)


@operator("Size")
def _size(call: Call, x: np.ndarray) -> Result:
    return np.array(x.size, np.int64)
