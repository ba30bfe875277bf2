"""ONNX Runtime behind our own server: ``python -m viewer.bench.serve_rival THREADS``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from inference.bench.process import opener
from inference.models import MODELS, ModelSpec
from inference.onnx.reader import read_model
from inference.runner import Runner
from viewer.model.demo import ASSETS
from viewer.serving.running import Settings, serve
from viewer.serving.served import Served, network
from viewer.serving.server import Place

_ROWS = 1024


class OnnxRuntime(Runner):
    """A session of ONNX Runtime as one of our runners."""

    engine = "onnxruntime"

    def __init__(self, path: Path, spec: ModelSpec, threads: int) -> None:
        super().__init__(read_model(path, spec))
        self._network = opener("ort", threads)(path, spec)

    def _forward(self, x: np.ndarray) -> Sequence[np.ndarray]:
        found = self._network.run({self._network.input_name: x})
        return list(found.values() if isinstance(found, Mapping) else found)


def load(threads: int) -> dict[str, Served]:
    """The five models."""
    found: dict[str, Served] = {}
    for name, spec in MODELS.items():
        path = spec.path(ASSETS)
        found[name] = network(name, path, OnnxRuntime(path, spec, threads), _ROWS)
    return found


if __name__ == "__main__":
    count = int(sys.argv[1])
    serve(Settings(Place("127.0.0.1", 0)), lambda: load(count), lambda url: print(url, flush=True))
