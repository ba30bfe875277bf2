"""The node cases that ONNX ships for the operators of general graphs, on the numpy engine."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from inference.graph import Graph
from inference.graph.evaluate import Evaluator
from inference.graph.registry import OPERATORS
from inference.graph.trial import check
from inference.onnx.file import Weights
from inference.onnx.reader import read_graph

with warnings.catch_warnings():  # ONNX computes its expected results with overflows
    warnings.simplefilter("ignore")
    import onnx.defs
    from onnx import TensorProto, numpy_helper
    from onnx.backend.test.case.test_case import TestCase as Case
    from onnx.backend.test.loader import load_model_tests

    CASES: dict[str, Case] = {
        case.name: case
        for case in load_model_tests(kind="node")
        if case.model is not None
        and {n.op_type for n in case.model.graph.node} <= set(OPERATORS)
        and case.model.opset_import[0].version >= 11
    }


@pytest.fixture(scope="module")
def passed(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The names that pass; their number is printed at the end, whatever pytest captures."""
    names: list[str] = []
    yield names
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nonnx.backend.test: {len(names)} of {len(CASES)} cases pass on numpy")


LISTED = """
Gemm MatMul Relu LeakyRelu Tanh Sigmoid Elu Softplus Gelu Identity Dropout BatchNormalization
Reshape Flatten Squeeze Add Sub Mul Div Pow Sqrt Exp Log Abs Neg Min Max Clip Sin Cos Concat Split
Slice Gather Transpose Unsqueeze Expand Shape Constant ConstantOfShape Cast Where ReduceMean
ReduceSum ReduceMax ReduceMin Softmax LayerNormalization Conv ConvTranspose AveragePool
GlobalAveragePool Pad
"""
"""The operators that the project promises; the others are what PyTorch's exporters write."""


OLD = {"And", "Xor", "Not"}
"""Their cases are of opset 7, which the reader refuses."""


def graph_of(case: Case) -> Graph:
    """The case's graph, which must be one that runs here."""
    path = Path(f"{case.name}.onnx")
    graph = read_graph(case.model, path, Weights(path))
    check(graph)
    return graph


def array(value: object) -> np.ndarray:
    return numpy_helper.to_array(value) if isinstance(value, TensorProto) else np.asarray(value)


@pytest.mark.parametrize("name", CASES)
def test_node(name: str, passed: list[str]) -> None:
    case = CASES[name]
    graph = graph_of(case)
    assert case.data_sets
    for inputs, expected in case.data_sets:
        feeds = dict(zip(graph.inputs, map(array, inputs), strict=True))
        for found, right in zip(Evaluator(graph).run(feeds), map(array, expected), strict=True):
            assert (found.dtype, found.shape) == (right.dtype, right.shape)
            if right.dtype.kind not in "biuf":
                found, right = found.astype(np.float32), right.astype(np.float32)
            np.testing.assert_allclose(found, right, rtol=case.rtol, atol=case.atol)
    passed.append(name)


def test_every_operator_has_a_case() -> None:
    covered = {n.op_type for case in CASES.values() for n in case.model.graph.node}
    known = {name for name in OPERATORS if onnx.defs.has(name)}
    assert known <= covered | OLD
    assert set(OPERATORS) >= set(LISTED.split())
