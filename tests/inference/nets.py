"""ONNX files with random weights, made node by node."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper, save_model

from inference.models import MODELS

LAYERS = {
    "deepphase": (132, 256, 128, 32, 2),
    "stylevae_encoder": (4380, 512, 256, 256),
    "stylevae_decoder": (256, 256, 512, 4380),
    "deepmimic_actor": (197, 1024, 512, 36),
    "deepmimic_critic": (197, 1024, 512, 1),
}


def save(
    path: Path,
    nodes: Sequence[NodeProto],
    weights: dict[str, np.ndarray],
    x: tuple[str, Sequence[int | str]],
    outputs: Sequence[str],
    opset: int = 17,
) -> Path:
    """An ONNX file with one input ``x`` (name, shape)."""
    graph = helper.make_graph(
        list(nodes),
        "net",
        [helper.make_tensor_value_info(x[0], TensorProto.FLOAT, x[1])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    save_model(model, path)
    return path


def dense(rng: np.random.Generator, inputs: int, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """A weight (outputs, inputs) that keeps the size of its input, and a bias (outputs,)."""
    weight = rng.standard_normal((outputs, inputs)) * np.sqrt(2 / inputs)
    return weight.astype(np.float32), (0.1 * rng.standard_normal(outputs)).astype(np.float32)


def save_chain(
    path: Path,
    widths: Sequence[int],
    activation: str = "Relu",
    last: str | None = None,
    seed: int = 0,
    opset: int = 17,
    **attributes: Any,
) -> Path:
    """``x`` [batch, widths[0]] through dense layers to ``y``, ``last`` acting on the last one."""
    rng = np.random.default_rng(seed)
    nodes, weights, tensor = [], {}, "x"
    for i, (inputs, outputs) in enumerate(pairwise(widths)):
        weights[f"w{i}"], weights[f"b{i}"] = dense(rng, inputs, outputs)
        nodes.append(helper.make_node("Gemm", [tensor, f"w{i}", f"b{i}"], [f"g{i}"], transB=1))
        acting = activation if i < len(widths) - 2 else last or "Identity"
        extra = attributes if acting == activation else {}
        nodes.append(helper.make_node(acting, [f"g{i}"], [tensor := f"a{i}"], **extra))
    nodes.append(helper.make_node("Identity", [tensor], ["y"]))
    return save(path, nodes, weights, ("x", ["batch", widths[0]]), ["y"], opset)


def save_model_like(name: str, path: Path, seed: int = 0) -> Path:
    """A file with the tensors and layers of one of the five models, its weights random."""
    spec, widths = MODELS[name], LAYERS[name]
    ((x, _),) = spec.inputs.items()
    rng = np.random.default_rng(seed)
    weights: dict[str, np.ndarray] = {}
    nodes = []

    def layer(source: str, index: str, inputs: int, outputs: int) -> str:
        weights[f"w{index}"], weights[f"b{index}"] = dense(rng, inputs, outputs)
        names = [source, f"w{index}", f"b{index}"]
        nodes.append(helper.make_node("Gemm", names, [f"g{index}"], transB=1))
        return f"g{index}"

    tensor = x
    for i, (inputs, outputs) in enumerate(pairwise(widths[:-1])):
        tensor = layer(tensor, str(i), inputs, outputs)
        acting = "LeakyRelu" if name == "deepphase" else "Relu"
        nodes.append(helper.make_node(acting, [tensor], [f"a{i}"]))
        tensor = f"a{i}"
    for output, shape in spec.outputs.items():
        result = layer(tensor, output, widths[-2], widths[-1])
        weights[f"shape_{output}"] = np.array([-1, *shape[1:]], np.int64)
        nodes.append(helper.make_node("Reshape", [result, f"shape_{output}"], [output]))
    return save(path, nodes, weights, (x, ["batch", widths[0]]), list(spec.outputs))
