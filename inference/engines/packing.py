"""An ``Mlp`` in the layout of ``kernels/mlp.mojo`` and ``kernels/weights.mojo``."""

from __future__ import annotations

import contextlib
import ctypes
import math
import mmap
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

import numpy as np

from inference.mlp import Activation, Dense, Mlp

PRECISIONS = ("fp32", "fast", "half")
"""float32 weights; 16-bit fixed point, error up to 1e-4; bfloat16, error up to 1e-2.

The error is the largest difference of an output over the largest value of that output.
"""

NEAR_LAYER = 1 << 16
"""Fewer weights lie in the near cache anyway: fixed point would cost accuracy and gain no time."""
SMALL_LAYER = 1 / 16
"""Layers with a smaller share of a model's weights keep float32: it costs little time."""
FIRST_LAYER = 1 / 3
"""The same for layers that take the input. Its numbers may vary little about large means, which the
bias then cancels: rounding errors of the weights do not average out and were twice the limit."""

SHARED_BYTES = 1 << 20
"""Weights of models that are worth a second core: smaller ones are done before it is awake."""

_LEAST_SIZE = 1e-20
"""Of the weights that leave a unit, beside the largest: what is smaller is left as it is."""
_HOMOGENEOUS = (Activation.LINEAR, Activation.RELU, Activation.LEAKY_RELU)
CHUNK = 64
_HEADER, _FIELDS = 7, 11
"""Numbers of a program before its layers, and of each layer."""
_LINE = 64
_HUGE_PAGE = 2 << 20
_LARGE = 1 << 20
DATA = object.__basicsize__
"""Bytes from an array's ``id`` to where NumPy's struct has the address of its numbers
(``PyArrayObject_fields.data``, behind Python's own part); ``holds_address`` tells if it still does.
"""
_address, _byte_of = ctypes.addressof, ctypes.c_char.from_buffer


class Kind(IntEnum):
    """How weights are stored; the values are the kernel's codes."""

    FP32 = 0
    FIXED = 1
    BF16 = 2


_KINDS = dict(zip(PRECISIONS, Kind, strict=True))


@dataclass(frozen=True, eq=False)
class Packed:
    """A model for ``mlp_run``.

    program: its first argument, int64. ends: the layers that results are written for, one each,
    in the order of the call's addresses. The other arrays are what ``program`` points to.
    shared: a second core may help.
    """

    program: np.ndarray
    ends: list[int]
    parameters: np.ndarray
    scratch: np.ndarray
    shared: bool

    def fetch_ahead(self, on: bool) -> None:
        """Whether single rows read one panel after the other and ask for weights ahead of time.

        Else they read several panels at once.
        """
        self.program[_HEADER:].reshape(-1, _FIELDS)[:, -1] = on


def pack(mlp: Mlp, width: int, rows: int, precision: str = "fp32", cores: int = 1) -> Packed:
    """``width``: ``mlp_width()``; ``rows``: ``mlp_rows()``; precision: one of PRECISIONS.

    cores: 2 prepares models of at least SHARED_BYTES for a second core.
    """
    kinds = _kinds(mlp, _KINDS[precision])
    factors = None
    if Kind.FIXED in kinds:
        factors = _input_factors(mlp)
        mlp = _equalized(mlp, kinds)
    ends = sorted({output.layer for output in mlp.outputs})
    parts: list[np.ndarray] = []
    program: list[int] = []
    place = scratch = 0

    def add(part: np.ndarray) -> int:
        nonlocal place
        parts.append(part)
        place += part.size
        return place - part.size

    for index, (layer, kind) in enumerate(zip(mlp.layers, kinds, strict=True)):
        weight = layer.weight
        if factors is not None and layer.source < 0:
            weight = weight / factors
        weights = add(_panels(weight, kind, width))
        bias = add(_tail(layer, width))
        end = ends.index(index) if index in ends else -1
        stride = layer.width if index in ends else _whole(layer.width, width)
        program += [layer.source, weight.shape[1], layer.width, weights, bias]
        program += [layer.activation, end, scratch, stride, kind, False]
        scratch += 0 if index in ends else stride * rows
    factors_place = -1 if factors is None else add(factors)
    parameters = aligned(place)
    np.concatenate(parts, out=parameters)
    copied = scratch + (1 if factors is None else rows) * mlp.input_width
    widest = max(_whole(layer.width, width) for layer in mlp.layers)
    work = aligned(copied + widest)
    inner = {layer.source for layer in mlp.layers}  # what a helper reads must be the model's own
    shared = cores > 1 and parameters.nbytes >= SHARED_BYTES and inner.isdisjoint(ends)
    header = [address(parameters), address(work), mlp.input_width, len(mlp.layers)]
    header += [factors_place, scratch, copied if shared else -1]
    return Packed(np.array([*header, *program], np.int64), ends, parameters, work, shared)


