"""One call from a file to a runner."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

from .engines import create, variant
from .errors import EngineError
from .graph.graph import GraphModel
from .loading import final_runner
from .model_cache import read_cached
from .models import ModelSpec
from .probe import fastest
from .runner import Model, Runner

_log = logging.getLogger(__name__)
_GPU_DEVICES = (Path("/dev/nvidiactl"), Path("/dev/kfd"))


def load_model(
    path: Path | str,
    engine: str = "auto",
    device: str = "cpu",
    precision: str = "fp32",
    spec: ModelSpec | None = None,
) -> Runner:
    """The network in the ONNX file ``path``, ready to run.

    engine: ``mojo`` (built on first use, a few seconds), ``max`` (compiled on first use), ``numpy``
    or ``auto``: mojo on the CPU, max on the GPU; where mojo cannot be used, numpy with a logged
    warning that says why. device: ``cpu``, ``gpu`` or ``auto``: where there is a GPU, the faster
    of the two on this model by a short measurement, else the CPU. precision: ``fp32``, and of
    mojo ``fast`` (16-bit weights) and ``half`` (bfloat16). spec: one of ``inference.models`` that
    the file must serve as; its tensor names are then the runner's. A file that is no plain MLP
    may run on numpy whichever was asked for; the runner's ``engine`` says so.
    Raises ModelError for a file that cannot be used, EngineError for an engine that cannot.
    """
    model = read_cached(path, spec)
    if device != "auto":
        return _load(model, engine, device, precision)
    on_cpu = _load(model, engine, "cpu", precision)
    if engine not in ("auto", "max") or precision != "fp32" or not has_gpu():
        return on_cpu
    try:
        on_gpu = _load(model, engine, "gpu", precision)
    except EngineError as error:
        _log.warning("%s Running on the CPU.", error)
        return on_cpu
    return fastest([on_cpu, on_gpu])


def has_gpu() -> bool:
    """Whether there may be a GPU that MAX knows; a look that asks no driver."""
    return sys.platform == "darwin" or any(map(Path.exists, _GPU_DEVICES))


def _load(model: Model, engine: str, device: str, precision: str) -> Runner:
    if engine != "auto":
        return _run_on(variant(engine, device, precision), model)
    if device == "gpu":
        return _run_on(variant("max", device, precision), model)
    name = variant("mojo", device, precision)
    if isinstance(model, GraphModel):
        return _run_on("numpy", model)
    try:
        return _run_on(name, model)
    except EngineError as error:
        _log.warning("%s Running on the numpy engine.", error)
        return _run_on("numpy", model)


def _run_on(name: str, model: Model) -> Runner:
    engine = create(name)
    never = threading.Event()
    engine.prepare(lambda *_: None, never)
    return final_runner(model, engine, lambda *_: None, never)
