"""Operators that move, cut, join and make tensors."""

from __future__ import annotations

import math

import numpy as np

from .registry import (
    Call,
    Refusal,
    Result,
    axes_of,
    axis_of,
    bounded,
    constant_in,
    even_sizes,
    integers_in,
    operator,
    pad_widths,
    same_type,
)


@operator("Constant")
def _constant(call: Call) -> Result:
    return constant_in(call.node)


@operator("ConstantOfShape")
def _constant_of_shape(call: Call, shape: np.ndarray) -> Result:
    value = call.node.attributes.get("value", np.zeros(1, np.float32))
    if not isinstance(value, np.ndarray) or value.size != 1:
        raise Refusal("its attribute 'value' is not one number")
    sizes = bounded(integers_in(shape, "the shape"), value.dtype)
    return np.full(sizes, value.reshape(()), value.dtype)


@operator("Shape")
def _shape(call: Call, x: np.ndarray) -> Result:
    start, end = call.integer("start", 0), call.integer("end", x.ndim)
    return np.array(x.shape[start:end], np.int64)


@operator("Reshape")
def _reshape(call: Call, x: np.ndarray, shape: np.ndarray) -> Result:
    target = integers_in(shape, "the new shape")
    if not call.integer("allowzero", 0):
        for i, size in enumerate(target):
            if size == 0:
                target[i] = x.shape[axis_of(i, x.ndim)]
    if min(target, default=0) < -1:
        raise Refusal(f"the new shape {target} has a negative size")
    known = math.prod(size for size in target if size != -1)
    if target.count(-1) == 1 and known and x.size % known == 0:
        target[target.index(-1)] = x.size // known
    if -1 in target or math.prod(target) != x.size:
        raise Refusal(f"{list(x.shape)} cannot become {target}")
    return x.reshape(target)


@operator("Flatten")
def _flatten(call: Call, x: np.ndarray) -> Result:
    axis = call.integer("axis", 1)
    axis = axis if axis == x.ndim else axis_of(axis, x.ndim)
    return x.reshape(math.prod(x.shape[:axis]), math.prod(x.shape[axis:]))


def _axes(call: Call, given: np.ndarray | None) -> list[int] | None:
    """An attribute up to some opset, an input from then on."""
    return call.integers("axes") if given is None else integers_in(given, "its axes")


@operator("Squeeze")
def _squeeze(call: Call, x: np.ndarray, axes: np.ndarray | None = None) -> Result:
    given = _axes(call, axes)
    if given is None:
        return x.squeeze()
    found = axes_of(given, x.ndim)
    if any(x.shape[axis] != 1 for axis in found):
        raise Refusal(f"the axes {given} of {list(x.shape)} are not all of size 1")
    return x.squeeze(found)


@operator("Unsqueeze")
def _unsqueeze(call: Call, x: np.ndarray, axes: np.ndarray | None = None) -> Result:
    given = _axes(call, axes)
    if given is None:
        raise Refusal("it names no axes")
    return np.expand_dims(x, axes_of(given, x.ndim + len(given)))


@operator("Transpose")
def _transpose(call: Call, x: np.ndarray) -> Result:
    order = call.integers("perm")
    if order is not None and sorted(order) != list(range(x.ndim)):
        raise Refusal(f"perm = {order} does not fit {x.ndim} axes")
    return x.transpose(order)


@operator("Expand")
def _expand(call: Call, x: np.ndarray, shape: np.ndarray) -> Result:
    sizes = bounded(integers_in(shape, "the shape"), x.dtype)
    return np.broadcast_to(x, bounded(np.broadcast_shapes(x.shape, sizes), x.dtype))


@operator("Concat")
def _concat(call: Call, *arrays: np.ndarray) -> Result:
    if any(array is None for array in arrays):
        raise Refusal("one of its inputs is left out")
    if "axis" not in call.node.attributes:
        raise Refusal("it names no axis")
    same_type(*arrays)
    bounded((sum(array.size for array in arrays),), arrays[0].dtype)
    return np.concatenate(arrays, axis_of(call.integer("axis", 0), arrays[0].ndim))


@operator("Split")
def _split(call: Call, x: np.ndarray, split: np.ndarray | None = None) -> Result:
    axis = axis_of(call.integer("axis", 0), x.ndim)
    total, parts = x.shape[axis], call.integer("num_outputs", len(call.node.outputs))
    sizes = call.integers("split") if split is None else integers_in(split, "the sizes")
    if sizes is None:
        if parts != len(call.node.outputs) or (call.opset < 18 and total % parts):
            raise Refusal(f"{total} values do not split into {parts} outputs")
        sizes = even_sizes(total, parts)
    if sum(sizes) != total or min(sizes, default=0) < 0:
        raise Refusal(f"the sizes {sizes} do not add up to {total}")
    return tuple(np.split(x, np.cumsum(sizes)[:-1], axis))


@operator("Slice")
def _slice(
    call: Call,
    x: np.ndarray,
    starts: np.ndarray,
    ends: np.ndarray,
    axes: np.ndarray | None = None,
    steps: np.ndarray | None = None,
) -> Result:
    first, last = integers_in(starts, "the starts"), integers_in(ends, "the ends")
    where = list(range(len(first))) if axes is None else integers_in(axes, "its axes")
    stride = [1] * len(first) if steps is None else integers_in(steps, "the steps")
    if not len(first) == len(last) == len(where) == len(stride) or 0 in stride:
        raise Refusal("its starts, ends, axes and steps do not fit together")
    cut = [slice(None)] * x.ndim
    found = axes_of(where, x.ndim)
    for axis, begin, end, step in zip(found, first, last, stride, strict=True):
        if step < 0 and end < -x.shape[axis]:
            cut[axis] = slice(begin, None, step)
        else:
            cut[axis] = slice(begin, end, step)
    return x[tuple(cut)]


@operator("Gather")
def _gather(call: Call, x: np.ndarray, indices: np.ndarray) -> Result:
    axis = axis_of(call.integer("axis", 0), x.ndim)
    if indices.dtype.kind not in "iu":
        raise Refusal(f"its indices are {indices.dtype.name}, expected integers")
    size = x.shape[axis]
    if indices.size and not -size <= indices.min() <= indices.max() < size:
        raise Refusal(f"an index is outside the {size} entries of axis {axis}")
    bounded((*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]), x.dtype)
    return x.take(indices, axis)


_PAD_MODES = {"constant": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}


@operator("Pad")
def _pad(
    call: Call,
    x: np.ndarray,
    pads: np.ndarray,
    value: np.ndarray | None = None,
    axes: np.ndarray | None = None,
) -> Result:
    """Negative pads cut."""
    given = integers_in(pads, "the pads")
    where = axes_of(range(x.ndim) if axes is None else integers_in(axes, "its axes"), x.ndim)
    widths = pad_widths(given, where, x.ndim)
    mode = call.text("mode", "constant")
    if mode not in _PAD_MODES:
        raise Refusal(f"the mode '{mode}' is none of {', '.join(_PAD_MODES)}")
    cut = tuple(
        slice(max(0, -before), max(0, size + min(0, after)))
        for size, (before, after) in zip(x.shape, widths, strict=True)
    )
    x, added = x[cut], [(max(0, before), max(0, after)) for before, after in widths]
    bounded([n + sum(more) for n, more in zip(x.shape, added, strict=True)], x.dtype)
    if mode != "constant":
        return np.pad(x, added, mode=mode)  # type: ignore[call-overload]
    fill = 0 if value is None or not value.size else value.reshape(-1)[0]
    return np.pad(x, added, constant_values=fill)
