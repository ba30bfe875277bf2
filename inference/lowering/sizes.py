"""Shapes that depend on the batch, computed with symbols while the graph is built."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from max.graph import Dim

from inference.graph.registry import OPERATORS, Call, Refusal, dtype_of

from .registry import Value, plain, shape_of

_MOVES = {"Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Transpose", "Unsqueeze"}
_COMPUTES = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.floor_divide,
}


def run(call: Call, values: Sequence[Value | None]) -> tuple[np.ndarray, ...] | None:
    """What Shape, or another node makes of sizes; None when it makes numbers for the data."""
    op = call.node.op
    if op == "Shape" and values[0] is not None:
        found = shape_of(values[0])
        start, end = call.integer("start", 0), call.integer("end", len(found))
        return (settled(_boxed(found[start:end])),)
    boxed = [value.astype(object) for value in values if isinstance(value, np.ndarray)]
    if op == "Cast":
        return (boxed[0],) if dtype_of(call.integer("to", 0)).kind in "iu" else None
    if op in _COMPUTES:
        if op == "Div" and any(isinstance(n, int) and n <= 0 for n in boxed[1].reshape(-1)):
            raise Refusal("it divides a size by a number that is not positive")
        return (settled(np.asarray(_COMPUTES[op](*boxed))),)
    if op == "Concat":
        result = OPERATORS[op].run(call, *boxed)
    elif op in _MOVES and not any(map(_symbolic, values[1:])):
        result = OPERATORS[op].run(call, boxed[0], *values[1:])
    else:
        return None
    return tuple(map(settled, result if isinstance(result, tuple) else (result,)))


def settled(sizes: np.ndarray) -> np.ndarray:
    """``sizes`` as integers if none of them depends on the batch."""
    boxed = _boxed([plain(size) for size in sizes.reshape(-1)]).reshape(sizes.shape)
    return boxed if _symbolic(boxed) else boxed.astype(np.int64)


def _symbolic(value: Value | None) -> bool:
    return isinstance(value, np.ndarray) and any(
        isinstance(size, Dim) for size in value.reshape(-1) if value.dtype == object
    )


def _boxed(sizes: Sequence[object]) -> np.ndarray:
    array = np.empty(len(sizes), object)
    array[:] = sizes
    return array
