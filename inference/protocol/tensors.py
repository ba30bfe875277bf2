"""A tensor of a message: as numbers of its JSON, or as little-endian bytes behind it."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

import numpy as np

from inference.errors import quote

from .message import ProtocolError, Tail, parameters, text

DATATYPE = "FP32"
MOST_AXES = 8
_BYTES = np.dtype("<f4")
_BINARY = "binary_data_size"
_ELSEWHERE = "shared_memory_region"


def read_tensor(entry: dict[str, Any], tail: Tail, kind: str) -> tuple[str, np.ndarray]:
    """The name and the float32 array of a tensor. kind: ``input`` or ``output``.

    Raises ProtocolError: no name, another datatype, a shape that is none, or numbers that are
    not as many as the shape says.
    """
    name = text(entry, "name", kind)
    if not name:
        raise ProtocolError(f"An {kind} has no name.")
    what = f"{kind} {quote(name)}"
    datatype = entry.get("datatype")
    if datatype != DATATYPE:
        raise ProtocolError(f"The {what} has the datatype {quote(datatype)}; only FP32 is taken.")
    shape = _shape(entry.get("shape"), what)
    found = parameters(entry, what)
    if _ELSEWHERE in found:
        raise ProtocolError(f"The {what} lies in shared memory, which is not taken.")
    if (_BINARY in found) == ("data" in entry):
        how = "'data' and also" if "data" in entry else "neither 'data' nor"
        raise ProtocolError(f"The {what} has {how} binary data.")
    if _BINARY in found:
        return name, _from_bytes(found[_BINARY], shape, tail, what)
    return name, _from_json(entry["data"], shape, what)


def write_tensor(name: str, array: np.ndarray, binary: bool) -> tuple[dict[str, Any], list[bytes]]:
    """The entry of a tensor, and its bytes where it is ``binary``.

    Raises ProtocolError for numbers that JSON cannot say.
    """
    entry: dict[str, Any] = {"name": name, "datatype": DATATYPE, "shape": list(array.shape)}
    if binary:
        blob = np.ascontiguousarray(array, _BYTES).tobytes()
        return {**entry, "parameters": {_BINARY: len(blob)}}, [blob]
    if not np.isfinite(array).all():
        raise ProtocolError(
            f"{quote(name)} holds numbers that are NaN or infinite, which JSON cannot say: "
            "ask for it as binary data."
        )
    return {**entry, "data": array.astype(np.float32).ravel().tolist()}, []


def _shape(found: object, what: str) -> tuple[int, ...]:
    if not isinstance(found, list) or not all(type(n) is int and 0 <= n < 2**31 for n in found):
        raise ProtocolError(f"The shape of the {what} is no list of whole numbers from 0 on.")
    if len(found) > MOST_AXES:
        raise ProtocolError(
            f"The shape of the {what} has {len(found)} axes, more than {MOST_AXES}."
        )
    return tuple(found)


def _from_bytes(size: object, shape: tuple[int, ...], tail: Tail, what: str) -> np.ndarray:
    if type(size) is not int or size < 0:
        raise ProtocolError(
            f"The parameter 'binary_data_size' of the {what} is no number of bytes."
        )
    if size != (wanted := _BYTES.itemsize * math.prod(shape)):
        raise ProtocolError(
            f"The {what} has {size:,} bytes of binary data; its shape {list(shape)} takes "
            f"{wanted:,}."
        )
    return np.frombuffer(tail.take(size, what), _BYTES).astype(np.float32).reshape(shape)


def _from_json(data: object, shape: tuple[int, ...], what: str) -> np.ndarray:
    """data: the numbers row by row, in one list or in lists nested as the shape is."""
    if not isinstance(data, list):
        raise ProtocolError(f"'data' of the {what} is no list.")
    numbers = _unnested(data, shape, what) if list in set(map(type, data)) else data
    if len(numbers) != math.prod(shape):
        raise ProtocolError(
            f"The {what} has {len(numbers):,} numbers; its shape {list(shape)} takes "
            f"{math.prod(shape):,}."
        )
    if not set(map(type, numbers)) <= {int, float}:
        raise ProtocolError(f"'data' of the {what} holds something that is no number.")
    try:
        with np.errstate(over="ignore"):
            array = np.array(numbers, np.float64).astype(np.float32)
    except OverflowError:
        array = np.array([np.inf], np.float32)
    if not np.isfinite(array).all():
        raise ProtocolError(f"'data' of the {what} holds a number that is too large for FP32.")
    return array.reshape(shape)


def _unnested(data: list, shape: tuple[int, ...], what: str) -> list:
    level = [data]
    for size in shape:
        if not all(type(part) is list and len(part) == size for part in level):
            raise ProtocolError(
                f"'data' of the {what} is not nested as its shape {list(shape)} is."
            )
        level = list(chain.from_iterable(level))
    return level
