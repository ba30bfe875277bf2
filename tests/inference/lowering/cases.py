"""ONNX's node cases as graphs of one MAX module, compiled in a process of its own and kept.

``python -m tests.inference.lowering.cases TARGET NAME…`` writes the compiled cases to TARGET.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from max.driver import CPU, Buffer
from max.dtype import DType
from max.engine import InferenceSession, Model, read
from max.graph import DeviceRef, Graph, Module, TensorType
from ml_dtypes import bfloat16

from inference.graph import graph as onnx
from inference.graph.registry import Refusal
from inference.lowering.registry import dtype_in_max
from inference.lowering.trace import NotLowered, lower, trace
from kernels.cache import Recipe, fingerprint, obtain
from kernels.host import cpu
from tests.inference.lowering.nets import NETS, net
from tests.inference.onnx.test_onnx_backend import CASES, LISTED, array, graph_of

ROOT = Path(__file__).resolve().parents[3]
SHAPING = {
    "Reshape": {1},
    "Expand": {1},
    "ConstantOfShape": {0},
    "Slice": {1, 2, 3, 4},
    "Pad": {1, 2, 3},
    "Split": {1},
    "Squeeze": {1},
    "Unsqueeze": {1},
    "Dropout": {1, 2},
    **{f"Reduce{name}": {1} for name in ("Sum", "Mean", "Max", "Min")},
}
"""Inputs that say how, not on what: in MAX they are constants, as they are in a model's file."""


@dataclass(frozen=True)
class NodeCase:
    """A case with its shaping inputs as constants; ``inputs`` are the others, in order."""

    graph: onnx.Graph
    inputs: Mapping[str, np.ndarray]
    expected: Sequence[np.ndarray]
    rtol: float
    atol: float


LISTED_CASES = [
    name
    for name, case in CASES.items()
    if {node.op_type for node in case.model.graph.node} <= {*LISTED.split(), "Erf"}
]
CHUNK = 64
"""Cases that are compiled together: one costs some 15 s, each further one little."""


def node_case(name: str) -> NodeCase:
    case = CASES[name]
    graph = graph_of(case)
    ((inputs, expected),) = case.data_sets
    feeds = dict(zip(graph.inputs, map(array, inputs), strict=True))
    shaping: set[str] = set()
    for node in reversed(graph.nodes):
        if node.op != "Shape" and shaping & set(node.outputs):
            shaping |= set(node.inputs)
        shaping |= {n for i, n in enumerate(node.inputs) if i in SHAPING.get(node.op, ())}
    fixed = {tensor: feeds.pop(tensor) for tensor in list(feeds) if tensor in shaping}
    graph = replace(graph, constants={**graph.constants, **fixed}, inputs=tuple(feeds))
    return NodeCase(graph, feeds, [array(value) for value in expected], case.rtol, case.atol)


def grouped(names: Sequence[str]) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Cases with one and the same graph under the first of them, and why others have none."""
    groups: dict[str, list[str]] = {}
    refused = {}
    for name in names:
        case, alone = node_case(name), Module()
        try:
            _build(case, Graph("case", input_types=_types(case), module=alone))
        except (Refusal, NotLowered) as reason:
            refused[name] = str(reason)
        else:
            groups.setdefault(str(alone.mlir_module), []).append(name)
    return {alike[0]: alike for alike in groups.values()}, refused


def lowered(names: Sequence[str]) -> Module:
    """One module with a graph for each case or network."""
    module = Module()
    for name in names:
        if name in NETS:
            lower(net(name), DeviceRef.CPU(), module, name)
        else:
            case = node_case(name)
            _build(case, Graph(name, input_types=_types(case), module=module))
    return module


def _types(case: NodeCase) -> list[TensorType]:
    cpu_device = DeviceRef.CPU()
    return [TensorType(dtype_in_max(a.dtype), a.shape, cpu_device) for a in case.inputs.values()]


def _build(case: NodeCase, graph: Graph) -> None:
    with graph:
        inputs = {name: x.tensor for name, x in zip(case.inputs, graph.inputs, strict=True)}
        graph.output(*trace(case.graph, inputs, DeviceRef.CPU()))


def compiled(names: Sequence[str]) -> dict[str, Model]:
    """The lowered cases, ready to run. Raises BuildError when MAX cannot compile them."""
    module = lowered(names)
    recipe = Recipe(
        title="the node cases",
        stem="node-cases",
        suffix=".mef",
        key=fingerprint(str(module.mlir_module), version("max"), cpu()),
        command=lambda target: [sys.executable, "-m", __name__, str(target), *names],
        estimate=60,
        limit=1800,
        room=1 << 28,
        cwd=ROOT,
    )
    path = obtain(recipe, lambda *_: None, threading.Event())
    return InferenceSession(devices=[CPU()]).init_all(read(path))


def run(model: Model, inputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """NumPy has no bfloat16 that MAX takes: such arrays change hands as uint16."""
    given = []
    for value in inputs.values():
        whole = np.require(value, requirements="C")
        raw = whole.view(np.uint16) if whole.dtype == bfloat16 else whole
        buffer = Buffer.from_numpy(raw)
        given.append(buffer.view(DType.bfloat16) if whole.dtype == bfloat16 else buffer)
    return [_array(buffer) for buffer in model.execute(*given)]


def _array(buffer: Buffer) -> np.ndarray:
    if buffer.dtype != DType.bfloat16:
        return buffer.to_numpy()
    return buffer.view(DType.uint16).to_numpy().view(bfloat16)


def differs(case: NodeCase, found: Sequence[np.ndarray]) -> str:
    """How the outputs differ from what ONNX expects; "" when they do not."""
    try:
        for made, right in zip(found, case.expected, strict=True):
            kinds = [(str(array.dtype), array.shape) for array in (made, right)]
            assert kinds[0] == kinds[1], f"{kinds[0]}, not {kinds[1]}"
            if right.dtype == bfloat16:
                made, right = made.astype(np.float32), right.astype(np.float32)
            np.testing.assert_allclose(made, right, rtol=case.rtol, atol=case.atol)
    except (AssertionError, ValueError) as error:
        return (
            " ".join(str(error).split())
            or f"{made.dtype} {made.shape}, not {right.dtype} {right.shape}"
        )
    return ""


if __name__ == "__main__":
    InferenceSession(devices=[CPU()]).compile(lowered(sys.argv[2:])).export_mef(sys.argv[1])
    sys.stdout.flush()
    os._exit(0)  # MAX's threads may abort a process that ends while they live
