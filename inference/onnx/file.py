"""Opening an ONNX file without trusting it: size, syntax, weights, external data."""

from __future__ import annotations

import math
import stat
from collections.abc import Container
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inference.errors import ModelError, quote, show

from .wire import is_bloated

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, TensorProto

MAX_BYTES = 1 << 29
"""Largest file, and most of weights in all, that is read (the five models are below 10 MB): with
the parsed file, the arrays and an engine's copies, loading stays below 2 GB."""
MAX_INPUT = 1 << 24
"""Most numbers in one row of input, or in a batch whose size the file fixes."""
MAX_NODES = 1 << 16
"""Most nodes, most tensors of one kind, and most inputs of one node."""


def read_bytes(path: Path) -> bytes:
    """The content of a regular file of bounded size. Raises ModelError with one sentence."""
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise ModelError(f"{path}: this is a directory, expected an ONNX file.")
        if not stat.S_ISREG(info.st_mode):
            raise ModelError(f"{path}: this is not a regular file, expected an ONNX file.")
        if info.st_size > MAX_BYTES:
            raise ModelError(f"{path}: {info.st_size:,} bytes, more than the limit of 512 MiB.")
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"{path}: no such file.") from None
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error}).") from None


def parse(data: bytes, path: Path) -> ModelProto:
    """The content of the file ``path`` as a message, weights outside it not yet read.

    Raises ModelError with one sentence.
    """
    import onnx
    from google.protobuf.message import DecodeError

    if not data:
        raise ModelError(f"{path}: the file is empty, expected an ONNX model.")
    if is_bloated(data):
        raise ModelError(f"{path}: too large in all that is not weights, more than 8 MiB.")
    try:
        model = onnx.load_model_from_string(data)
    except (DecodeError, ValueError):
        raise ModelError(f"{path}: not an ONNX file, or cut short: cannot be decoded.") from None
    if not model.graph.node or not model.graph.output:
        raise ModelError(f"{path}: not an ONNX model: it holds no graph with nodes and outputs.")
    graph = model.graph
    counts = {
        "nodes": len(graph.node),
        "weights": len(graph.initializer),
        "inputs": len(graph.input),
        "outputs": len(graph.output),
        "tensors at one node": max(len(node.input) + len(node.output) for node in graph.node),
    }
    for what, count in counts.items():
        if count > MAX_NODES:
            raise ModelError(f"{path}: {count:,} {what}, more than the limit of {MAX_NODES:,}.")
    return model


def opset_of(model: ModelProto, path: Path) -> int:
    """The file's version of the standard operator set, or ModelError when older than 11."""
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if not versions:
        raise ModelError(f"{path}: names no version of the standard ONNX operator set.")
    if versions[0] < 11:
        raise ModelError(
            f"{path}: uses opset {versions[0]}; convert it to opset 11 or newer "
            "(onnx.version_converter)."
        )
    return versions[0]


class Input(NamedTuple):
    """The tensor that a network reads. batch: rows of a batch, None for any; row: their shape."""

    name: str
    batch: int | None
    row: tuple[int, ...]


def read_input(model: ModelProto, path: Path, weights: Container[str]) -> Input:
    """The one input that is no weight. Raises ModelError unless it is float32 of a fixed row."""
    inputs = [value for value in model.graph.input if value.name not in weights]
    if len(inputs) != 1:
        names = ", ".join(quote(value.name) for value in inputs[:4]) or "none"
        names += ", …" if len(inputs) > 4 else ""
        raise ModelError(f"{path}: expected one input, found {names}.")
    name, tensor = inputs[0].name, inputs[0].type.tensor_type
    if tensor.elem_type != 1:
        raise ModelError(f"{path}: the input {quote(name)} is not a float32 tensor.")
    shape = tuple(dim.dim_value if dim.dim_value > 0 else None for dim in tensor.shape.dim)
    rows = tuple(size for size in shape[1:] if size)
    if len(shape) < 2 or len(rows) != len(shape) - 1:
        raise ModelError(
            f"{path}: the input {quote(name)} has shape {show(shape)}, expected a batch "
            "axis and then fixed sizes."
        )
    if math.prod(rows) * (shape[0] or 1) > MAX_INPUT:
        raise ModelError(
            f"{path}: the input {quote(name)} of shape {show(shape)} exceeds {MAX_INPUT:,} numbers."
        )
    return Input(name, shape[0], rows)


