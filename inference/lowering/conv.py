"""Convolutions and pools: channels last in MAX, channels first in ONNX."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from max.graph import TensorValue, ops

from inference.graph.conv import Window, counts, cropped, stepped, window_of
from inference.graph.registry import Refusal

from .reduce import along
from .registry import (
    Lowered,
    Site,
    Value,
    fixed,
    lowering,
    permute,
    product,
    reshape,
    shape_of,
    take,
)
from .shape import framed


def _stand_in(x: TensorValue) -> np.ndarray:
    """An array with the shape of one sample of ``x``, which takes no memory."""
    sizes = [fixed(x, axis) for axis in range(1, x.rank)]
    return np.broadcast_to(np.float32(0), (1, *sizes))


def _kernel(weight: Value) -> tuple[int, ...]:
    return tuple(fixed(weight, axis) for axis in range(2, len(weight.shape)))


def _channels_last(x: TensorValue) -> TensorValue:
    return ops.permute(x, [0, *range(2, x.rank), 1])


def _channels_first(x: TensorValue) -> TensorValue:
    return ops.permute(x, [0, x.rank - 1, *range(1, x.rank - 1)])


def _convolved(
    site: Site, x: TensorValue, weight: Value, window: Window, groups: int
) -> TensorValue:
    """Channels last; ``weight`` is (*kernel, inputs in a group, outputs)."""
    if len(window.kernel) > 3:
        raise Refusal("MAX convolves at most three spatial axes")
    pads = [n for pair in zip(window.before, window.after, strict=True) for n in pair]
    strides, dilations = window.strides, window.dilations
    if len(window.kernel) == 3:
        return ops.conv3d(
            x, site.tensor(weight), tuple(strides), tuple(dilations), tuple(pads), groups
        )
    if len(window.kernel) == 2:
        return ops.conv2d(
            x, site.tensor(weight), tuple(strides), tuple(dilations), tuple(pads), groups
        )
    batch, length, channels = shape_of(x)
    wide = ops.conv2d(
        ops.reshape(x, [batch, 1, length, channels]),
        site.tensor(reshape(weight, [1, *shape_of(weight)])),
        (1, strides[0]), (1, dilations[0]), (0, 0, pads[0], pads[1]), groups,
    )  # fmt: skip
    batch, _, length, channels = shape_of(wide)
    return ops.reshape(wide, [batch, length, channels])


def _finished(site: Site, y: TensorValue, bias: Value | None) -> TensorValue:
    return _channels_first(y if bias is None else y + site.tensor(bias))


@lowering("Conv")
def _conv(site: Site, value: Value, weight: Value, bias: Value | None = None) -> Lowered:
    x = site.tensor(value)
    sample = _stand_in(x)
    window, _ = stepped(site, sample, window_of(site, sample, _kernel(weight)))
    rank = len(window.kernel)
    filters = permute(weight, [*range(2, rank + 2), 1, 0])
    return _finished(
        site,
        _convolved(site, _channels_last(x), filters, window, site.integer("group", 1)),
        bias,
    )


@lowering("ConvTranspose")
def _conv_transpose(site: Site, value: Value, weight: Value, bias: Value | None = None) -> Lowered:
    """A convolution with the turned kernel over the input with zeros between its entries."""
    x = site.tensor(value)
    sample = _stand_in(x)
    window = window_of(site, sample, _kernel(weight))
    rank, steps = len(window.kernel), sample.shape[2:]
    extra = site.integers("output_padding") or [0] * rank
    whole = [
        (n - 1) * s + r + e
        for n, s, r, e in zip(steps, window.strides, window.reach, extra, strict=True)
    ]
    window, sizes = cropped(site, window, steps, whole)
    before = [r - 1 - b for r, b in zip(window.reach, window.before, strict=True)]
    after = [
        size + r - 1 - b - n * s
        for size, r, b, n, s in zip(sizes, window.reach, before, steps, window.strides, strict=True)
    ]
    spread = _spread(_channels_last(x), window.strides)
    padded = framed(spread, [(0, 0), *zip(before, after, strict=True), (0, 0)])
    free, ones = [0] * rank, [1] * rank
    plain = Window(window.kernel, ones, window.dilations, free, free)
    groups = site.integer("group", 1)
    return _finished(
        site, _convolved(site, padded, _turned(site, weight, groups), plain, groups), bias
    )


def _spread(x: TensorValue, strides: Sequence[int]) -> TensorValue:
    """``stride`` - 1 zeros after every entry of the axes 1, 2, …"""
    for axis, stride in enumerate(strides, 1):
        if stride > 1:
            shape = shape_of(x)
            split = ops.reshape(x, [*shape[: axis + 1], 1, *shape[axis + 1 :]])
            widths = [(0, 0)] * split.rank
            widths[axis + 1] = (0, stride - 1)
            merged = [*shape[:axis], fixed(x, axis) * stride, *shape[axis + 1 :]]
            x = ops.reshape(framed(split, widths), merged)
    return x


def _turned(site: Site, weight: Value, groups: int) -> Value:
    """(inputs, outputs in a group, *kernel) as (*kernel, inputs in a group, outputs), turned."""
    inputs, outputs, *kernel = (fixed(weight, axis) for axis in range(len(weight.shape)))
    for axis, size in enumerate(kernel, 2):
        weight = take(site, weight, np.arange(size)[::-1], axis)
    apart = reshape(weight, [groups, inputs // groups, outputs, *kernel])
    ordered = permute(apart, [*range(3, len(kernel) + 3), 1, 0, 2])
    return reshape(ordered, [*kernel, inputs // groups, groups * outputs])


@lowering("AveragePool")
def _average_pool(site: Site, value: Value) -> Lowered:
    """One axis after the other; where padding does not count, scaled up again."""
    x = site.tensor(value)
    sample = _stand_in(x)
    window = window_of(site, sample, tuple(site.integers("kernel_shape") or ()))
    window, steps = stepped(site, sample, window)
    averaged = [(0, 0), (0, 0)]
    for n, s, r, b, size in zip(
        steps, window.strides, window.reach, window.before, sample.shape[2:], strict=True
    ):
        averaged.append((b, (n - 1) * s + r - size - b))
    result = framed(x, averaged)
    for axis, (kernel, stride, dilation) in enumerate(
        zip(window.kernel, window.strides, window.dilations, strict=True), 2
    ):
        shape = shape_of(result)
        rows = [product(shape[:axis]), shape[axis], 1, product(shape[axis + 1 :])]
        pooled = ops.avg_pool2d(
            ops.reshape(result, rows), (kernel, 1), (stride, 1), (dilation, 1), 0
        )
        result = ops.reshape(pooled, [*shape[:axis], steps[axis - 2], *shape[axis + 1 :]])
    positions = float(np.prod(window.kernel))
    counted = counts(site, sample, window, steps)
    if np.all(counted == positions):
        return result
    factor = (positions / counted).astype(np.float32)
    return result * ops.cast(site.tensor(factor), x.dtype)


@lowering("GlobalAveragePool")
def _global_average_pool(site: Site, value: Value) -> Lowered:
    x = site.tensor(value)
    return along("ReduceMean", x, range(2, x.rank))
