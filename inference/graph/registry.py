"""The operators by name, and what each may rely on: counted inputs, typed attributes, bounds."""

from __future__ import annotations

import inspect
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .graph import Node

MAX_TENSOR = 1 << 27
"""Most bytes of one tensor (128 MiB): with the temporaries of an operator, ``MAX_LIVE`` of
tensors that still wait for their readers and the weights, a run stays below 2 GB."""
MAX_WORK = 1 << 36
"""Most multiply-adds of one run, some seconds."""
MAX_SECONDS = 10.0
"""Most CPU seconds of one run, looked at between nodes."""
TRIAL_SECONDS = 1.5
"""The same for one or two rows of zeros, and for what is computed from weights."""
PER_STEP = 8
"""What one number costs that no matrix product makes, as multiply-adds of one that does."""
_MAX_LIST = 1 << 12

Result = np.ndarray | tuple[np.ndarray, ...]


class Refusal(Exception):
    """Why a node cannot run; whoever runs it adds file, operator and node."""


class Budget:
    """What one run of a graph has cost so far, in multiply-adds and in ``seconds`` of CPU."""

    def __init__(self, seconds: float = MAX_SECONDS) -> None:
        self._seconds = seconds
        self._started = time.thread_time()
        self._spent = 0

    def spend(self, multiply_adds: int) -> None:
        """Refusal, before the work is done, when the run would take too long."""
        self._spent += multiply_adds
        if self._spent > MAX_WORK:
            raise Refusal(f"the graph needs more than {MAX_WORK:,} multiply-adds in one run")
        if time.thread_time() - self._started > self._seconds:
            raise Refusal(f"the graph takes longer than {self._seconds:g} s for one run")


@dataclass(frozen=True)
class Call:
    """A node about to run, under the rules of ``opset``."""

    node: Node
    opset: int
    budget: Budget

    def integer(self, name: str, default: int) -> int:
        """An attribute, ``default`` where the node has none. Refusal for another type."""
        return self._attribute(name, int, default)

    def number(self, name: str, default: float) -> float:
        """The same for a float."""
        return self._attribute(name, float, default)

    def text(self, name: str, default: str) -> str:
        """The same for a text."""
        return self._attribute(name, str, default)

    def integers(self, name: str) -> list[int] | None:
        """The same for a list; None where the node has none."""
        values = self.node.attributes.get(name)
        if values is None:
            return None
        if not isinstance(values, tuple) or not all(isinstance(v, int) for v in values):
            raise Refusal(f"its attribute '{name}' is not a list of integers")
        return list(values)

    def _attribute(self, name: str, kind: type, default: Any) -> Any:
        value = self.node.attributes.get(name, default)
        if not isinstance(value, kind):
            raise Refusal(f"its attribute '{name}' is not of the type {kind.__name__}")
        return value


@dataclass(frozen=True)
class Operator:
    """A function of a call and its inputs, ``least`` to ``most`` of them; None: any number."""

    run: Callable[..., Result]
    least: int
    most: int | None

    def __call__(self, call: Call, arrays: Sequence[np.ndarray | None]) -> Result:
        self.check(arrays)
        return self.run(call, *arrays)

    def check(self, arrays: Sequence[object]) -> None:
        """Refusal unless the inputs are as many as it takes; None is one left out."""
        given = len(arrays)
        if given < self.least or any(array is None for array in arrays[: self.least]):
            raise Refusal(f"it needs {self.least} inputs")
        if self.most is not None and given > self.most:
            raise Refusal(f"it takes at most {self.most} inputs, but has {given}")


OPERATORS: dict[str, Operator] = {}


def is_known(node: Node) -> bool:
    """Whether there is such an operator; ``evaluate`` brings them all."""
    return not node.domain and node.op in OPERATORS


