"""Convolutions and pools of any number of spatial axes, one kernel position at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from .registry import (
    PER_STEP,
    Call,
    Refusal,
    Result,
    bounded,
    describe,
    floating,
    operator,
    same_type,
)

MAX_KERNEL = 1 << 14
"""Most positions of a kernel, each of them one step."""


@dataclass(frozen=True)
class Window:
    """How a kernel moves over the spatial axes; every list has one entry per axis."""

    kernel: tuple[int, ...]
    strides: list[int]
    dilations: list[int]
    before: list[int]
    after: list[int]

    @property
    def reach(self) -> list[int]:
        """How many values lie between a window's first and last, both counted."""
        return [(k - 1) * d + 1 for k, d in zip(self.kernel, self.dilations, strict=True)]

    def positions(self, steps: tuple[int, ...]) -> Iterator[tuple[Any, Any]]:
        """Each place in the kernel, and the index of what it meets on ``steps`` steps."""
        for place in product(*map(range, self.kernel)):
            yield (
                (..., *place),
                (
                    ...,
                    *(
                        slice(k * d, k * d + (n - 1) * s + 1, s)
                        for k, d, s, n in zip(
                            place, self.dilations, self.strides, steps, strict=True
                        )
                    ),
                ),
            )


def window_of(call: Call, x: np.ndarray, kernel: tuple[int, ...]) -> Window:
    """How the node's attributes move ``kernel`` over ``x``, padding not yet worked out."""
    rank = x.ndim - 2
    if math.prod(kernel) > MAX_KERNEL:
        raise Refusal(f"the kernel {list(kernel)} has more than {MAX_KERNEL:,} positions")
    if rank < 1 or len(kernel) != rank or min(kernel) < 1 or not x.shape[1]:
        raise Refusal(f"the kernel {list(kernel)} does not fit its input {describe(x)}")
    given = call.integers("kernel_shape")
    if given is not None and tuple(given) != kernel:
        raise Refusal(f"kernel_shape = {given}, but the weight's is {list(kernel)}")
    strides = call.integers("strides") or [1] * rank
    dilations = call.integers("dilations") or [1] * rank
    pads = call.integers("pads") or [0] * 2 * rank
    if not len(strides) == len(dilations) == len(pads) // 2 == rank or len(pads) % 2:
        raise Refusal(f"its strides, dilations or pads do not fit {rank} spatial axes")
    if min(strides) < 1 or min(dilations) < 1 or min(pads) < 0:
        raise Refusal("its strides and dilations must be positive and its pads not negative")
    return Window(kernel, strides, dilations, pads[:rank], pads[rank:])


