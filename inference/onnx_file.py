"""Opening an ONNX file without trusting it: size, syntax, weights, external data."""

from __future__ import annotations

import math
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .errors import ModelError, quote

if TYPE_CHECKING:
    from onnx import ModelProto, TensorProto

MAX_BYTES = 1 << 30
"""Largest file, and largest weight, that is read (1 GiB; the five models are below 10 MB)."""


def open_onnx(path: Path) -> ModelProto:
    """The parsed file, weights outside it not yet read. Raises ModelError with one sentence."""
    import onnx
    from google.protobuf.message import DecodeError

    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise ModelError(f"{path}: this is a directory, expected an ONNX file.")
        if not stat.S_ISREG(info.st_mode):
            raise ModelError(f"{path}: this is not a regular file, expected an ONNX file.")
        if info.st_size > MAX_BYTES:
            raise ModelError(f"{path}: {info.st_size:,} bytes, more than the limit of 1 GiB.")
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"{path}: no such file.") from None
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror or error}).") from None
    if not data:
        raise ModelError(f"{path}: the file is empty, expected an ONNX model.")
    try:
        model = onnx.load_model_from_string(data)
    except (DecodeError, ValueError):
        raise ModelError(f"{path}: not an ONNX file, or cut short: cannot be decoded.") from None
    if not model.graph.node or not model.graph.output:
        raise ModelError(f"{path}: not an ONNX model: it holds no graph with nodes and outputs.")
    return model


def check_opset(model: ModelProto, path: Path) -> None:
    """ModelError unless the file uses version 11 or newer of the standard operator set."""
    versions = [entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")]
    if not versions:
        raise ModelError(f"{path}: names no version of the standard ONNX operator set.")
    if versions[0] < 11:
        raise ModelError(
            f"{path}: uses opset {versions[0]}; convert it to opset 11 or newer "
            "(onnx.version_converter)."
        )


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
    if dtype.kind == "O":
        raise ModelError(f"{where} holds strings, expected numbers.")
    size = math.prod(shape) * dtype.itemsize
    if size > MAX_BYTES:
        raise ModelError(f"{where} of shape {list(shape)} exceeds the limit of 1 GiB.")
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