def operator(name: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register ``function(call, *inputs)`` for the ONNX operator ``name``.

    Parameters without a default are the inputs that must be there; ``*arrays`` takes one or more.
    """

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        parameters = list(inspect.signature(function).parameters.values())[1:]
        variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        least = sum(p.default is p.empty for p in parameters)
        OPERATORS[name] = Operator(function, least, None if variadic else len(parameters))
        return function

    return register


def constant_in(node: Node) -> np.ndarray:
    """What a Constant node holds: any one of its attributes, a list becoming a vector."""
    for name, dtype in (("value_float", np.float32), ("value_int", np.int64)):
        for key in (name, f"{name}s"):
            if key in node.attributes:
                return np.array(node.attributes[key], dtype)
    value = node.attributes.get("value")
    if not isinstance(value, np.ndarray):
        raise Refusal("it holds no numbers")
    return value


def bounded(shape: Sequence[int], dtype: np.dtype) -> tuple[int, ...]:
    """``shape``, or Refusal when it is none or too large to be made."""
    if min(shape, default=0) < 0:
        raise Refusal(f"the shape {list(shape)} has a negative size")
    if math.prod(shape) * dtype.itemsize > MAX_TENSOR:
        raise Refusal(f"its result {_short(shape)} exceeds the limit of {MAX_TENSOR >> 20} MiB")
    return tuple(shape)


def same_type(*arrays: np.ndarray) -> None:
    """Refusal unless all arrays hold one type of numbers, as ONNX asks."""
    kinds = dict.fromkeys(array.dtype.name for array in arrays)
    if len(kinds) > 1:
        raise Refusal(f"its inputs are {' and '.join(kinds)}, which ONNX does not mix")


def floating(array: np.ndarray) -> None:
    """Refusal unless the array holds floating point."""
    if array.dtype.kind in "iub":
        raise Refusal(f"its input is {array.dtype.name}, expected floating point")


def axis_of(axis: int, rank: int) -> int:
    """``axis`` counted from the front."""
    if not -rank <= axis < rank:
        raise Refusal(f"axis {axis} is outside the {rank} axes of its input")
    return axis % rank


def axes_of(axes: Sequence[int], rank: int) -> tuple[int, ...]:
    """``axes`` counted from the front, each once."""
    found = tuple(axis_of(axis, rank) for axis in axes)
    if len(set(found)) < len(found):
        raise Refusal(f"the axes {list(axes)} name one axis twice")
    return found


def integers_in(array: np.ndarray, what: str) -> list[int]:
    """A tensor of integers as a list."""
    if array.dtype.kind not in "iu" or array.ndim > 1 or array.size > _MAX_LIST:
        raise Refusal(f"{what} must be a short list of integers, found {describe(array)}")
    return [int(n) for n in array.reshape(-1)]


def even_sizes(total: int, count: int) -> list[int]:
    """The sizes of ``count`` parts of ``total`` entries: all alike but the last, which may lack."""
    each = math.ceil(total / count)
    return [max(0, min(each, total - i * each)) for i in range(count)]


def pad_widths(given: Sequence[int], axes: Sequence[int], rank: int) -> list[tuple[int, int]]:
    """Before and after each of ``rank`` axes, of pads ``given`` as ONNX orders them."""
    if len(given) != 2 * len(axes):
        raise Refusal(f"{len(given)} pads do not fit {len(axes)} axes")
    widths = [(0, 0)] * rank
    for axis, before, after in zip(axes, given, given[len(axes) :], strict=False):
        widths[axis] = (before, after)
    return widths


def describe(array: np.ndarray) -> str:
    """Type and shape of an array, for a sentence."""
    return f"{array.dtype.name} {_short(array.shape)}"


def dtype_of(code: int) -> np.dtype:
    """The NumPy type of an ONNX data type code."""
    from onnx import helper

    try:
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(code))
    except (KeyError, ValueError, TypeError):
        raise Refusal(f"the data type {code} is unknown") from None
    if dtype.kind in "OcU":
        raise Refusal(f"the data type {dtype.name} is not supported")
    return dtype


def _short(shape: Sequence[int]) -> str:
    return str(list(shape)) if len(shape) <= 8 else f"of {len(shape)} axes"
