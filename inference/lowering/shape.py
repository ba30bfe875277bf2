"""Operators that move, cut, join and make tensors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from max.dtype import DType
from max.graph import DeviceRef, Dim, TensorValue, ops

from inference.graph.registry import (
    Refusal,
    axes_of,
    axis_of,
    bounded,
    even_sizes,
    pad_widths,
)

from .registry import (
    Lowered,
    Site,
    Size,
    Value,
    broadcast,
    fixed,
    integers_at,
    known,
    limited,
    lowering,
    permute,
    product,
    shape_of,
    sizes_in,
    take,
)


@lowering("ConstantOfShape")
def _constant_of_shape(site: Site, shape: Value) -> Lowered:
    number = site.node.attributes.get("value", np.zeros(1, np.float32))
    return ops.broadcast_to(site.tensor(number.reshape(())), sizes_in(shape, "the shape"))


@lowering("Reshape")
def _reshape(site: Site, x: Value, shape: Value) -> Lowered:
    target, given = sizes_in(shape, "the new shape"), shape_of(x)
    if not site.integer("allowzero", 0):
        target = [given[i] if size == 0 else size for i, size in enumerate(target)]
    if -1 in target:
        rest = product([size for size in target if size != -1])
        if isinstance(rest, int) and rest < 1:
            raise Refusal("it must infer a size beside one of 0")
        target[target.index(-1)] = Dim(product(given)) // rest
    return ops.reshape(site.tensor(x), target)


@lowering("Flatten")
def _flatten(site: Site, x: Value) -> Lowered:
    shape = shape_of(x)
    axis = site.integer("axis", 1)
    axis = axis if axis == len(shape) else axis_of(axis, len(shape))
    return ops.reshape(site.tensor(x), [product(shape[:axis]), product(shape[axis:])])


def _axes(site: Site, given: Value | None) -> list[int] | None:
    """An attribute up to some opset, an input from then on."""
    return site.integers("axes") if given is None else integers_at(given, "its axes")


@lowering("Squeeze")
def _squeeze(site: Site, x: Value, axes: Value | None = None) -> Lowered:
    shape, given = shape_of(x), _axes(site, axes)
    ones = [i for i, size in enumerate(shape) if isinstance(size, int) and size == 1]
    found = ones if given is None else axes_of(given, len(shape))
    if not set(found) <= set(ones):
        raise Refusal(f"the size of one of its axes {given} is not 1, or depends on the batch")
    left = [size for i, size in enumerate(shape) if i not in found]
    return ops.reshape(site.tensor(x), left)


@lowering("Unsqueeze")
def _unsqueeze(site: Site, x: Value, axes: Value | None = None) -> Lowered:
    shape, given = shape_of(x), _axes(site, axes) or []
    for axis in sorted(axes_of(given, len(shape) + len(given))):
        shape.insert(axis, 1)
    return ops.reshape(site.tensor(x), shape)


@lowering("Transpose")
def _transpose(site: Site, value: Value) -> Lowered:
    x = site.tensor(value)
    return permute(x, site.integers("perm") or list(range(x.rank))[::-1])


@lowering("Expand")
def _expand(site: Site, x: Value, shape: Value) -> Lowered:
    return ops.broadcast_to(site.tensor(x), broadcast(shape_of(x), sizes_in(shape, "the shape")))


@lowering("Concat")
def _concat(site: Site, *values: Value) -> Lowered:
    arrays = [site.tensor(value) for value in values]
    return ops.concat(arrays, axis_of(site.integer("axis", 0), arrays[0].rank))


@lowering("Split")
def _split(site: Site, value: Value, split: Value | None = None) -> Lowered:
    x = site.tensor(value)
    axis = axis_of(site.integer("axis", 0), x.rank)
    parts = site.integer("num_outputs", len(site.node.outputs))
    sizes = site.integers("split") if split is None else integers_at(split, "the sizes")
    if sizes is None:
        sizes = even_sizes(fixed(x, axis), parts)
    return tuple(ops.split(x, sizes, axis))


@lowering("Slice")
def _slice(
    site: Site,
    value: Value,
    starts: Value,
    ends: Value,
    axes: Value | None = None,
    steps: Value | None = None,
) -> Lowered:
    x = site.tensor(value)
    first, last = sizes_in(starts, "the starts"), sizes_in(ends, "the ends")
    where = list(range(len(first))) if axes is None else integers_at(axes, "its axes")
    stride = [1] * len(first) if steps is None else integers_at(steps, "the steps")
    found = axes_of(where, x.rank)
    for axis, begin, end, step in zip(found, first, last, stride, strict=True):
        x = _cut(site, x, axis, begin, end, step)
    return x


def _cut(site: Site, x: TensorValue, axis: int, begin: Size, end: Size, step: int) -> TensorValue:
    """Every ``step``-th entry of ``axis`` from ``begin`` to before ``end``."""
    size = shape_of(x)[axis]
    if begin == 0 and step == 1 and end in (size, _EVERYTHING):
        return x
    length = fixed(x, axis)
    if isinstance(begin, Dim) or isinstance(end, Dim):
        raise Refusal(f"where it cuts axis {axis} depends on the batch")
    open_end = step < 0 and end < -length
    places = range(length)[slice(begin, None if open_end else end, step)]
    if step < 0:
        return site.tensor(take(site, x, np.array(places, np.int64), axis))
    return _sliced(x, axis, places.start, max(places.start, places.stop), step)


_EVERYTHING = np.iinfo(np.int64).max


def _sliced(x: TensorValue, axis: int, start: int, stop: int, step: int = 1) -> TensorValue:
    index = [slice(None)] * x.rank
    index[axis] = slice(start, stop, step)
    return ops.slice_tensor(x, index)


@lowering("Gather")
def _gather(site: Site, value: Value, indices: Value) -> Lowered:
    """Indices from the data that are outside give NaN; known ones are checked beforehand."""
    x = site.tensor(value)
    axis = axis_of(site.integer("axis", 0), x.rank)
    size = fixed(x, axis)
    shape = [*shape_of(x)[:axis], *shape_of(indices), *shape_of(x)[axis + 1 :]]
    if isinstance(indices, np.ndarray) and indices.dtype != object:
        if indices.size and not -size <= indices.min() <= indices.max() < size:
            raise Refusal(f"an index is outside the {size} entries of axis {axis}")
        places = indices.reshape(-1).astype(np.int64) % max(1, size)
        return ops.reshape(site.tensor(take(site, x, places, axis)), shape)
    if not x.dtype.is_float() or size < 1:
        raise Refusal("its indices must be known before it runs, but the graph computes them")
    counted = ops.reshape(ops.cast(site.tensor(indices), DType.int64), [product(shape_of(indices))])
    zero, length = (ops.constant(n, DType.int64, site.device) for n in (0, size))
    places_at_run = ops.where(zero > counted, counted + length, counted)
    inside = ops.logical_and(places_at_run >= zero, length > places_at_run)
    taken = ops.gather(x, ops.where(inside, places_at_run, zero), axis)
    aligned = ops.reshape(inside, [*shape_of(inside), *[1] * (x.rank - axis - 1)])
    return ops.reshape(ops.where(aligned, taken, site.scalar(np.nan, x)), shape)


@lowering("Pad")
def _pad(
    site: Site,
    value: Value,
    pads: Value,
    fill: Value | None = None,
    axes: Value | None = None,
) -> Lowered:
    """Negative pads cut."""
    x = site.tensor(value)
    given = integers_at(pads, "the pads")
    where = axes_of(range(x.rank) if axes is None else integers_at(axes, "its axes"), x.rank)
    widths = pad_widths(given, where, x.rank)
    mode = site.text("mode", "constant")
    if mode == "constant":
        number = None if fill is None else known(fill, "what it fills with")
        return framed(x, widths, number if number is not None and number.size else 0)
    for axis, (before, after) in enumerate(widths):
        if before or after:
            bounded([fixed(x, axis) + max(0, before) + max(0, after)], np.dtype(np.int64))
            entries = np.arange(fixed(x, axis))[max(0, -before) :]
            entries = entries[: max(0, len(entries) + min(0, after))]
            wide = np.pad(entries, (max(0, before), max(0, after)), mode=mode)  # type: ignore[call-overload]
            x = site.tensor(take(site, x, wide, axis))
    return x


def framed(
    x: TensorValue, widths: Sequence[tuple[int, int]], fill: np.ndarray | float = 0
) -> TensorValue:
    """``fill`` before and after every axis; negative widths cut."""
    for axis, (before, after) in enumerate(widths):
        if before < 0 or after < 0:
            size = fixed(x, axis)
            start = min(size, max(0, -before))
            x = _sliced(x, axis, start, max(start, size + min(0, after)))
    added = [max(0, width) for pair in widths for width in pair]
    number = np.asarray(fill, x.dtype.to_numpy()).reshape(-1)[0]
    constant = ops.constant(number.item(), x.dtype, DeviceRef.CPU())
    return limited(ops.pad(x, added, value=constant)) if any(added) else x
