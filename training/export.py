"""Plain ONNX files of trained networks, and the check that they say what torch says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import NodeProto, TensorProto, helper, numpy_helper
from torch import nn

from motion.files import whole_file

OPSET = 17
IR_VERSION = 8
PRODUCER = "stridescope"

Shape = tuple[int | None, ...]


class Graph:
    """Nodes and weights of a network, gathered layer by layer."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.weights: list[TensorProto] = []

    def linear(self, name: str, layer: nn.Linear, source: str, target: str) -> None:
        """``layer`` as one Gemm from tensor ``source`` to tensor ``target``."""
        for kind, value in (("weight", layer.weight), ("bias", layer.bias)):
            self.constant(f"{name}.{kind}", value.detach().numpy().astype(np.float32))
        inputs = [source, f"{name}.weight", f"{name}.bias"]
        self.node("Gemm", inputs, target, name=name, transB=1)

    def constant(self, name: str, value: np.ndarray) -> None:
        self.weights.append(numpy_helper.from_array(value, name))

    def node(self, kind: str, inputs: Sequence[str], target: str, **attributes: Any) -> None:
        self.nodes.append(helper.make_node(kind, inputs, [target], **attributes))

    def save(
        self, path: Path, name: str, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]
    ) -> None:
        """Write the checked model, whole or not at all; ``None`` in a shape is the batch axis."""
        graph = helper.make_graph(
            self.nodes, name, _infos(inputs), _infos(outputs), initializer=self.weights
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], producer_name=PRODUCER)
        model.ir_version = IR_VERSION
        onnx.checker.check_model(model, full_check=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as part:
            part.write_bytes(model.SerializeToString())


def _infos(shapes: Mapping[str, Shape]) -> list[onnx.ValueInfoProto]:
    return [
        helper.make_tensor_value_info(
            name, TensorProto.FLOAT, ["batch" if size is None else size for size in shape]
        )
        for name, shape in shapes.items()
    ]


class OnnxModel:
    """An ONNX file in ONNX Runtime, on one thread of the CPU."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def run(self, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Its outputs by name."""
        names = [output.name for output in self._session.get_outputs()]
        return dict(zip(names, self._session.run(names, dict(inputs)), strict=True))


def run_onnx(path: Path, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Outputs of an ONNX file that is run once."""
    return OnnxModel(path).run(inputs)


def load_perceptron(path: Path) -> nn.Sequential:
    """The Gemm and Relu layers of an exported file, in order, for gradients in torch."""
    model = onnx.load(path)
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    layers: list[nn.Module] = []
    for node in model.graph.node:
        if node.op_type == "Relu":
            layers.append(nn.ReLU())
        elif node.op_type == "Gemm":
            weight, bias = (torch.from_numpy(weights[name].copy()) for name in node.input[1:3])
            layer = nn.Linear(weight.shape[1], weight.shape[0])
            layer.weight, layer.bias = nn.Parameter(weight), nn.Parameter(bias)
            layers.append(layer)
    return nn.Sequential(*layers).requires_grad_(False)
