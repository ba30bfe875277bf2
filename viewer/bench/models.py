"""How long one inference takes: our engines beside ONNX Runtime, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference import load_model
from inference.models import MODELS, ModelSpec

RUNS = 2000
WARM_UP = 50

Call = Callable[[dict[str, np.ndarray]], object]


@dataclass(frozen=True)
class ModelRow:
    """Microseconds of one inference of ``model`` by ``engine``, Python's call included."""

    model: str
    engine: str
    batch: int
    p50: float
    p95: float
    p99: float


def measure_models(assets: Path, batch: int = 1, runs: int = RUNS) -> list[ModelRow]:
    """A row per model that exists in ``assets`` and engine: mojo, numpy and ONNX Runtime.

    The engines take turns call by call, so that a disturbance of the machine meets all of them.
    ONNX Runtime runs on one thread, as mojo does; numpy on as many as its BLAS likes. Without
    onnxruntime installed its rows are missing. Raises EngineError when the kernel cannot be built.
    """
    return [
        row
        for spec in MODELS.values()
        if spec.available(assets)
        for row in _measure(spec, spec.path(assets), batch, runs)
    ]


def _measure(spec: ModelSpec, path: Path, batch: int, runs: int) -> list[ModelRow]:
    calls: dict[str, Call] = {name: load_model(path, name).run for name in ("mojo", "numpy")}
    rival = _onnx_runtime(path)
    if rival is not None:
        calls["onnxruntime"] = rival
    rng = np.random.default_rng(0)
    inputs = {
        name: rng.standard_normal([size or batch for size in shape], np.float32)
        for name, shape in spec.inputs.items()
    }
    seconds = np.empty((runs + WARM_UP, len(calls)))
    for run in seconds:
        for i, call in enumerate(calls.values()):
            started = time.perf_counter()
            call(inputs)
            run[i] = time.perf_counter() - started
    percentiles = np.percentile(seconds[WARM_UP:], (50, 95, 99), axis=0).T * 1e6
    return [
        ModelRow(spec.name, engine, batch, *(float(value) for value in row))
        for engine, row in zip(calls, percentiles, strict=True)
    ]


def _onnx_runtime(path: Path) -> Call | None:
    try:
        import onnxruntime
    except ImportError:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    return lambda inputs: session.run(None, inputs)
