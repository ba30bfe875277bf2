"""Activations spelled out in several nodes: what is read as one, and what only looks like it."""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import NodeProto, helper

from inference.engines.graph_runner import GraphRunner
from inference.engines.numpy import NumpyEngine
from inference.mlp import Activation, Mlp
from inference.onnx.file import Weights, parse
from inference.onnx.fold.patterns import fuse_patterns
from inference.onnx.fold.scope import MAX_DIAGONAL
from inference.onnx.reader import read_graph, read_model
from tests.inference.nets import save

rng = np.random.default_rng(5)
WEIGHTS = {
    "w": rng.standard_normal((6, 8)).astype(np.float32),
    "v": rng.standard_normal((8, 3)).astype(np.float32),
}
ROOT = math.sqrt(2 / math.pi)


@dataclass
class Net:
    """Nodes of arithmetic between ``h = x w`` and ``y = … v``."""

    nodes: list[NodeProto] = field(
        default_factory=lambda: [helper.make_node("MatMul", ["x", "w"], ["h"])]
    )
    weights: dict[str, np.ndarray] = field(default_factory=lambda: dict(WEIGHTS))

    def __call__(self, op: str, *operands: str | float) -> str:
        names = [self._named(operand) for operand in operands]
        self.nodes.append(helper.make_node(op, names, [f"t{len(self.nodes)}"]))
        return f"t{len(self.nodes) - 1}"

    def _named(self, operand: str | float) -> str:
        if isinstance(operand, str):
            return operand
        name = f"c{len(self.weights)}"
        self.weights[name] = np.array(operand, np.float32)
        return name

    def save(self, path: Path, result: str, outputs: Sequence[str] = ()) -> Path:
        self.nodes.append(helper.make_node("MatMul", [result, "v"], ["y"]))
        return save(path, self.nodes, self.weights, ("x", ["batch", 6]), ["y", *outputs])


def erf_form(n: Net, x: str = "h", root: float = math.sqrt(2), one: float = 1.0) -> str:
    return n("Mul", n("Mul", x, n("Add", n("Erf", n("Div", x, root)), one)), 0.5)


def tanh_form(n: Net, x: str = "h", cubic: float = 0.044715, root: float = ROOT) -> str:
    inner = n("Mul", root, n("Add", x, n("Mul", cubic, n("Pow", x, 3.0))))
    return n("Mul", n("Mul", 0.5, x), n("Add", 1.0, n("Tanh", inner)))


def guarded_softplus(n: Net, limit: float = 20.0, scale: float = 2.0, back: float = 2.0) -> str:
    x = n("Mul", "h", scale)
    return n("Where", n("Greater", x, limit), "h", n("Div", n("Softplus", x), back))


def factored_cube(n: Net) -> str:
    square = n("Add", 1.0, n("Mul", n("Mul", "h", "h"), 0.044715))
    e = n("Tanh", n("Mul", n("Mul", "h", ROOT), square))
    return n("Mul", n("Mul", n("Add", e, 1.0), "h"), 0.5)


def cube_of_products(n: Net) -> str:
    cube = n("Mul", n("Mul", n("Mul", "h", "h"), "h"), 0.044715)
    e = n("Tanh", n("Mul", n("Add", cube, "h"), ROOT))
    return n("Mul", "h", n("Mul", n("Add", e, 1.0), 0.5))


def complement(n: Net) -> str:
    e = n("Erf", n("Mul", n("Neg", "h"), math.sqrt(0.5)))
    return n("Mul", n("Mul", 0.5, "h"), n("Sub", 1.0, e))


def multiplied_out(n: Net) -> str:
    half = n("Mul", "h", 0.5)
    return n("Add", half, n("Mul", n("Erf", n("Mul", 0.7071067811865476, "h")), half))


FUSED: dict[str, tuple[Callable[[Net], str], Activation]] = {
    "erf": (erf_form, Activation.GELU),
    "erf with a short root": (lambda n: erf_form(n, root=1.4142), Activation.GELU),
    "erf, half first": (
        lambda n: n("Mul", n("Mul", 0.5, n("Add", 1.0, n("Erf", n("Div", "h", 2**0.5)))), "h"),
        Activation.GELU,
    ),
    "erf of the negative": (complement, Activation.GELU),
    "erf, multiplied out": (multiplied_out, Activation.GELU),
    "tanh": (tanh_form, Activation.GELU_TANH),
    "tanh, the cube factored": (factored_cube, Activation.GELU_TANH),
    "tanh, the cube as products": (cube_of_products, Activation.GELU_TANH),
    "of a scaled layer": (lambda n: erf_form(n, n("Mul", "h", 3.0)), Activation.GELU),
    "of a layer with bias": (lambda n: tanh_form(n, n("Add", "h", 0.3)), Activation.GELU_TANH),
    "softplus": (guarded_softplus, Activation.SOFTPLUS),
    "softplus of the negative": (
        lambda n: guarded_softplus(n, scale=-2.0, back=-2.0),
        Activation.SOFTPLUS,
    ),
    "softplus of the layer itself": (
        lambda n: n("Where", n("Greater", "h", 20.0), "h", n("Softplus", "h")),
        Activation.SOFTPLUS,
    ),
}


def compare(path: Path, outputs: int = 1) -> None:
    """Against ONNX Runtime, on numbers that reach well into both tails."""
    x = 3 * np.random.default_rng(1).standard_normal((64, 6)).astype(np.float32)
    model = read_model(path)
    runner = NumpyEngine().load(model) if isinstance(model, Mlp) else GraphRunner(model)
    expected = onnxruntime.InferenceSession(path).run(None, {"x": x})
    assert len(expected) == outputs
    for found, right in zip(runner.run({"x": x}).values(), expected, strict=True):
        np.testing.assert_allclose(found, right, atol=1e-5 * float(np.abs(right).max()))


