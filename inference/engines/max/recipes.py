"""What MAX compiles for us, and how it is named in the cache. Imports no MAX."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

import numpy as np

from inference.errors import EngineError
from inference.graph import GraphModel, Model
from inference.mlp import Mlp
from inference.sources import ROOT, modules
from kernels.build import SOURCE, sources
from kernels.cache import Recipe, fingerprint
from kernels.host import cpu

from .layout import architectures, layout

FUSED_SECONDS = 20.0
DENSE_SECONDS = 120.0
GRAPH_SECONDS = 60.0
LIMIT_SECONDS = 1800.0
ROOM = 64 * 2**20
OP_PACKAGE = SOURCE.parent / "mlp_op"


@dataclass(frozen=True)
class Job:
    """What to compile: ``model``, or without one the five models of the contract.

    device: ``cpu`` or ``gpu``. target: which GPU. width, rows: what the kernel packs for.
    """

    device: str
    model: Model | None = None
    target: str = ""
    width: int = 0
    rows: int = 0


def installed() -> Path:
    """The folder of the ``max`` package. Raises EngineError when it is not there."""
    found = util.find_spec("max.engine") if util.find_spec("max") else None
    if found is None or found.origin is None:
        raise EngineError("The max engine needs MAX: install it with pip install max==26.7.0.")
    return Path(found.origin).parents[1]


def recipe(job: Job) -> Recipe:
    """How the compiled module (``.mef``) of ``job`` is made. Raises EngineError without MAX."""
    installed()

    def command(target: Path) -> list[str]:
        order = target.with_suffix(".job")
        order.write_bytes(pickle.dumps(job))
        module = f"{__package__}.compile"
        return [sys.executable, "-m", module, str(target.resolve()), str(order.resolve())]

    return Recipe(
        title=_title(job),
        stem="max",
        suffix=".mef",
        key=_key(job),
        command=command,
        estimate=_estimate(job),
        limit=LIMIT_SECONDS,
        room=ROOM,
        cwd=ROOT,
    )


def _title(job: Job) -> str:
    what = "the five models" if job.model is None else job.model.name
    return f"{what} for MAX" if job.device == "cpu" else f"{what} for MAX on the GPU"


def _estimate(job: Job) -> float:
    if job.model is None:
        return FUSED_SECONDS if job.device == "cpu" else DENSE_SECONDS
    return GRAPH_SECONDS


def _key(job: Job) -> str:
    """Another MAX, CPU, GPU, kernel, network or version of the code that builds its graph."""
    words = [metadata.version("max"), cpu(), job.device, job.target, f"{job.width} {job.rows}"]
    return fingerprint(*words, *_code(job), *_network(job.model))


_ALWAYS = ("inference/errors.py", "inference/mlp.py", "inference/engines/max/compile.py")
_OF_MLPS = (
    "inference/models.py",
    "inference/engines/packing.py",
    "inference/engines/max/graphs.py",
    "inference/engines/max/layout.py",
    "inference/lowering/activations.py",
)


def builders(job: Job) -> list[Path]:
    """Our own code that shapes the module of ``job``."""
    always = [ROOT / name for name in _ALWAYS]
    if isinstance(job.model, GraphModel):
        return [*always, *modules("inference/graph", "inference/lowering")]
    return [*always, *(ROOT / name for name in _OF_MLPS)]


def _code(job: Job) -> Iterator[bytes]:
    yield from (path.read_bytes() for path in builders(job))
    if job.device == "cpu" and not isinstance(job.model, GraphModel):
        yield from (*sources(), *sources(OP_PACKAGE))


def _network(model: Model | None) -> Iterator[str | bytes]:
    """What tells one network from another: of an MLP its layout, of a graph all of it."""
    if model is None:
        yield from (name + repr(layout(mlp)) for name, mlp in architectures().items())
    elif isinstance(model, Mlp):
        yield repr(layout(model))
    else:
        graph = model.graph
        yield repr((graph.opset, graph.inputs, graph.outputs, model.batch, model.input_shape))
        yield repr(model.outputs)
        for node in graph.nodes:
            yield repr((node.op, node.inputs, node.outputs))
            yield from _values(node.attributes)
        yield from _values(graph.constants)


def _values(named: Mapping[str, Any]) -> Iterator[str | bytes]:
    for name, value in sorted(named.items()):
        yield name
        if isinstance(value, np.ndarray):
            yield f"{value.dtype} {value.shape}"
            yield np.ascontiguousarray(value).tobytes()
        else:
            yield repr(value)
