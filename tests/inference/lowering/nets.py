"""Small networks of the kinds that the lowering must carry, with any number of rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from onnx import NodeProto, TensorProto, helper

from inference.graph import GraphModel
from inference.onnx.reader import read_general
from tests.inference.nets import save

Parts = tuple[list[NodeProto], dict[str, np.ndarray], list[int], list[str]]
"""Nodes, weights, the shape of a row of ``x``, and the outputs."""

node = helper.make_node


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def perceptron() -> Parts:
    """Two layers with LayerNormalization and a residual, shapes as PyTorch writes them."""
    rng = np.random.default_rng(1)
    weights = {
        "w1": rng.standard_normal((12, 12)).astype(np.float32) / 4,
        "b1": rng.standard_normal(12).astype(np.float32),
        "gain": rng.random(12, np.float32) + 0.5,
        "shift": rng.standard_normal(12).astype(np.float32),
        "w2": rng.standard_normal((12, 12)).astype(np.float32) / 4,
        "first": ints(0),
        "four": ints(4),
        "rest": ints(-1),
    }
    nodes = [
        node("Shape", ["x"], ["shape"]),
        node("Gather", ["shape", "first"], ["rows"]),
        node("Concat", ["rows", "rest"], ["flat"], axis=0),
        node("Reshape", ["x", "flat"], ["x2"]),
        node("Gemm", ["x2", "w1", "b1"], ["h1"], transB=1),
        node("LayerNormalization", ["h1", "gain", "shift"], ["n1"], axis=-1),
        node("Gelu", ["n1"], ["g1"]),
        node("Gemm", ["g1", "w2", "b1"], ["h2"]),
        node("LayerNormalization", ["h2", "gain", "shift"], ["n2"], axis=-1),
        node("Add", ["n2", "g1"], ["sum"]),
        node("Concat", ["rows", "four", "rest"], ["heads"], axis=0),
        node("Reshape", ["sum", "heads"], ["y"]),
        node("ReduceMean", ["y", "rest"], ["mean"], keepdims=0),
    ]
    return nodes, weights, [3, 4], ["y", "mean"]


def attention() -> Parts:
    """Four tokens attend to each other, with products of three axes and a scaled Gemm."""
    rng = np.random.default_rng(3)
    weights = {
        "w": rng.standard_normal((6, 18)).astype(np.float32) / 2,
        "scale": np.float32(0.4),
        "flat": ints(-1, 24),
        "wide": rng.standard_normal((24, 5)).astype(np.float32) / 4,
        "bias": rng.standard_normal(5).astype(np.float32),
    }
    nodes = [
        node("MatMul", ["x", "w"], ["all"]),
        node("Split", ["all"], ["q", "k", "v"], axis=2, num_outputs=3),
        node("Transpose", ["k"], ["turned"], perm=[0, 2, 1]),
        node("MatMul", ["q", "turned"], ["raw"]),
        node("Mul", ["raw", "scale"], ["scores"]),
        node("Softmax", ["scores"], ["weights"], axis=-1),
        node("MatMul", ["weights", "v"], ["mixed"]),
        node("Reshape", ["mixed", "flat"], ["rows"]),
        node("Gemm", ["rows", "wide", "bias"], ["y"], alpha=0.5, beta=2.0),
    ]
    return nodes, weights, [4, 6], ["y"]


def convolution() -> Parts:
    """Over time and over pictures: groups, dilation, padding of every kind, down and up again."""
    rng = np.random.default_rng(2)

    def noise(*shape: int) -> np.ndarray:
        return (rng.standard_normal(shape) / 2).astype(np.float32)

    weights = {
        "pads": ints(0, 0, 2, 0, 0, 1), "k1": noise(6, 2, 3), "c1": noise(6),
        "scale": noise(6), "bias": noise(6), "mean": noise(6), "var": rng.random(6, np.float32) + 1,
        "up": noise(6, 2, 4), "square": ints(0, 4, -1, 3), "k2": noise(5, 4, 2, 2),
    }  # fmt: skip
    nodes = [
        node("Pad", ["x", "pads"], ["p"], mode="reflect"),
        node("Conv", ["p", "k1", "c1"], ["a"], group=2, dilations=[2], strides=[1]),
        node("BatchNormalization", ["a", "scale", "bias", "mean", "var"], ["b"]),
        node("Elu", ["b"], ["c"]),
        node("AveragePool", ["c"], ["d"], kernel_shape=[3], strides=[2], pads=[1, 1]),
        node("ConvTranspose", ["d", "up"], ["e"], group=2, strides=[2], pads=[1, 1]),
        node("Reshape", ["e", "square"], ["f"]),
        node("Conv", ["f", "k2"], ["g"], auto_pad="SAME_LOWER"),
        node("Relu", ["g"], ["h"]),
        node("GlobalAveragePool", ["h"], ["i"]),
        node("Flatten", ["i"], ["features"]),
        node("Flatten", ["e"], ["y"]),
    ]
    return nodes, weights, [4, 12], ["y", "features"]


def numbers() -> Parts:
    """What acts number by number, where NaN, infinities and zeros must come through."""
    unary = ["Relu", "Elu", "Softplus", "Sigmoid", "Tanh"]
    nodes = [node(op, ["x"], [op]) for op in unary]
    nodes += [
        node("Max", ["x", "half"], ["high"]),
        node("Clip", ["x", "zero", "half"], ["cut"]),
        node("Cast", ["x"], ["truth"], to=TensorProto.BOOL),
        node("Where", ["truth", "x", "half"], ["chosen"]),
        node("ReduceMax", ["x", "last"], ["most"]),
        node("Softmax", ["x"], ["soft"], axis=1),
    ]
    weights = {"half": np.float32(0.5), "zero": np.float32(0), "last": ints(-1)}
    return nodes, weights, [5], [*unary, "high", "cut", "chosen", "most", "soft"]


def lookup() -> Parts:
    """Rows of a table at places that the data tells, and tensors as large as the batch."""
    weights = {
        "table": np.arange(12, dtype=np.float32).reshape(4, 3),
        "ones": ints(1), "two": ints(2), "three": ints(3), "zero": ints(0),
        "starts": ints(-1), "ends": ints(np.iinfo(np.int64).min + 1), "back": ints(-1),
    }  # fmt: skip
    nodes = [
        node("Cast", ["x"], ["places"], to=TensorProto.INT64),
        node("Gather", ["table", "places"], ["found"]),
        node("Shape", ["x"], ["rows"], start=0, end=1),
        node("Mul", ["rows", "two"], ["twice"]),
        node("Concat", ["twice", "three"], ["size"], axis=0),
        node("ConstantOfShape", ["size"], ["full"],
             value=helper.make_tensor("v", TensorProto.FLOAT, [1], [1.5])),
        node("Div", ["twice", "two"], ["half"]),
        node("Concat", ["half", "two", "three"], ["pairs"], axis=0),
        node("Reshape", ["full", "pairs"], ["like"]),
        node("Add", ["found", "like"], ["sum"]),
        node("Slice", ["sum", "starts", "ends", "ones", "back"], ["turned"]),
        node("Split", ["turned"], ["a", "b"], axis=1, num_outputs=2),
        node("Squeeze", ["a", "ones"], ["c"]),
        node("Cast", ["rows"], ["count"], to=TensorProto.FLOAT),
        node("Div", ["c", "count"], ["y"]),
        node("Expand", ["b", "pairs"], ["wide"]),
    ]  # fmt: skip
    return nodes, weights, [2], ["y", "wide"]


NETS: dict[str, Callable[[], Parts]] = {
    made.__name__: made for made in (perceptron, convolution, numbers, attention, lookup)
}


def net(name: str) -> GraphModel:
    nodes, weights, row, outputs = NETS[name]()
    return model(nodes, weights, ["batch", *row], outputs)


def model(
    nodes: list[NodeProto],
    weights: dict[str, np.ndarray],
    shape: list[int | str],
    outputs: list[str],
) -> GraphModel:
    """A general graph with the input ``x``, also where it would fold into an MLP."""
    with tempfile.TemporaryDirectory() as folder:
        path = save(Path(folder) / "net.onnx", nodes, weights, ("x", shape), outputs, opset=20)
        return read_general(path)