@pytest.mark.parametrize("case", FUSED)
def test_a_spelled_out_activation_is_one_layers(case: str, tmp_path: Path) -> None:
    make, activation = FUSED[case]
    net = Net()
    path = net.save(tmp_path / "net.onnx", make(net))
    model = read_model(path)
    assert isinstance(model, Mlp)
    assert [layer.activation for layer in model.layers] == [activation, Activation.LINEAR]
    compare(path)


def read_elsewhere(n: Net) -> str:
    e = n("Add", n("Erf", n("Div", "h", math.sqrt(2))), 1.0)
    return n("Add", n("Mul", n("Mul", "h", e), 0.5), e)


NEAR_MISSES: dict[str, Callable[[Net], str]] = {
    "another root": lambda n: erf_form(n, root=1.41),
    "another one": lambda n: erf_form(n, one=1.00001),
    "another cubic": lambda n: tanh_form(n, cubic=0.0447),
    "another root of pi": lambda n: tanh_form(n, root=0.8),
    "another argument": lambda n: n(
        "Mul", n("Mul", 0.5, n("Neg", "h")), n("Add", 1.0, n("Erf", n("Div", "h", 2**0.5)))
    ),
    "read elsewhere": read_elsewhere,
    "a fifth power": lambda n: n(
        "Mul", n("Mul", 0.5, "h"), n("Add", 1.0, n("Tanh", n("Pow", "h", 5.0)))
    ),
    "softplus that turns early": lambda n: guarded_softplus(n, limit=2.0),
    "softplus scaled back otherwise": lambda n: guarded_softplus(n, back=1.9),
    "swish": lambda n: n("Mul", "h", n("Sigmoid", "h")),
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_what_only_looks_like_one_stays_a_graph(case: str, tmp_path: Path) -> None:
    net = Net()
    path = net.save(tmp_path / "net.onnx", NEAR_MISSES[case](net))
    assert not isinstance(read_model(path), Mlp)
    compare(path)


def test_an_output_within_the_pattern_is_kept(tmp_path: Path) -> None:
    net = Net()
    result = erf_form(net)
    (erf,) = (node.output[0] for node in net.nodes if node.op_type == "Erf")
    path = net.save(tmp_path / "net.onnx", result, [erf])
    assert not isinstance(read_model(path), Mlp)
    compare(path, 2)


def test_two_activations_that_share_their_layer(tmp_path: Path) -> None:
    net = Net()
    heads = [erf_form(net), tanh_form(net)]
    path = net.save(tmp_path / "net.onnx", heads[0], heads)
    model = read_model(path)
    assert isinstance(model, Mlp)
    assert {layer.activation for layer in model.layers[:2]} == {
        Activation.GELU, Activation.GELU_TANH,
    }  # fmt: skip
    compare(path, 3)


@pytest.mark.parametrize("activation", ["Tanh", "Relu", "Softplus"])
def test_an_affine_step_at_the_end_is_a_diagonal_layer(activation: str, tmp_path: Path) -> None:
    net = Net()
    net.weights |= {"s": np.array([2, 0, -3], np.float32), "b": np.array([1, 5, 0], np.float32)}
    acted = net(activation, net("MatMul", net(activation, "h"), "v"))
    result = net("Add", net("Mul", acted, "s"), "b")
    path = save(tmp_path / "net.onnx", net.nodes, net.weights, ("x", ["batch", 6]), [acted, result])
    model = read_model(path)
    assert isinstance(model, Mlp)
    np.testing.assert_array_equal(model.layers[-1].weight, np.diag([2, 0, -3]))
    compare(path, 2)


@pytest.mark.parametrize("width", [MAX_DIAGONAL, MAX_DIAGONAL + 1])
def test_a_wide_affine_step_at_the_end_stays_a_graph(width: int, tmp_path: Path) -> None:
    weight = np.random.default_rng(2).standard_normal((6, width)).astype(np.float32)
    net = Net(weights={"w": weight})
    result = net("Mul", net("Tanh", "h"), 0.5)
    path = save(tmp_path / "net.onnx", net.nodes, net.weights, ("x", ["batch", 6]), [result])
    assert isinstance(read_model(path), Mlp) == (width == MAX_DIAGONAL)
    compare(path)


def calls_to_fuse(links: int, path: Path) -> int:
    """How many functions are called for a chain whose every link might be the Erf of it so far."""
    net, tensor = Net(), "h"
    for _ in range(links):
        tensor = net("Add", tensor, tensor)
        net("Add", net("Erf", net("Mul", tensor, tensor)), 1.0)
    net.save(path, "h")
    nodes = read_graph(parse(path.read_bytes(), path), path, Weights(path)).nodes
    assert len(nodes) == len(net.nodes)
    calls: Counter[str] = Counter()
    sys.setprofile(lambda frame, event, argument: calls.update([event]))
    try:
        fused = fuse_patterns(nodes, net.weights, {"y"})
    finally:
        sys.setprofile(None)
    assert fused == [*nodes]
    return calls["call"]


def test_a_chain_twice_as_long_is_twice_the_work(tmp_path: Path) -> None:
    short, long = (calls_to_fuse(links, tmp_path / "net.onnx") for links in (300, 600))
    assert long < 2.1 * short
