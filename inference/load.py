"""One call from a file to a runner."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from inference.engines import Engine, create, variant
from inference.engines.mojo import Cores, Library, MojoRunner
from inference.engines.packed_cache import Origin, recall, remember

from .errors import EngineError, ModelError
from .mlp import Mlp
from .runner import Provisional, Report, Runner

if TYPE_CHECKING:
    from inference.graph import Model

    from .models import ModelSpec

_GPU_DEVICES = (Path("/dev/nvidiactl"), Path("/dev/kfd"))


def load_model(
    path: Path | str,
    engine: str = "auto",
    device: str = "cpu",
    precision: str = "fp32",
    spec: ModelSpec | None = None,
    threads: int | None = None,
) -> Runner:
    """The network in the ONNX file ``path``, ready to run.

    engine: ``mojo`` (built on first use, a few seconds), ``max`` (compiled on first use), ``numpy``
    or ``auto``: mojo on the CPU, max on the GPU; where mojo cannot be used, numpy with a logged
    warning that says why; or the address of a server, ``http://HOST:PORT``, that has the same
    network under the same name (docs/how-to/serve.md). device: ``cpu``, ``gpu`` or ``auto``: where
    there is a GPU, the faster of the two on this model by a short measurement, else the CPU.
    precision: ``fp32``, and of mojo ``fast`` (16-bit weights) and ``half`` (bfloat16). spec: one of
    ``inference.models`` that the file must serve as; its tensor names are then the runner's.
    threads: that mojo may use, 1 to 256, None for all cores; the results are the same to
    the bit. A file that is no plain MLP may run on numpy whichever was asked for; the runner's
    ``engine`` says so.
    Raises ModelError for a file that cannot be used, EngineError for an engine that cannot.
    """
    cores = Cores.of(threads)
    if device == "auto" and not has_gpu():
        device = "cpu"
    if engine not in ("auto", "mojo") or device != "cpu":
        return _read_and_load(path, engine, device, precision, spec, cores)
    origin = Origin.of(path, spec, precision)
    if ready := recall(origin):
        with suppress(OSError):
            name = variant("mojo", device, precision)
            return Library.at(ready.library).runner(ready, name, cores)
    runner = _read_and_load(path, engine, device, precision, spec, cores)
    if isinstance(runner, MojoRunner):
        remember(origin, runner.ready)
    return runner


def has_gpu() -> bool:
    """Whether there may be a GPU that MAX knows; a look that asks no driver."""
    return sys.platform == "darwin" or any(map(Path.exists, _GPU_DEVICES))


def final_runner(model: Model, engine: Engine, report: Report, cancel: threading.Event) -> Runner:
    """What a prepared ``engine`` gives for ``model`` once it is compiled; may take a minute.

    What it cannot compile runs on numpy, with a logged warning that says why.
    """
    runner = engine.load(model)
    if not isinstance(runner, Provisional):
        return runner
    try:
        return runner.compile(report, cancel)
    except (ModelError, EngineError) as error:
        _warn(f"{error} {model.name} runs on the numpy engine.")
        return create("numpy").load(model)


def _read_and_load(
    path: Path | str,
    engine: str,
    device: str,
    precision: str,
    spec: ModelSpec | None,
    cores: Cores,
) -> Runner:
    from inference.onnx.cache import read_cached  # what was packed before needs none of it

    model = read_cached(path, spec)
    if device != "auto":
        return _load(model, engine, device, precision, cores)
    on_cpu = _load(model, engine, "cpu", precision, cores)
    if engine not in ("auto", "max") or precision != "fp32":
        return on_cpu
    try:
        on_gpu = _load(model, engine, "gpu", precision, cores)
    except EngineError as error:
        _warn(f"{error} Running on the CPU.")
        return on_cpu
    from inference.engines.probe import fastest  # only where there is a choice

    return fastest([on_cpu, on_gpu])


def _load(model: Model, engine: str, device: str, precision: str, cores: Cores) -> Runner:
    if engine != "auto":
        return _run_on(variant(engine, device, precision), model, cores)
    if device == "gpu":
        return _run_on(variant("max", device, precision), model, cores)
    name = variant("mojo", device, precision)
    if not isinstance(model, Mlp):
        return _run_on("numpy", model, cores)
    try:
        return _run_on(name, model, cores)
    except EngineError as error:
        _warn(f"{error} Running on the numpy engine.")
        return _run_on("numpy", model, cores)


def _run_on(name: str, model: Model, cores: Cores) -> Runner:
    engine = create(name, cores)
    never = threading.Event()
    engine.prepare(lambda *_: None, never)
    return final_runner(model, engine, lambda *_: None, never)


def _warn(sentence: str) -> None:
    import logging  # 3 ms, which a start without warnings need not take

    logging.getLogger(__name__).warning(sentence)
