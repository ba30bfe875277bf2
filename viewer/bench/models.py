"""How long one inference takes: our engines beside ONNX Runtime, in one run."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from inference import EngineError, load_model
from inference.models import MODELS, ModelSpec

from .measurement import Measurement

ASSETS = Path(__file__).resolve().parents[2] / "assets"
RUNS = 2000
WARM_UP = 50

Call = Callable[[dict[str, np.ndarray]], object]


def measure_models(assets: Path = ASSETS, runs: int = RUNS) -> list[Measurement]:
    """One inference at batch 1, Python's call included, of each model that exists in ``assets``.

    The mojo engine beside numpy and ONNX Runtime, p50, p95 and p99. The engines take turns call
    by call, so that a disturbance of the machine meets all of them. ONNX Runtime runs on one
    thread, as mojo does; numpy on as many as its BLAS likes. Without onnxruntime it is not named.
    Raises RuntimeError with a sentence when the kernel cannot be built.
    """
    try:
        return [
            measurement
            for spec in MODELS.values()
            if spec.available(assets)
            for measurement in _measure(spec, spec.path(assets), runs)
        ]
    except EngineError as error:
        raise RuntimeError(str(error)) from error


def _measure(spec: ModelSpec, path: Path, runs: int) -> list[Measurement]:
    mojo = load_model(path, "mojo")
    rivals: dict[str, Call] = {"numpy": load_model(path, "numpy").run}
    onnx_runtime = _onnx_runtime(path)
    if onnx_runtime is not None:
        rivals = {"ONNX Runtime": onnx_runtime, **rivals}
    rng = np.random.default_rng(0)
    inputs = {
        name: rng.standard_normal([size or 1 for size in shape], np.float32)
        for name, shape in spec.inputs.items()
    }
    calls = [mojo.run, *rivals.values()]
    seconds = np.empty((runs + WARM_UP, len(calls)))
    for run in seconds:
        for i, call in enumerate(calls):
            started = time.perf_counter()
            call(inputs)
            run[i] = time.perf_counter() - started
    measured = []
    for percent in (50, 95, 99):
        ours, *theirs = np.percentile(seconds[WARM_UP:], percent, axis=0) * 1e6
        beside = (f"{name} {t:.1f} µs" for name, t in zip(rivals, theirs, strict=True))
        name = f"{spec.title} on mojo, batch 1, p{percent}"
        measured.append(Measurement(name, float(ours), "µs", rival=", ".join(beside)))
    return measured


def _onnx_runtime(path: Path) -> Call | None:
    try:
        import onnxruntime
    except ImportError:
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    return lambda inputs: session.run(None, inputs)
