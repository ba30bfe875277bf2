"""Small random networks of the contract's shapes, written as ONNX."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Network:
    """A multi-layer perceptron being written: nodes, weights and the last tensor."""

    def __init__(self, source: str, width: int, seed: int) -> None:
        self.source, self.width, self.last = source, width, source
        self._rng = np.random.default_rng(seed)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def dense(self, fan_in: int, fan_out: int, gain: float, bias: np.ndarray | None = None) -> str:
        weight = self._rng.standard_normal((fan_out, fan_in)) * gain / np.sqrt(fan_in)
        bias = np.zeros(fan_out) if bias is None else bias
        names = [self._keep(array.astype(np.float32)) for array in (weight, bias)]
        return self._add("Gemm", [self.last, *names], transB=1)

    def hidden(self, sizes: tuple[int, ...], activation: str) -> Network:
        for fan_in, fan_out in pairwise(sizes):
            self.last = self.dense(fan_in, fan_out, np.sqrt(2))
            self.last = self._add(activation, [self.last])
        return self

    def output(self, name: str, tensor: str, shape: tuple[int, ...]) -> Network:
        target = self._keep(np.array([-1, *shape], np.int64))
        self._nodes.append(helper.make_node("Reshape", [tensor, target], [name]))
        self._outputs.append(_tensor(name, shape))
        return self

    def save(self, path: Path) -> None:
        source = _tensor(self.source, (self.width,))
        graph = helper.make_graph(self._nodes, path.stem, [source], self._outputs, self._weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 9
        onnx.save(model, path)

    def _keep(self, array: np.ndarray) -> str:
        name = f"constant{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(array, name))
        return name

    def _add(self, op: str, inputs: list[str], **attributes: int) -> str:
        name = f"tensor{len(self._nodes)}"
        self._nodes.append(helper.make_node(op, inputs, [name], **attributes))
        return name


def write_models(folder: Path, resting: np.ndarray, seed: int = 7) -> None:
    """DeepPhase, encoder and decoder in ``folder``; decoded windows surround ``resting``.

    resting: motion features (60, 73).
    """
    folder.mkdir(parents=True, exist_ok=True)
    phase = Network("frame", 132, seed).hidden((132, 256, 128, 32), "LeakyRelu")
    phase.output("phase", phase.dense(32, 2, 1.0), (2,)).save(folder / "deepphase.onnx")

    encoder = Network("motion", 4380, seed).hidden((4380, 512, 256), "Relu")
    for head in ("mu", "logvar"):
        encoder.output(head, encoder.dense(256, 256, 1.0), (256,))
    encoder.save(folder / "stylevae_encoder.onnx")

    decoder = Network("latent", 256, seed).hidden((256, 256, 512), "Relu")
    motion = decoder.dense(512, 4380, 0.02, resting.reshape(-1))
    decoder.output("motion", motion, resting.shape).save(folder / "stylevae_decoder.onnx")


def _tensor(name: str, shape: tuple[int, ...]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])
