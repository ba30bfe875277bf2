"""Each operator's rule beside central differences, and what is said of those without one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import NodeProto, helper, numpy_helper

from inference.errors import ModelError
from inference.gradients import activations, differentiate, gradient
from inference.gradients.reverse import ACTIVATIONS
from inference.gradients.rules import RULES
from inference.onnx.reader import read_general
from tests.inference.nets import save

RNG = np.random.default_rng(3)
STEP = 1e-6
node = helper.make_node


def numbers(*shape: int) -> np.ndarray:
    return RNG.standard_normal(shape).astype(np.float32)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


WEIGHTS: dict[str, np.ndarray] = {
    "w": numbers(6, 6), "v": numbers(6), "row": numbers(1, 6), "one": np.array(1.3, np.float32),
    "sure": np.abs(numbers(6)) + 0.5, "idx": ints(3, 1, 1, 5, 0, 2), "axis1": ints(1),
    "shape": ints(-1, 2, 3), "flat": ints(-1, 6), "starts": ints(5), "ends": ints(-7),
    "steps": ints(-1), "low": np.array(-0.6, np.float32), "high": np.array(0.7, np.float32),
    "three": np.array(3, np.float32),
    "vector": numbers(6), "target": ints(1, 6), "repeats": ints(1, 2), "slope": numbers(6),
    "halves": ints(2, 4),
    "picked": ints(5, 1, 1, 0, 2, 4).reshape(6, 1),
}  # fmt: skip
PLAIN = ("Abs", "Neg", "Sin", "Cos", "Atan", "Erf", "Floor", "Ceil", "Round", "Sign")
CASES: dict[str, list[NodeProto]] = {
    "Gemm": [node("Gemm", ["x", "w", "v"], ["h"], alpha=0.7, beta=0.3)],
    "Gemm turned": [node("Gemm", ["x", "w"], ["h"], transB=1)],
    "MatMul": [node("MatMul", ["x", "w"], ["h"])],
    "MatMul of a vector": [
        node("MatMul", ["x", "vector"], ["p"]),
        node("Unsqueeze", ["p", "axis1"], ["q"]),
        node("Mul", ["x", "q"], ["h"]),
    ],
    "MatMul of both sides": [
        node("Reshape", ["x", "shape"], ["r"]),
        node("Transpose", ["r"], ["t"], perm=[0, 2, 1]),
        node("MatMul", ["t", "r"], ["s"]),
        node("MatMul", ["r", "s"], ["m"]),
        node("Reshape", ["m", "flat"], ["h"]),
    ],
    "Add": [node("Add", ["x", "row"], ["h"])],
    "Sub": [node("Sub", ["v", "x"], ["h"])],
    "Mul by itself": [node("Mul", ["x", "x"], ["h"])],
    "Div": [node("Div", ["x", "sure"], ["h"])],
    "Div under": [node("Exp", ["x"], ["e"]), node("Div", ["one", "e"], ["h"])],
    "Pow": [node("Pow", ["x", "three"], ["h"])],
    "Sum": [node("Sum", ["x", "v", "x"], ["h"])],
    "Min": [node("Min", ["x", "v"], ["h"])],
    "Max": [node("Max", ["v", "x", "low"], ["h"])],
    "Clip": [node("Clip", ["x", "low", "high"], ["h"])],
    "Where": [
        node("Greater", ["x", "v"], ["c"]),
        node("Neg", ["x"], ["n"]),
        node("Where", ["c", "x", "n"], ["h"]),
    ],
    "PRelu": [node("PRelu", ["x", "slope"], ["h"])],
    "Dropout": [node("Dropout", ["x"], ["h"])],
    "Softmax": [node("Softmax", ["x"], ["h"], axis=1)],
    "Softmax over axes": [
        node("Reshape", ["x", "shape"], ["r"]),
        node("Softmax", ["r"], ["s"], axis=1),
        node("Reshape", ["s", "flat"], ["h"]),
    ],
    "GatherElements": [
        node("Shape", ["x"], ["n"]),
        node("Expand", ["idx", "n"], ["each"]),
        node("GatherElements", ["x", "each"], ["h"], axis=1),
    ],
    "GatherND": [
        node("Transpose", ["x"], ["t"], perm=[1, 0]),
        node("GatherND", ["t", "picked"], ["g"]),
        node("Transpose", ["g"], ["h"], perm=[1, 0]),
    ],
    "LogSoftmax": [node("LogSoftmax", ["x"], ["h"], axis=-1)],
    "BatchNormalization": [
        node("BatchNormalization", ["x", "v", "vector", "slope", "sure"], ["h"], epsilon=1e-3)
    ],
    "LayerNormalization": [node("LayerNormalization", ["x", "v", "vector"], ["h"])],
    "RMSNormalization": [node("RMSNormalization", ["x", "v"], ["h"])],
    "Flatten": [node("Reshape", ["x", "shape"], ["r"]), node("Flatten", ["r"], ["h"])],
    "Concat": [
        node("Slice", ["x", "starts", "ends", "axis1", "steps"], ["s"]),
        node("Concat", ["s", "x"], ["c"], axis=1),
        node("Gather", ["c", "idx"], ["h"], axis=1),
    ],
    "Split": [
        node("Split", ["x", "halves"], ["a", "b"], axis=1),
        node("Tanh", ["b"], ["t"]),
        node("Concat", ["t", "a"], ["h"], axis=1),
    ],
    "Split, one part unused": [
        node("Split", ["x"], ["a", "b"], axis=1, num_outputs=2),
        node("Tile", ["b", "repeats"], ["h"]),
    ],
    "Expand": [
        node("ReduceMean", ["x", "axis1"], ["m"]),
        node("Expand", ["m", "target"], ["e"]),
        node("Mul", ["x", "e"], ["h"]),
    ],
    "Squeeze": [
        node("ReduceSumSquare", ["x", "axis1"], ["m"]),
        node("Squeeze", ["m", "axis1"], ["s"]),
        node("Unsqueeze", ["s", "axis1"], ["u"]),
        node("Sub", ["x", "u"], ["h"]),
    ],
    "ReduceSum": [
        node("ReduceSum", ["x", "axis1"], ["m"], keepdims=1), node("Mul", ["x", "m"], ["h"])
    ],
    "ReduceL2": [node("ReduceL2", ["x", "axis1"], ["m"]), node("Div", ["x", "m"], ["h"])],
    "Cast": [node("Cast", ["x"], ["c"], to=1), node("Mul", ["c", "x"], ["h"])],
    "a branch that counts": [
        node("Shape", ["x"], ["n"]), node("Reshape", ["x", "n"], ["r"]),
        node("Identity", ["r"], ["h"]),
    ],
    "Sqrt": [node("Exp", ["x"], ["e"]), node("Sqrt", ["e"], ["h"])],
    "Log": [node("Exp", ["x"], ["e"]), node("Add", ["e", "one"], ["p"]), node("Log", ["p"], ["h"])],
    "Reciprocal": [node("Exp", ["x"], ["e"]), node("Reciprocal", ["e"], ["h"])],
    **{
        name: [node(name, ["x"], ["h"])]
        for name in (*PLAIN, *sorted(ACTIVATIONS))
        if name not in ("PRelu", "Swish")
    },
    "Swish": [node("Swish", ["x"], ["h"], alpha=1.7)],
    "Gelu by tanh": [node("Gelu", ["x"], ["h"], approximate="tanh")],
}  # fmt: skip
OPSETS = {"RMSNormalization": 23, "Swish": 24, "Softmax over axes": 11}


def model_of(nodes: Sequence[NodeProto], folder: Path, opset: int = 20) -> Any:
    """x [n, 6] through ``nodes`` to h [n, 6], and that to a pair, all as a graph."""
    rng = np.random.default_rng(9)
    extra = {"out": rng.standard_normal((6, 2)).astype(np.float32)}
    whole = [*nodes, node("Add", ["x", "h"], ["k"]), node("MatMul", ["k", "out"], ["y"])]
    used = {name for each in whole for name in each.input}
    weights = {name: array for name, array in {**WEIGHTS, **extra}.items() if name in used}
    return read_general(save(folder / "net.onnx", whole, weights, ("x", ["n", 6]), ["y"], opset))


@pytest.mark.parametrize("name", CASES)
def test_as_central_differences(name: str, tmp_path: Path) -> None:
    model = model_of(CASES[name], tmp_path, OPSETS.get(name, 20))
    rows = np.random.default_rng(4).standard_normal((70, 6))
    found = gradient(model, rows, "amplitude")
    for place in range(6):
        way = STEP * np.eye(6)[place]
        ends = [differentiate(model, rows + s * way, "amplitude").values for s in (-1, 1)]
        np.testing.assert_allclose(
            found[:, place], (ends[1] - ends[0]) / (2 * STEP), rtol=1e-4, atol=1e-5
        )


def test_every_rule_is_tried() -> None:
    tried = {each.op_type for nodes in CASES.values() for each in nodes}
    assert RULES.keys() - tried == set()


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ([node("CumSum", ["x", "axis1"], ["h"], name="adds")],
         "CumSum node 'adds': the gradient of this operator is not known here"),
        ([node("LayerNormalization", ["v", "x"], ["h"], name="odd")],
         "LayerNormalization node 'odd': its gradient by input 2 is not known here"),
    ],
)  # fmt: skip
def test_what_has_no_rule_is_named(nodes: list[NodeProto], said: str, tmp_path: Path) -> None:
    model = model_of(nodes, tmp_path)
    with pytest.raises(ModelError, match=said):
        gradient(model, np.ones((3, 6)), "x")


def test_what_is_not_on_the_way_needs_no_rule(tmp_path: Path) -> None:
    nodes = [node("CumSum", ["row", "axis1"], ["c"]), node("Mul", ["x", "c"], ["h"])]
    model = model_of(nodes, tmp_path)
    assert np.isfinite(gradient(model, np.ones((3, 6)), "x")).all()


def test_hidden_layers_are_the_activations(tmp_path: Path) -> None:
    nodes = [node("Relu", ["x"], ["a"]), node("Tanh", ["a"], ["h"])]
    rows = np.random.default_rng(4).standard_normal((70, 6))
    first, second = activations(model_of(nodes, tmp_path), rows)
    np.testing.assert_array_equal(first.before, rows)
    np.testing.assert_array_equal(second.before, np.maximum(rows, 0))
    np.testing.assert_allclose(second.after, np.tanh(np.maximum(rows, 0)))


def test_a_fixed_batch_is_filled_up(tmp_path: Path) -> None:
    def read(batch: int | str, name: str) -> Any:
        nodes = [node("Tanh", ["x"], ["h"]), node("MatMul", ["h", "out"], ["y"])]
        weights = {"out": np.arange(12, dtype=np.float32).reshape(6, 2)}
        return read_general(save(tmp_path / name, nodes, weights, ("x", [batch, 6]), ["y"]))

    rows = np.random.default_rng(4).standard_normal((10, 6))
    fixed, free = read(4, "fixed.onnx"), read("n", "free.onnx")
    assert fixed.batch == 4
    np.testing.assert_allclose(gradient(fixed, rows, "angle"), gradient(free, rows, "angle"))
    assert activations(fixed, rows)[0].after.shape == (10, 6)


def test_half_precision_files_are_computed_in_the_type_asked_for(tmp_path: Path) -> None:
    weight = numpy_helper.to_array(numpy_helper.from_array(numbers(6, 2).astype(np.float16)))
    nodes = [node("Cast", ["x"], ["c"], to=10), node("MatMul", ["c", "half"], ["p"])]
    nodes += [node("Cast", ["p"], ["y"], to=1)]
    model = read_general(
        save(tmp_path / "half.onnx", nodes, {"half": weight}, ("x", ["n", 6]), ["y"])
    )
    found = gradient(model, np.ones((2, 6)), "y")
    np.testing.assert_array_equal(found, np.tile(weight[:, 1].astype(np.float64), (2, 1)))
