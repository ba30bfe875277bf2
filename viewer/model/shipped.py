"""The models that ship: what is there of them, and running one over many rows."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inference.models import MODELS, ModelSpec

from .demo import ASSETS
from .notice import Refused, sentence

if TYPE_CHECKING:
    from inference import Runner
    from inference.graph import Model

Track = Callable[[Iterable[int], int, str], Iterable[int]]
"""Yields the items that it gets, tells how many of so many are done, and of what."""
_CHUNK = 256


def untracked(items: Iterable[int], total: int, label: str) -> Iterable[int]:
    """A Track that tells nothing."""
    return items


def describe_shipped(spec: ModelSpec) -> dict[str, Any]:
    """Title, status and, of a model that is there, its size, sha256 and whether they agree."""
    result: dict[str, Any] = {
        "model": spec.name,
        "title": spec.title,
        "file": str(spec.path(ASSETS)),
        "status": spec.status(ASSETS),
        "inputs": {name: list(shape) for name, shape in spec.inputs.items()},
        "outputs": {name: list(shape) for name, shape in spec.outputs.items()},
    }
    if not spec.available(ASSETS):
        if spec.file in manifest_text():
            result["status"] = "missing, though manifest.json lists it"
        return result
    from inference import ModelError
    from inference.onnx.reader import read_model

    try:
        result["parameters"] = read_model(spec.path(ASSETS), spec).parameters
    except ModelError as error:
        result["status"] = sentence(error)
    result["sha256"] = hashlib.sha256(spec.path(ASSETS).read_bytes()).hexdigest()
    if result["sha256"] not in manifest_text():
        result["status"] = "differs from manifest.json"
    return result


def manifest_text() -> str:
    """The manifest of the shipped models as one line of JSON; "" when it is not there."""
    path = ASSETS / "models" / "manifest.json"
    try:
        return json.dumps(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return ""


def load_shipped(
    name: str, engine: str, device: str, precision: str, file: Path | None = None
) -> Runner:
    """The runner of a shipped model, or of a person's own ``file`` of its shapes.

    Raises Refused: the file is not there, or is none, or has other shapes.
    """
    from inference import EngineError, ModelError, load_model

    spec = MODELS[name]
    path = file or _shipped_file(spec)
    try:
        return load_model(path, engine, device, precision, spec)
    except (ModelError, EngineError) as error:
        raise Refused(sentence(error)) from error


def read_shipped(name: str, file: Path | None = None) -> Model:
    """The network of a shipped model, or of a person's own ``file``, to look inside.

    Refused as ``load_shipped`` does.
    """
    from inference import ModelError
    from inference.onnx.cache import read_cached

    try:
        return read_cached(file or _shipped_file(MODELS[name]), MODELS[name])
    except ModelError as error:
        raise Refused(sentence(error)) from error


def _shipped_file(spec: ModelSpec) -> Path:
    path = spec.path(ASSETS)
    if not path.is_file():
        raise Refused(f"{spec.title} is not trained yet: {path} is missing.")
    return path


def rows_for(model: Model, frames: np.ndarray) -> np.ndarray:
    """``frames`` (T, n) in the shape of the model's input; as they are where that is another size,
    for the model to refuse."""
    fits = math.prod(frames.shape[1:]) == math.prod(model.input_shape)
    return frames.reshape(len(frames), *model.input_shape) if fits else frames


def run_chunked(
    runner: Runner, rows: np.ndarray, output: str, track: Track = untracked
) -> np.ndarray:
    """The tensor ``output`` for all ``rows``, a chunk at a time."""
    (name,) = runner.inputs
    starts = range(0, max(len(rows), 1), _CHUNK)
    parts = [
        runner.run({name: rows[start : start + _CHUNK]})[output]
        for start in track(starts, len(starts), runner.name)
    ]
    return np.concatenate(parts)