class Weights:
    """Reads the tensors of one file, bounded in all, and notes those with NaN or infinity."""

    def __init__(self, path: Path) -> None:
        self.warnings: list[str] = []
        self._path = path
        self._bytes = 0

    def initializers(self, graph: GraphProto) -> dict[str, np.ndarray]:
        """The graph's weights by name. Raises ModelError."""
        if graph.sparse_initializer:
            raise ModelError(f"{self._path}: sparse weights are not supported; store them dense.")
        arrays: dict[str, np.ndarray] = {}
        for tensor in graph.initializer:
            if not isinstance(tensor.name, str):
                name = quote(tensor.name)
                raise ModelError(f"{self._path}: the tensor name {name} is not valid UTF-8.")
            if tensor.name in arrays:
                raise ModelError(f"{self._path}: the tensor {quote(tensor.name)} is defined twice.")
            arrays[tensor.name] = self.read(tensor)
        return arrays

    def read(self, tensor: TensorProto) -> np.ndarray:
        """A weight in its own type. Raises ModelError."""
        array = read_tensor(tensor, self._path)
        self._bytes += array.nbytes
        if self._bytes > MAX_BYTES:
            raise ModelError(f"{self._path}: the weights together exceed the limit of 512 MiB.")
        if array.dtype.kind not in "iub":
            with np.errstate(over="ignore"):
                finite = np.isfinite(array.astype(np.float32, copy=False))
            bad = array.size - int(np.count_nonzero(finite))
            if bad:
                self.warnings.append(
                    f"{self._path.name}: the weight {quote(tensor.name)} holds {bad} values that "
                    "are NaN or infinite, and so will the results."
                )
        return array


def read_tensor(tensor: TensorProto, path: Path) -> np.ndarray:
    """A weight of the file at ``path`` as an array, bounded in memory, or ModelError.

    External data must lie in the file's own folder or below it, links followed.
    """
    from onnx import TensorProto, helper, numpy_helper

    where = f"{path}: the tensor {quote(tensor.name)}"
    shape = tuple(tensor.dims)
    if min(shape, default=1) < 0:
        raise ModelError(f"{where} has the negative shape {list(shape)}.")
    try:
        dtype = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.data_type))
    except (KeyError, ValueError, TypeError):
        raise ModelError(f"{where} has the unknown data type {tensor.data_type}.") from None
    if dtype.kind in "Oc":
        kind = "strings" if dtype.kind == "O" else "complex numbers"
        raise ModelError(f"{where} holds {kind}, expected real numbers.")
    size = math.prod(shape) * dtype.itemsize
    if size > MAX_BYTES:
        raise ModelError(f"{where} of shape {list(shape)} exceeds the limit of 512 MiB.")
    if tensor.data_location == TensorProto.EXTERNAL:
        return np.frombuffer(_external(tensor, path, where, size), dtype).reshape(shape)
    if tensor.HasField("raw_data") and len(tensor.raw_data) != size:
        raise ModelError(
            f"{where} of shape {list(shape)} needs {size:,} bytes, found {len(tensor.raw_data):,}."
        )
    try:
        return numpy_helper.to_array(tensor).reshape(shape)
    except (ValueError, TypeError, OverflowError):
        raise ModelError(f"{where} holds less or other data than its shape says.") from None


def _external(tensor: TensorProto, path: Path, where: str, size: int) -> bytes:
    entries = {entry.key: entry.value for entry in tensor.external_data}
    location = str(entries.get("location", ""))
    try:
        folder = path.parent.resolve()
        file = (folder / location).resolve()
        offset = int(entries.get("offset") or 0)
        length = int(entries.get("length") or size)
    except (OSError, ValueError, RuntimeError):
        raise ModelError(f"{where} points to external data in a way that is not valid.") from None
    if not location or Path(location).is_absolute() or not file.is_relative_to(folder):
        raise ModelError(
            f"{where} points outside the model's folder ({quote(location)}): not read."
        )
    if length != size or offset < 0:
        raise ModelError(
            f"{where} needs {size:,} bytes of external data, the file says {length:,}."
        )
    try:
        if not file.is_file():
            raise ModelError(
                f"{where} needs the file {quote(location)} beside the model: not found."
            )
        with file.open("rb") as stream:
            stream.seek(offset)
            data = stream.read(size)
    except OSError as error:
        raise ModelError(f"{where}: {quote(location)} cannot be read ({error.strerror}).") from None
    if len(data) != size:
        raise ModelError(
            f"{where}: {quote(location)} is cut short: {size - len(data):,} bytes missing."
        )
    return data
