"""Who takes part: our engines' variants, ONNX Runtime, PyTorch, and bare memory."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from inference.engines import VARIANTS
from inference.engines.mojo import MojoEngine, MojoRunner
from inference.errors import EngineError
from inference.load import load_model
from inference.models import ModelSpec
from inference.onnx.reader import read_model

from .server import Network, Open
from .start import OURS

_SERVER = "inference.bench.server"


def cores() -> int:
    """Cores that this process may use."""
    if sys.platform.startswith("linux"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Rival:
    """module: what ``python -m`` runs, with arguments, under ``environment``.

    start: what ``python`` runs, the model's file left out, for one fresh process; () for none.
    packages: the distributions that it needs beyond ours.
    """

    name: str
    title: str
    module: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    start: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()


SECOND_CORE = "mojo-2"
"""Our kernel in fp32 where it may use a second core while that is idle."""
_CORES = "STRIDESCOPE_CORES"
_PACKAGES = {"max": ("max", "max-core", "max-mojo-libs", "max-shmem-libs")}


def _ours() -> Iterator[Rival]:
    for name, chosen in VARIANTS.items():
        environment = {_CORES: "1"} if chosen.engine == "mojo" else {}
        started = (OURS, name) if chosen.precision == "fp32" else ()
        packages = _PACKAGES.get(chosen.engine, ())
        yield Rival(name, name, (_SERVER, name), environment, started, packages)
        if name == "mojo":
            title = "mojo, second core when idle"
            yield Rival(SECOND_CORE, title, (_SERVER, name), {_CORES: "2"})


def _theirs() -> Iterator[Rival]:
    every = cores()
    counts = (1, every) if every > 1 else (1,)
    for count in counts:
        start = (OURS, "ort") if count == 1 else ()
        title, server = f"ONNX Runtime, {_threads(count)}", (_SERVER, "ort", str(count))
        yield Rival(f"ort-{count}", title, server, {}, start, ("onnxruntime",))
    for count in counts:
        start = ("-m", "training.rival.start") if count == 1 else ()
        module = ("training.rival.process", str(count))
        environment = {"OMP_NUM_THREADS": str(count)}
        title = f"PyTorch, {_threads(count)}"
        yield Rival(f"torch-{count}", title, module, environment, start, ("torch",))


def _threads(count: int) -> str:
    return f"{count} thread{'s' if count > 1 else ''}"


RIVALS: Mapping[str, Rival] = {rival.name: rival for rival in (*_ours(), *_theirs())}
MEMORY = Rival("memory", "reading the weights", (_SERVER, "memory"))
KERNEL = Rival("kernel", "the kernel alone", (_SERVER, "kernel"))


def opener(name: str, threads: int = 1) -> Open:
    """How the contestant ``name`` opens a file: a variant of our engines, ``ort`` or a bare one."""
    if name == "ort":
        return lambda path, spec: _onnx_runtime(path, spec, threads)
    bare = {MEMORY.name: _weights, KERNEL.name: _kernel}
    return bare.get(name) or (lambda path, spec: _engine(name, path, spec))


def _engine(name: str, path: Path, spec: ModelSpec | None) -> Network:
    """A network on that very variant; EngineError where another engine would run it."""
    chosen = VARIANTS[name]
    runner = load_model(path, chosen.engine, chosen.device, chosen.precision, spec)
    return Network(next(iter(runner.inputs)), runner.run, runner.engine)


def _onnx_runtime(path: Path, spec: ModelSpec | None, threads: int) -> Network:
    try:
        import onnxruntime
    except ImportError as error:
        raise EngineError(f"onnxruntime is not installed ({error}).") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    if spec and set(spec.outputs) == set(names):
        names = list(spec.outputs)
    input_name = session.get_inputs()[0].name
    return Network(input_name, lambda inputs: session.run(names, inputs), "onnxruntime")


def _weights(path: Path, spec: ModelSpec | None) -> Network:
    from .memory import Reader

    parameters = read_model(path, spec).parameters
    reader = Reader(parameters * np.dtype(np.float32).itemsize)
    return Network("", lambda _: reader.read(), "memory")


def _kernel(path: Path, spec: ModelSpec | None) -> Network:
    """Our fp32 kernel on one thread, called as ``_weights`` calls its reader: one row, no more."""
    engine = MojoEngine(cores=1)
    engine.prepare(lambda *_: None, threading.Event())
    runner = engine.load(read_model(path, spec))
    if not isinstance(runner, MojoRunner):
        raise EngineError(f"{path}: the kernel runs plain MLPs only.")
    ((name, (_, *row)),) = runner.inputs.items()
    call = runner.bare(np.ones((1, *(size or 1 for size in row)), np.float32))

    def run(_: object) -> tuple[()]:
        call()
        return ()

    return Network(name, run, "mojo")
