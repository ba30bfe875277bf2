"""Files of the five models' architecture with weights from a seed: for timing, where none ship."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path

import numpy as np

from inference.mlp import Activation
from inference.models import ModelSpec, Shape

_OPSET, _IR_VERSION = 17, 8
_OPERATORS = {Activation.RELU: "Relu", Activation.LEAKY_RELU: "LeakyRelu"}


def write_untrained(spec: ModelSpec, path: Path, seed: int = 0) -> None:
    """An ONNX file that serves as ``spec`` in shapes, layers and size, though not in sense."""
    from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper, save_model

    rng = np.random.default_rng(seed)
    nodes: list[NodeProto] = []
    weights: list[TensorProto] = []

    def dense(name: str, source: str, inputs: int, outputs: int) -> str:
        weight = rng.standard_normal((outputs, inputs), np.float32) * np.float32(
            (2 / inputs) ** 0.5
        )
        bias = np.full(outputs, 0.01, np.float32)
        for part, array in (("weight", weight), ("bias", bias)):
            weights.append(numpy_helper.from_array(array, f"{name}.{part}"))
        names = [source, f"{name}.weight", f"{name}.bias"]
        nodes.append(helper.make_node("Gemm", names, [name], name=name, transB=1))
        return name

    ((tensor, (_, *row)),) = spec.inputs.items()
    widths = (math.prod(n or 1 for n in row), *spec.hidden)
    for number, (inputs, outputs) in enumerate(pairwise(widths)):
        layer = dense(f"layer{number}", tensor, inputs, outputs)
        tensor = f"hidden{number}"
        nodes.append(helper.make_node(_OPERATORS[spec.activation], [layer], [tensor], name=tensor))
    for output, (_, *row) in spec.outputs.items():
        head = dense(f"{output}.head", tensor, widths[-1], math.prod(n or 1 for n in row))
        shape = np.array([0, *(n or 1 for n in row)], np.int64)
        weights.append(numpy_helper.from_array(shape, f"{output}.shape"))
        nodes.append(helper.make_node("Reshape", [head, f"{output}.shape"], [output]))

    def info(name: str, shape: Shape) -> ValueInfoProto:
        sizes = ["batch" if n is None else n for n in shape]
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)

    graph = helper.make_graph(
        nodes,
        spec.name,
        [info(*item) for item in spec.inputs.items()],
        [info(*item) for item in spec.outputs.items()],
        weights,
    )
    opset = helper.make_opsetid("", _OPSET)
    save_model(helper.make_model(graph, opset_imports=[opset], ir_version=_IR_VERSION), path)
