"""Gradients beside finite differences and PyTorch, on real frames, for every activation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from inference.errors import ModelError
from inference.gradients import (
    SCALARS,
    activations,
    differentiate,
    gradient,
    hidden_layers,
    unit_gradient,
)
from inference.graph import GraphModel, Model
from inference.mlp import Activation, Mlp
from inference.onnx.reader import read_general, read_mlp, read_model
from tests.inference.nets import dense, save, save_chain

WIDTHS = (132, 256, 128, 32, 2)
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "leaky": ("LeakyRelu", {"alpha": 0.2}),
    "tanh": ("Tanh", {}),
    "sigmoid": ("Sigmoid", {}),
    "elu": ("Elu", {"alpha": 0.7}),
    "softplus": ("Softplus", {}),
    "gelu": ("Gelu", {}),
    "gelu_tanh": ("Gelu", {"approximate": "tanh"}),
}
DEEPPHASE = Path(__file__).parents[3] / "assets" / "models" / "deepphase.onnx"
STEP = 1e-6


def net(kind: str, folder: Path, widths: Sequence[int] = WIDTHS) -> Path:
    name, attributes = KINDS[kind]
    return save_chain(folder / f"{kind}.onnx", widths, name, opset=20, **attributes)


@pytest.fixture(params=KINDS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return net(request.param, tmp_path)


@pytest.fixture(params=[read_mlp, read_general], ids=["mlp", "graph"])
def model(request: pytest.FixtureRequest, path: Path) -> Model:
    return request.param(path)


def sides(model: Model, rows: np.ndarray) -> np.ndarray:
    """On which side of its kink each unit is, (B, units)."""
    return np.concatenate([layer.before > 0 for layer in activations(model, rows)], axis=1)


def assert_as_differences(model: Model, rows: np.ndarray, of: Any) -> None:
    """Along a random direction of each row, and along every input of the first two."""
    rng = np.random.default_rng(1)
    every = np.repeat(rows[:2], rows.shape[1], axis=0)
    points = np.concatenate([rows, every])
    ways = rng.standard_normal(rows.shape)
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    ways = np.concatenate([ways, np.tile(np.eye(rows.shape[1]), (2, 1))])
    before, after = points - STEP * ways, points + STEP * ways
    change = differentiate(model, after, of).values - differentiate(model, before, of).values
    change -= np.round(change) if of == "angle" else 0
    found = gradient(model, points, of)
    smooth = (sides(model, before) == sides(model, after)).all(1)
    assert smooth.mean() > 0.98
    missed = np.abs((found * ways).sum(1) - change / (2 * STEP)) / np.linalg.norm(found, axis=1)
    assert missed[smooth].max() < 1e-4


def test_as_central_differences(model: Model, frames: np.ndarray) -> None:
    assert_as_differences(model, frames, "angle")


@pytest.mark.parametrize("of", SCALARS)
@pytest.mark.parametrize("read", [read_mlp, read_general])
def test_every_scalar_of_the_shipped_model(read: Any, of: Any, frames: np.ndarray) -> None:
    model = read(DEEPPHASE)
    assert isinstance(model, Mlp if read is read_mlp else GraphModel)
    assert_as_differences(model, frames, of)


def by_pytorch(mlp: Mlp, rows: np.ndarray, of: str) -> np.ndarray:
    torch = pytest.importorskip("torch")
    nn = torch.nn.functional
    x = torch.tensor(rows, requires_grad=True)
    value = x
    for layer in mlp.layers:
        weight, bias = (torch.tensor(a, dtype=x.dtype) for a in (layer.weight, layer.bias))
        value = nn.linear(value, weight, bias)
        value = {
            Activation.LINEAR: lambda v: v,
            Activation.RELU: nn.relu,
            Activation.LEAKY_RELU: lambda v, s=layer.slope: nn.leaky_relu(v, s),
            Activation.TANH: torch.tanh,
            Activation.SIGMOID: torch.sigmoid,
            Activation.ELU: lambda v, s=layer.slope: nn.elu(v, s),
            Activation.SOFTPLUS: nn.softplus,
            Activation.GELU: nn.gelu,
            Activation.GELU_TANH: lambda v: nn.gelu(v, approximate="tanh"),
        }[layer.activation](value)
    a, b = value[:, 0], value[:, 1]
    scalars = {
        "angle": torch.atan2(b, a) / (2 * math.pi),
        "amplitude": torch.hypot(a, b),
        "x": a,
        "y": b,
    }
    scalars[of].sum().backward()
    return x.grad.numpy()


@pytest.mark.parametrize("of", ["angle", "amplitude"])
def test_as_pytorch(path: Path, frames: np.ndarray, of: Any) -> None:
    mlp = read_mlp(path)
    right = by_pytorch(mlp, frames, of)
    scale = np.linalg.norm(right, axis=1, keepdims=True)
    for model in (mlp, read_general(path)):
        assert (np.abs(gradient(model, frames, of) - right) / scale).max() < 1e-9


@pytest.mark.parametrize("read", [read_mlp, read_general])
def test_single_precision(path: Path, frames: np.ndarray, read: Any) -> None:
    """But for rows where rounding puts a unit on the other side of its kink."""
    model = read(path)
    found, right = (
        gradient(model, frames.astype(np.float32), "angle"),
        gradient(model, frames, "angle"),
    )
    assert found.dtype == np.float32
    clear = (sides(model, frames) == sides(model, frames.astype(np.float32))).all(1)
    scale = np.linalg.norm(right, axis=1, keepdims=True)
    assert clear.mean() > 0.9
    assert (np.abs(found - right) / scale)[clear].max() < 1e-4


@pytest.mark.parametrize(("kind", "slope"), [("relu", 0.0), ("leaky", 0.2), ("elu", 0.7)])
@pytest.mark.parametrize("read", [read_mlp, read_general])
def test_at_a_kink_it_is_the_derivative_from_below(
    kind: str, slope: float, read: Any, tmp_path: Path
) -> None:
    name, attributes = KINDS[kind]
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["h"]),
        helper.make_node(name, ["h"], ["a"], **attributes),
        helper.make_node("MatMul", ["a", "v"], ["y"]),
    ]
    eye = np.eye(2, dtype=np.float32)
    model = read(save(tmp_path / "k.onnx", nodes, {"w": eye, "v": eye}, ("x", ["n", 2]), ["y"]))
    found = gradient(model, np.zeros((1, 2)), "x")
    np.testing.assert_allclose(found, [[slope, 0]], atol=1e-7)


def test_layers_are_those_of_the_engine(frames: np.ndarray) -> None:
    mlp, general = read_mlp(DEEPPHASE), read_general(DEEPPHASE)
    assert [mlp.layers[i].width for i in hidden_layers(mlp)] == [256, 128, 32]
    layers = activations(mlp, frames)
    last = mlp.layers[-1]
    out = layers[-1].after @ last.weight.T.astype(float) + last.bias
    from inference import load_model

    ran = load_model(DEEPPHASE, "numpy").run({mlp.input_name: frames})
    np.testing.assert_allclose(next(iter(ran.values())), out, rtol=1e-4, atol=1e-4)
    for one, other in zip(layers, activations(general, frames), strict=True):
        np.testing.assert_allclose(one.after, other.after, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(one.before, other.before, rtol=1e-5, atol=1e-6)


def test_a_unit_is_differentiated_by_itself(frames: np.ndarray, tmp_path: Path) -> None:
    mlp = read_mlp(net("softplus", tmp_path))
    found = unit_gradient(mlp, frames[:3], 1, 7)
    way = np.random.default_rng(0).standard_normal(132) * STEP
    ends = [activations(mlp, frames[:3] + sign * way)[1].after[:, 7] for sign in (-1, 1)]
    np.testing.assert_allclose(found @ way, (ends[1] - ends[0]) / 2, rtol=1e-5)
    with pytest.raises(ModelError, match="no unit 128 in layer 1"):
        unit_gradient(mlp, frames, 1, 128)


def test_a_layer_that_feeds_two_gets_both(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    weights = {"w": dense(rng, 4, 6)[0].T, "a": dense(rng, 6, 1)[0].T, "b": dense(rng, 6, 1)[0].T}
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["h"]),
        helper.make_node("Tanh", ["h"], ["t"]),
        helper.make_node("MatMul", ["t", "a"], ["p"]),
        helper.make_node("MatMul", ["t", "b"], ["q"]),
        helper.make_node("Concat", ["p", "q"], ["y"], axis=1),
    ]
    model = read_model(save(tmp_path / "two.onnx", nodes, weights, ("x", ["n", 4]), ["y"]))
    assert_as_differences(model, rng.standard_normal((20, 4)), "angle")


def test_what_folds_into_layers_is_differentiated_through(tmp_path: Path) -> None:
    """Normalized inputs and batch normalization: the same as operator by operator."""
    rng = np.random.default_rng(0)
    weights = {"mean": rng.standard_normal(5), "std": rng.uniform(1, 2, 5)}
    weights |= {"w": rng.standard_normal((5, 7)), "v": rng.standard_normal((7, 2))}
    weights |= {name: rng.uniform(0.5, 2, 7) for name in ("scale", "shift", "seen", "spread")}
    nodes = [
        helper.make_node("Sub", ["x", "mean"], ["c"]),
        helper.make_node("Div", ["c", "std"], ["n"]),
        helper.make_node("MatMul", ["n", "w"], ["h"]),
        helper.make_node("BatchNormalization", ["h", "scale", "shift", "seen", "spread"], ["b"]),
        helper.make_node("Elu", ["b"], ["a"]),
        helper.make_node("MatMul", ["a", "v"], ["y"]),
    ]
    single = {name: array.astype(np.float32) for name, array in weights.items()}
    path = save(tmp_path / "normal.onnx", nodes, single, ("x", ["n", 5]), ["y"])
    rows = rng.standard_normal((30, 5))
    folded, general = read_mlp(path), read_general(path)
    assert len(folded.layers) == 2
    np.testing.assert_allclose(
        gradient(folded, rows, "angle"), gradient(general, rows, "angle"), rtol=1e-3, atol=1e-5
    )


def test_an_empty_batch_gives_an_empty_answer(model: Model) -> None:
    assert gradient(model, np.zeros((0, 132), np.float32), "angle").shape == (0, 132)


def test_what_does_not_fit_is_told(tmp_path: Path) -> None:
    mlp = read_mlp(net("relu", tmp_path))
    with pytest.raises(ModelError, match=r"'x' has shape \[4, 131\], expected \[batch, 132\]"):
        gradient(mlp, np.zeros((4, 131)), "angle")
    with pytest.raises(ModelError, match="'speed' is none of angle, amplitude, x, y"):
        gradient(mlp, np.zeros((4, 132)), "speed")  # type: ignore[arg-type]
    three = read_mlp(save_chain(tmp_path / "three.onnx", (5, 3)))
    with pytest.raises(ModelError, match=r"one output of two numbers.*'y' \[batch, 3\]"):
        gradient(three, np.zeros((4, 5)), "angle")
