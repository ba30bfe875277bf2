"""The process of a contestant: ``python -m inference.bench.process NAME [THREADS]``.

NAME: a variant of our engines, ``ort``, or a bare call of a library: ``memory``,
``kernel``, ``peak``.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import numpy as np

from inference.engines import variant_of
from inference.engines.mojo import Cores, MojoEngine, MojoRunner
from inference.errors import EngineError
from inference.load import load_model
from inference.mlp import Mlp
from inference.models import ModelSpec
from inference.onnx.reader import read_model

from .limits import Multiplier
from .memory import Reader
from .network import Network, Open
from .server import serve


def opener(name: str, threads: int = 1) -> Open:
    """How the contestant ``name`` opens a file; ``threads`` are ONNX Runtime's."""
    if name == "ort":
        return lambda path, spec: _onnx_runtime(path, spec, threads)
    bare = {"memory": _weights, "kernel": _kernel, "peak": _peak}
    return bare.get(name) or (lambda path, spec: _engine(name, path, spec))


def _engine(name: str, path: Path, spec: ModelSpec | None) -> Network:
    """A network on that very variant; EngineError where another engine would run it."""
    chosen = variant_of(name)
    runner = load_model(path, chosen.engine, chosen.device, chosen.precision, spec)
    return Network(next(iter(runner.inputs)), runner.run, runner.engine)


def _onnx_runtime(path: Path, spec: ModelSpec | None, threads: int) -> Network:
    try:
        import onnxruntime  # not everywhere, and in no other contestant's process
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
    parameters = read_model(path, spec).parameters
    reader = Reader(parameters * np.dtype(np.float32).itemsize)
    return Network("", lambda _: reader.read(), "memory")


def _peak(path: Path, spec: ModelSpec | None) -> Network:
    """As many multiply-adds as the model's rows need, on one thread."""
    model = read_model(path, spec)
    if not isinstance(model, Mlp):
        raise EngineError(f"{path}: the multiply-adds of plain MLPs only are counted.")
    multiplier = Multiplier(model.products)
    return Network(model.input_name, lambda x: multiplier.run(len(x[model.input_name])), "peak")


def _kernel(path: Path, spec: ModelSpec | None) -> Network:
    """Our fp32 kernel on one thread, called as ``_weights`` calls its reader: one row, no more."""
    engine = MojoEngine(cores=Cores.of(1))
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


if __name__ == "__main__":
    serve(opener(sys.argv[1], *map(int, sys.argv[2:])))