def aligned(count: int) -> np.ndarray:
    """Zeros (count,) float32 that begin at a cache line; long ones on huge pages of 2 MiB.

    With 4 KiB pages, weights that have left the caches take a quarter longer to read.
    """
    size = count * 4
    if size < _LARGE or not hasattr(mmap, "MADV_HUGEPAGE"):
        return _part(np.zeros(count + _LINE // 4, np.float32), count, _LINE)
    room = -(-size // _HUGE_PAGE) * _HUGE_PAGE + _HUGE_PAGE
    block = mmap.mmap(-1, room, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    with contextlib.suppress(OSError):  # a kernel without them
        block.madvise(mmap.MADV_HUGEPAGE)
    return _part(np.frombuffer(block, np.float32), count, _HUGE_PAGE)


def _part(block: np.ndarray, count: int, alignment: int) -> np.ndarray:
    start = -address(block) % alignment // 4
    return block[start : start + count]


def address(array: Any) -> int:
    """Of a contiguous array's first number; an array to write is told four times as fast."""
    try:
        return _address(_byte_of(array))
    except (TypeError, ValueError):  # read-only, or empty
        return int(array.__array_interface__["data"][0])


def holds_address(place: int = DATA) -> bool:
    """Whether a real array has the address of its numbers ``place`` bytes from its ``id``."""
    array = np.empty(1)
    return ctypes.c_void_p.from_address(id(array) + place).value == array.ctypes.data


def _kinds(mlp: Mlp, kind: Kind) -> list[Kind]:
    """Small layers and those with numbers that 16 bits cannot hold stay float32."""
    whole = sum(layer.weight.size for layer in mlp.layers)
    near = NEAR_LAYER if kind == Kind.FIXED else 0
    limit = np.finfo(np.float32).max / 2

    def large(layer: Dense) -> bool:
        share = FIRST_LAYER if layer.source < 0 else SMALL_LAYER
        return layer.weight.size >= max(share * whole, near)

    return [
        kind if large(layer) and np.abs(layer.weight).max() < limit else Kind.FP32
        for layer in mlp.layers
    ]


def _input_factors(mlp: Mlp) -> np.ndarray:
    """(input width,): what each input is multiplied by, so that its weights fill their range."""
    with np.errstate(all="ignore"):
        weights = np.concatenate([layer.weight for layer in mlp.layers if layer.source < 0])
        factors = np.abs(weights / _positive(np.abs(weights).max(1, keepdims=True))).max(0)
    return np.where((factors > _LEAST_SIZE) & (factors <= 1), factors, 1).astype(np.float32)


def _equalized(mlp: Mlp, kinds: list[Kind]) -> Mlp:
    """The same network, but the weights that leave a hidden unit are alike in size.

    So one scale suits them all: it halves the error of a trained actor. Nagel et al., "Data-Free
    Quantization Through Weight Equalization and Bias Correction" (ICCV 2019): what a unit's result
    is multiplied by may move into the layer before if its activation lets a factor pass.
    """
    layers = list(mlp.layers)
    ends = {output.layer for output in mlp.outputs}
    for index, unit in enumerate(mlp.layers):
        after = [i for i, layer in enumerate(layers) if layer.source == index]
        fixed = any(kinds[i] == Kind.FIXED for i in after)
        if not fixed or index in ends or unit.activation not in _HOMOGENEOUS:
            continue
        leaving = np.concatenate([layers[i].weight for i in after]).astype(np.float64)
        with np.errstate(all="ignore"):
            sizes = np.sqrt(np.square(leaving).mean(0))
            sizes /= sizes.max()
        factors = np.where((sizes > _LEAST_SIZE) & (sizes <= 1), sizes, 1).astype(np.float32)
        if np.abs(leaving).max() < np.finfo(np.float32).max * _LEAST_SIZE:
            before = layers[index]
            weight, bias = before.weight * factors[:, None], before.bias * factors
            layers[index] = replace(before, weight=weight, bias=bias)
            for i in after:
                layers[i] = replace(layers[i], weight=layers[i].weight / factors)
    return replace(mlp, layers=tuple(layers))


def _positive(sizes: np.ndarray) -> np.ndarray:
    return np.where(sizes > 0, sizes, 1)


def _whole(outputs: int, width: int) -> int:
    return math.ceil(outputs / width) * width


def _tail(layer: Dense, width: int) -> np.ndarray:
    """The bias, padded to whole panels, then the slope."""
    whole = _whole(layer.width, width)
    tail = np.zeros(whole + width, np.float32)
    tail[: layer.width] = layer.bias
    tail[whole] = layer.slope
    return tail


def _panels(weight: np.ndarray, kind: Kind, width: int) -> np.ndarray:
    """The weights (outputs, inputs) of a layer as the kernel's panels, flat float32."""
    outputs, inputs = weight.shape
    padded = np.zeros((_whole(outputs, width), inputs), np.float32)
    padded[:outputs] = weight
    panels = padded.reshape(-1, width, inputs).swapaxes(1, 2)  # (panels, inputs, width)
    if kind == Kind.FP32:
        return panels.reshape(-1)
    if inputs % 2:
        panels = np.pad(panels, ((0, 0), (0, 1), (0, 0)))
    if kind == Kind.BF16:
        return _bf16_words(panels).view(np.float32).reshape(-1)
    chunks = [_fixed_chunk(panels[:, i : i + CHUNK]) for i in range(0, inputs, CHUNK)]
    return np.concatenate(chunks, axis=1).reshape(-1)


def _fixed_chunk(weights: np.ndarray) -> np.ndarray:
    """(panels, 2 n, width) as scales and integers, (panels, 1 + n, width) float32."""
    scale = _positive(np.abs(weights).max(1, keepdims=True)) / 32767
    numbers = np.ascontiguousarray(np.rint(weights / scale), np.int16).view(np.float32)
    pairs = numbers.reshape(len(weights), -1, weights.shape[2])
    return np.concatenate([scale.astype(np.float32), pairs], axis=1)


def _bf16_words(weights: np.ndarray) -> np.ndarray:
    """(panels, 2 n, width) float32 as words (panels, n, width) uint32, rounded to nearest."""
    bits = np.ascontiguousarray(weights, np.float32).view(np.uint32).astype(np.int64)
    low = (bits[:, ::2] + 0x8000) >> 16
    sign, size = bits[:, 1::2] & 0x80000000, bits[:, 1::2] & 0x7FFFFFFF
    high = np.maximum(size - low + 0x8000, 0) >> 16
    return (sign | (high << 16) | low).astype(np.uint32)