def stepped(call: Call, x: np.ndarray, window: Window) -> tuple[Window, tuple[int, ...]]:
    """The window with its padding, and how many steps it makes along each axis."""
    mode = call.text("auto_pad", "NOTSET")
    sizes, reach = x.shape[2:], window.reach
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        steps = [math.ceil(n / s) for n, s in zip(sizes, window.strides, strict=True)]
        total = [
            max(0, (m - 1) * s + r - n)
            for m, s, r, n in zip(steps, window.strides, reach, sizes, strict=True)
        ]
        window = _same(window, total, mode)
    elif mode == "VALID":
        nothing = [0] * len(sizes)
        window = Window(window.kernel, window.strides, window.dilations, nothing, nothing)
    elif mode != "NOTSET":
        raise Refusal(f"auto_pad = '{mode}' is unknown")
    up = call.integer("ceil_mode", 0)
    counts = []
    for n, b, a, r, s in zip(
        sizes, window.before, window.after, reach, window.strides, strict=True
    ):
        room = n + b + a - r
        count = (-(-room // s) if up else room // s) + 1
        counts.append(count - (up and (count - 1) * s >= n + b))
    if min(counts) < 1:
        raise Refusal(f"its kernel {list(window.kernel)} is larger than its input {describe(x)}")
    return window, tuple(counts)


def _same(window: Window, total: list[int], mode: str) -> Window:
    """``window`` with ``total`` padding halved, the odd one after (UPPER) or before (LOWER)."""
    small, large = [n // 2 for n in total], [n - n // 2 for n in total]
    before, after = (small, large) if mode == "SAME_UPPER" else (large, small)
    return Window(window.kernel, window.strides, window.dilations, before, after)


def _padded(x: np.ndarray, window: Window, steps: tuple[int, ...], fill: float = 0) -> np.ndarray:
    """``x`` with ``fill`` around it, as far as the window reaches."""
    ends = [(n - 1) * s + r for n, s, r in zip(steps, window.strides, window.reach, strict=True)]
    after = [
        max(a, end - n - b)
        for a, end, n, b in zip(window.after, ends, x.shape[2:], window.before, strict=True)
    ]
    widths = [(0, 0), (0, 0), *zip(window.before, after, strict=True)]
    bounded([n + sum(width) for n, width in zip(x.shape, widths, strict=True)], x.dtype)
    return np.pad(x, widths, constant_values=fill)


def _groups(call: Call, x: np.ndarray, weight: np.ndarray, inputs: int) -> int:
    floating(x)
    same_type(x, weight)
    groups = call.integer("group", 1)
    if x.ndim < 3 or weight.ndim != x.ndim:
        raise Refusal(f"the weight {describe(weight)} does not fit its input {describe(x)}")
    if groups < 1 or weight.shape[0] % groups or inputs != x.shape[1]:
        raise Refusal(f"the weight {list(weight.shape)} in {groups} groups does not fit "
                      f"{x.shape[1]} channels")  # fmt: skip
    return groups


def _biased(y: np.ndarray, bias: np.ndarray | None) -> np.ndarray:
    if bias is None:
        return y
    same_type(y, bias)
    if bias.shape != (y.shape[1],):
        raise Refusal(f"the bias {describe(bias)} does not fit {y.shape[1]} channels")
    return y + bias.reshape(-1, *[1] * (y.ndim - 2))


@operator("Conv")
def _conv(call: Call, x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> Result:
    groups = _groups(call, x, weight, call.integer("group", 1) * weight.shape[1])
    window, steps = stepped(call, x, window_of(call, x, weight.shape[2:]))
    batch, outputs, inputs = len(x), weight.shape[0] // groups, weight.shape[1]
    shape = bounded((batch, groups * outputs, *steps), x.dtype)
    call.budget.spend(math.prod(shape) * weight[0].size)
    padded = _padded(x, window, steps)
    kernels = weight.reshape(groups, outputs, inputs, *window.kernel)
    total = np.zeros((batch, groups, outputs, math.prod(steps)), x.dtype)
    for place, met in window.positions(steps):
        values = padded[met].reshape(batch, groups, inputs, -1)
        total += kernels[place] @ values
    return _biased(total.reshape(shape), bias)


@operator("ConvTranspose")
def _conv_transpose(
    call: Call, x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None
) -> Result:
    groups = _groups(call, x, weight, weight.shape[0])
    window = window_of(call, x, weight.shape[2:])
    rank, steps = x.ndim - 2, x.shape[2:]
    extra = call.integers("output_padding") or [0] * rank
    if len(extra) != rank or min(extra) < 0 or min(steps) < 1:
        raise Refusal(f"output_padding = {extra} does not fit its input {describe(x)}")
    whole = [
        (n - 1) * s + r + e
        for n, s, r, e in zip(steps, window.strides, window.reach, extra, strict=True)
    ]
    window, sizes = cropped(call, window, steps, whole)
    batch, inputs, outputs = len(x), weight.shape[0] // groups, weight.shape[1]
    canvas = [max(n, b + m) for n, b, m in zip(whole, window.before, sizes, strict=True)]
    shape = bounded((batch, groups * outputs, *canvas), x.dtype)
    call.budget.spend(x.size * weight[0].size)
    total = np.zeros((batch, groups, outputs, *canvas), x.dtype)
    kernels = weight.reshape(groups, inputs, outputs, *window.kernel).swapaxes(1, 2)
    values = x.reshape(batch, groups, inputs, -1)
    for place, met in window.positions(steps):
        total[met] += (kernels[place] @ values).reshape(batch, groups, outputs, *steps)
    kept: Any = (..., *(slice(b, b + n) for b, n in zip(window.before, sizes, strict=True)))
    return _biased(total.reshape(shape)[kept], bias)


def cropped(
    call: Call, window: Window, steps: tuple[int, ...], whole: list[int]
) -> tuple[Window, list[int]]:
    """The window with its padding, which here cuts, and the sizes that are left."""
    mode, wanted = call.text("auto_pad", "NOTSET"), call.integers("output_shape")
    if wanted is None and mode in ("SAME_UPPER", "SAME_LOWER"):
        wanted = [n * s for n, s in zip(steps, window.strides, strict=True)]
    if wanted is not None:
        wanted = wanted[-len(steps) :]
        if len(wanted) != len(steps) or min(wanted) < 1:
            raise Refusal(f"output_shape = {wanted} does not fit {len(steps)} spatial axes")
        total = [max(0, n - w) for n, w in zip(whole, wanted, strict=True)]
        return _same(window, total, "SAME_UPPER" if mode == "SAME_UPPER" else "SAME_LOWER"), wanted
    sizes = [n - b - a for n, b, a in zip(whole, window.before, window.after, strict=True)]
    if min(sizes) < 1:
        raise Refusal(f"its pads cut away all of {whole}")
    return window, sizes


@operator("AveragePool")
def _average_pool(call: Call, x: np.ndarray) -> Result:
    floating(x)
    window = window_of(call, x, tuple(call.integers("kernel_shape") or ()))
    window, steps = stepped(call, x, window)
    bounded((*x.shape[:2], *steps), x.dtype)
    positions = math.prod(window.kernel)
    call.budget.spend(PER_STEP * math.prod((*x.shape[:2], *steps)) * positions)
    return _summed(x, window, steps) / counts(call, x, window, steps)


def counts(call: Call, x: np.ndarray, window: Window, steps: tuple[int, ...]) -> np.ndarray:
    """By what AveragePool divides the sum at every step (1, 1, *steps)."""
    counted = np.ones((1, 1, *x.shape[2:]), x.dtype)
    if call.integer("count_include_pad", 0):
        around = [(0, 0), (0, 0), *zip(window.before, window.after, strict=True)]
        counted = np.pad(counted, around, constant_values=1)
        free = [0] * len(steps)
        inner = Window(window.kernel, window.strides, window.dilations, free, free)
    else:
        inner = window
    return _summed(counted, inner, steps)


@operator("MaxPool")
def _max_pool(call: Call, x: np.ndarray) -> Result:
    """And where in the input each maximum lies, if the file asks for it."""
    window = window_of(call, x, tuple(call.integers("kernel_shape") or ()))
    window, steps = stepped(call, x, window)
    shape = bounded((*x.shape[:2], *steps), np.dtype(np.int64))
    call.budget.spend(PER_STEP * math.prod(shape) * math.prod(window.kernel))
    lowest = np.iinfo(x.dtype).min if x.dtype.kind in "iu" else -np.inf
    padded = _padded(x, window, steps, lowest)
    best = np.full(shape, lowest, x.dtype)
    if len(call.node.outputs) < 2:
        for _, met in window.positions(steps):
            np.maximum(best, padded[met], out=best)
        return best
    order = np.arange(math.prod(x.shape[2:])).reshape(
        x.shape[2:], order="F" if call.integer("storage_order", 0) else "C"
    )
    places = _padded(order[None, None], window, steps, -1)
    found = np.full(shape, -1, np.int64)
    for _, met in window.positions(steps):
        higher = padded[met] > best
        best = np.where(higher, padded[met], best)
        found = np.where(higher, places[met], found)
    channels = np.arange(math.prod(x.shape[:2])).reshape(*x.shape[:2], *[1] * len(steps))
    return best, found + channels * order.size


def _summed(x: np.ndarray, window: Window, steps: tuple[int, ...]) -> np.ndarray:
    padded = _padded(x, window, steps)
    total = np.zeros((*x.shape[:2], *steps), x.dtype)
    for _, met in window.positions(steps):
        total += padded[met]
    return total


@operator("GlobalAveragePool")
def _global_average_pool(call: Call, x: np.ndarray) -> Result:
    floating(x)
    if x.ndim < 3:
        raise Refusal(f"its input {describe(x)} has no spatial axes")
    return x.mean(tuple(range(2, x.ndim)), keepdims=True)
