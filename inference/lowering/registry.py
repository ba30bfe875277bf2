"""The operators that reach MAX by name, and the values that they work on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from max.driver import Buffer
from max.dtype import DType
from max.graph import DeviceRef, Dim, StaticDim, TensorValue, ops

from inference.graph.evaluate import PIECE_ROWS
from inference.graph.registry import Call, Refusal, bounded, integers_in

Value: TypeAlias = TensorValue | np.ndarray
"""A tensor that MAX computes, or an array that is known while the graph is built.

An array of type object holds sizes, int or Dim, of which some depend on the batch.
"""
Size: TypeAlias = int | Dim
Lowered: TypeAlias = Value | tuple[Value, ...]
Lowering = Callable[..., Lowered]

LOWERINGS: dict[str, Lowering] = {}

BATCH = "batch"
"""The dimension of the rows that run together, at most ``PIECE_ROWS``."""

_TYPES = {
    "bool": DType.bool,
    "bfloat16": DType.bfloat16,
    **{
        name: DType.from_numpy(np.dtype(name))
        for kind in ("int", "uint", "float")
        for name in (f"{kind}{bits}" for bits in (8, 16, 32, 64))
        if name != "float8"
    },
}


def lowering(name: str) -> Callable[[Lowering], Lowering]:
    """Register ``function(site, *inputs)`` for the ONNX operator ``name``.

    It may rely on inputs that ``inference.graph`` accepts: graphs are run there first.
    """

    def register(function: Lowering) -> Lowering:
        LOWERINGS[name] = function
        return function

    return register


@dataclass(frozen=True)
class Site(Call):
    """A node about to be lowered to ``device``."""

    device: DeviceRef

    def tensor(self, value: Value) -> TensorValue:
        """``value`` in the graph: an array becomes a constant, sizes are read from the batch."""
        if isinstance(value, TensorValue):
            return value
        if value.dtype == object:
            sizes = ops.shape_to_tensor(list(value.reshape(-1))).to(self.device)
            return ops.reshape(sizes, value.shape)
        dtype = dtype_in_max(value.dtype)
        data = np.ascontiguousarray(value).reshape(-1)
        if dtype == DType.bfloat16:
            flat = ops.constant(Buffer.from_numpy(data.view(np.uint16)).view(dtype), dtype)
            return ops.reshape(flat.to(self.device), value.shape)
        return ops.reshape(ops.constant(data, dtype, self.device), value.shape)

    def scalar(self, number: float, like: TensorValue) -> TensorValue:
        """``number`` as a constant of the type of ``like``."""
        return ops.constant(number, like.dtype, self.device)


def dtype_in_max(dtype: np.dtype) -> DType:
    """MAX's name for a NumPy type, or Refusal for one that its CPU kernels do not compute in."""
    if dtype.name not in _TYPES:
        raise Refusal(f"MAX has no {dtype.name}")
    return _TYPES[dtype.name]


def known(value: Value, what: str) -> np.ndarray:
    """An array, or Refusal where MAX would need ``what`` before it runs."""
    if isinstance(value, TensorValue):
        raise Refusal(f"{what} must be known before it runs, but the graph computes it")
    return value


def sizes_in(value: Value, what: str) -> list[Size]:
    """A short list of integers, of which some may depend on the batch."""
    array = known(value, what)
    return list(array.reshape(-1)) if array.dtype == object else list(integers_in(array, what))


def integers_at(value: Value, what: str) -> list[int]:
    """The same where none may depend on the batch."""
    found = sizes_in(value, what)
    if any(isinstance(size, Dim) for size in found):
        raise Refusal(f"{what} must not depend on the batch")
    return [int(size) for size in found]  # type: ignore[call-overload]


def shape_of(value: Value) -> list[Size]:
    """The sizes of the axes, an int where it is known."""
    return [plain(size) for size in value.shape]


def plain(size: int | Dim) -> Size:
    """An int where the size does not depend on the batch."""
    return size if isinstance(size, Dim) and not isinstance(size, StaticDim) else int(size)  # type: ignore[call-overload]


def fixed(value: Value, axis: int) -> int:
    """The size of ``axis``, or Refusal when it depends on the batch."""
    size = plain(value.shape[axis])
    if isinstance(size, Dim):
        raise Refusal(f"the size of its axis {axis} depends on the batch")
    return size


def limited(x: TensorValue) -> TensorValue:
    """``x``, or Refusal when a full piece of a batch would make it larger than NumPy allows."""
    whole = [int(size.substitute({BATCH: PIECE_ROWS})) for size in x.shape]  # type: ignore[call-overload]
    bounded(whole, np.dtype(x.dtype.to_numpy() if x.dtype != DType.bfloat16 else np.uint16))
    return x


def product(sizes: Sequence[Size]) -> Size:
    """The sizes multiplied."""
    return plain(math.prod(sizes, start=Dim(1)))


def broadcast(*shapes: Sequence[Size]) -> list[Size]:
    """The shape that all ``shapes`` broadcast to; a size that depends on the batch is not 1."""
    rank = max(map(len, shapes))
    padded = [[1] * (rank - len(shape)) + list(shape) for shape in shapes]
    result: list[Size] = []
    for sizes in zip(*padded, strict=True):
        wide = [size for size in sizes if not (isinstance(size, int) and size == 1)]
        if any(size != wide[0] for size in wide):
            raise Refusal(f"its shapes {' and '.join(map(show_sizes, shapes))} do not broadcast")
        result.append(wide[0] if wide else 1)
    return result


def show_sizes(sizes: Sequence[Size]) -> str:
    """The sizes as they stand in a sentence."""
    return f"[{', '.join(map(str, sizes))}]"


def permute(value: Value, order: Sequence[int]) -> Value:
    """Transposed while the graph is built, if it can be."""
    if isinstance(value, np.ndarray):
        return value.transpose(order)
    return ops.permute(value, list(order))


def reshape(value: Value, shape: Sequence[Size]) -> Value:
    """An array at once, a tensor when MAX runs; an array's sizes are all known."""
    if isinstance(value, np.ndarray):
        return value.reshape([int(size) for size in shape])  # type: ignore[call-overload]
    return ops.reshape(value, shape)


def take(site: Site, value: Value, places: np.ndarray, axis: int) -> Value:
    """The entries of ``axis`` at known ``places`` (N,), all of them within it."""
    if isinstance(value, np.ndarray):
        return value.take(places, axis)
    return ops.gather(value, ops.constant(places.astype(np.int64), device=site.device), axis)
