"""Reading an ONNX file again without parsing it: where its weights lie is remembered.

An entry in the user's cache is named after the file's bytes, the model that it must serve as and
the source of all that may have shaped it. It says how the layers are connected and at which bytes
of the file their numbers begin, and nothing of it is used unless whole. It holds for plain MLPs
whose weights stand in the file as they are used; all others are parsed each time. A second start
so spares importing ``onnx`` and protobuf, most of what a first inference costs.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.mlp import Activation, Dense, Mlp, Output
from inference.sources import modules
from inference.stamp import STARTED_NS, Stamp
from inference.stored import bound, store
from kernels.host import cache_folder

from .file import read_bytes

if TYPE_CHECKING:
    from inference.graph import Model
    from inference.models import ModelSpec

MAX_ENTRIES = 256
READING = ("inference", "inference/graph", "inference/onnx", "inference/onnx/fold")
"""The folders of the code that understands a file."""
EXTERNAL = b"location"
"""In every file that keeps weights elsewhere, where they may change."""


def read_cached(path: Path | str, spec: ModelSpec | None = None) -> Model:
    """What ``reader.read_model`` gives, sooner when the same file was read before.

    A cache that cannot be read or written is done without. Raises ModelError.
    """
    path = Path(path)
    data = read_bytes(path)
    entry = _entry(data, spec)
    if known := _recall(entry):
        return _build(known, data, path, spec.name if spec else path.stem)
    from .reader import read_model  # and with it onnx

    model = read_model(path, spec, data)
    if isinstance(model, Mlp) and not model.warnings and EXTERNAL not in data:
        _remember(entry, model, data)
    return model


def _entry(data: bytes, spec: ModelSpec | None) -> Path:
    parts = (hashlib.sha256(data).digest(), repr(spec).encode(), _reader_digest())
    return cache_folder().parent / "models" / f"{hashlib.sha256(b''.join(parts)).hexdigest()}.json"


@cache
def _reader_digest() -> bytes:
    """Changes with the reader, so that no entry outlives the code that understood the file."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in modules(*READING))).digest()


def _recall(entry: Path) -> dict[str, Any] | None:
    """What the entry says, if it is there and whole."""
    with suppress(OSError, ValueError):
        digest, _, text = entry.read_text(encoding="utf-8").partition("\n")
        if digest == _digest(text):
            known: dict[str, Any] = json.loads(text)
            return known
    return None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _build(known: dict[str, Any], data: bytes, path: Path, name: str) -> Mlp:
    layers = tuple(
        Dense(
            _array(data, *layer["weight"]),
            _array(data, *layer["bias"]),
            Activation(layer["activation"]),
            layer["slope"],
            layer["source"],
        )
        for layer in known["layers"]
    )
    outputs = tuple(Output(out, layer, tuple(shape)) for out, layer, shape in known["outputs"])
    return Mlp(name, path, known["input"], tuple(known["input_shape"]), layers, outputs)


def _array(data: bytes, offset: int, shape: list[int], transposed: bool) -> np.ndarray:
    """Numbers of the file as an aligned array of its own, in the order they have there."""
    stored = shape[::-1] if transposed else shape
    flat = np.frombuffer(data, "<f4", int(np.prod(stored)), offset)
    array = flat.astype(np.float32).reshape(stored)
    return array.T if transposed else array


def _remember(entry: Path, mlp: Mlp, data: bytes) -> None:
    """Write the entry, if every number of ``mlp`` stands in ``data`` and our code still does.

    Oldest entries go.
    """
    stamps = map(Stamp.of, modules(*READING))
    if any(stamp is None or stamp.changed > STARTED_NS for stamp in stamps):
        return
    layers: list[dict[str, Any]] = []
    for layer in mlp.layers:
        weight, bias = _find(layer.weight, data), _find(layer.bias, data)
        if not (weight and bias):
            return
        parts = {"activation": int(layer.activation), "slope": float(layer.slope)}
        layers.append({"weight": weight, "bias": bias, **parts, "source": layer.source})
    known = {
        "input": mlp.input_name,
        "input_shape": mlp.input_shape,
        "layers": layers,
        "outputs": [(output.name, output.layer, output.shape) for output in mlp.outputs],
    }
    text = json.dumps(known)
    with suppress(OSError):
        store(entry, (f"{_digest(text)}\n{text}".encode(),))
        bound(entry.parent, MAX_ENTRIES, lambda _: 1)


def _find(array: np.ndarray, data: bytes) -> tuple[int, tuple[int, ...], bool] | None:
    """Where the numbers of ``array`` begin in the file, its shape, and whether it is transposed."""
    for transposed in (False, True)[: array.ndim]:
        stored = array.T if transposed else array
        offset = data.find(np.ascontiguousarray(stored, "<f4").tobytes())
        if offset >= 0:
            return offset, array.shape, transposed
    return None
