"""Each activation by itself, number by number, and inside networks read from ONNX."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from scipy import special

from inference.engines import Engine
from inference.engines.numpy import NumpyEngine
from inference.mlp import Activation, Dense, Mlp, Output
from inference.onnx.reader import read_mlp
from tests.inference.nets import save_chain

ALPHA = 1.7


def gelu_tanh(x: np.ndarray) -> np.ndarray:
    u = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return x * special.expit(2 * u)


EXACT: dict[Activation, Callable[[np.ndarray], np.ndarray]] = {
    Activation.LINEAR: lambda x: x,
    Activation.RELU: lambda x: np.maximum(x, 0),
    Activation.LEAKY_RELU: lambda x: np.where(x < 0, np.float32(ALPHA) * x, x),
    Activation.TANH: np.tanh,
    Activation.SIGMOID: special.expit,
    Activation.ELU: lambda x: np.where(x < 0, np.float32(ALPHA) * special.expm1(x), x),
    Activation.SOFTPLUS: lambda x: np.logaddexp(x, 0),
    Activation.GELU: lambda x: x * special.ndtr(x),
    Activation.GELU_TANH: gelu_tanh,
}
"""In double precision, by SciPy."""


@pytest.fixture(params=["mojo", "numpy"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue("mojo") if request.param == "mojo" else NumpyEngine()


def single(activation: Activation) -> Mlp:
    """One number in, its activation out."""
    one, zero = np.ones((1, 1), np.float32), np.zeros(1, np.float32)
    layer = Dense(one, zero, activation, ALPHA, -1)
    return Mlp("single", Path("single"), "x", (1,), (layer,), (Output("y", 0, (1,)),))


@pytest.mark.parametrize("activation", Activation)
def test_every_number_to_its_last_digits(activation: Activation, engine: Engine) -> None:
    small = np.logspace(-12, 38, 800)
    x = np.concatenate([np.linspace(-12.5, 12.5, 5001), small, -small]).astype(np.float32)[:, None]
    with np.errstate(all="ignore"):
        right = EXACT[activation](x.astype(np.float64))
    found = engine.load(single(activation)).run({"x": x})["y"]
    np.testing.assert_allclose(found, right, rtol=1e-5, atol=1e-36)


@pytest.mark.parametrize("activation", Activation)
def test_limits_and_nan(activation: Activation, engine: Engine) -> None:
    runner = engine.load(single(activation))
    x = np.array([[np.nan], [np.inf], [-np.inf], [0], [-0.0]], np.float32)
    below = {Activation.TANH: -1.0, Activation.ELU: -np.float32(ALPHA)}
    unbounded = activation in (Activation.LINEAR, Activation.LEAKY_RELU)
    lowest = -np.inf if unbounded else below.get(activation, 0.0)
    highest = 1.0 if activation in (Activation.TANH, Activation.SIGMOID) else np.inf
    middle = {Activation.SIGMOID: 0.5, Activation.SOFTPLUS: np.float32(math.log(2))}
    zero = middle.get(activation, 0.0)
    found = runner.run({"x": x})["y"].ravel()
    np.testing.assert_array_equal(found[:3], [np.nan, highest, lowest])
    np.testing.assert_allclose(found[3:], zero, rtol=1e-6)
    alone = np.concatenate([runner.run({"x": row[None]})["y"].ravel() for row in x])
    np.testing.assert_array_equal(alone, found)


OPERATORS: dict[str, tuple[str, dict[str, float | str]]] = {
    "Sigmoid": ("Sigmoid", {}),
    "Elu": ("Elu", {"alpha": 0.6}),
    "Elu with its default alpha": ("Elu", {}),
    "Softplus": ("Softplus", {}),
    "Gelu": ("Gelu", {}),
    "Gelu tanh": ("Gelu", {"approximate": "tanh"}),
}


@pytest.mark.parametrize("batch", [1, 9])
@pytest.mark.parametrize("case", OPERATORS)
def test_networks_with_it_are_fused_and_agree_with_onnx_runtime(
    case: str, batch: int, engine: Engine, tmp_path: Path
) -> None:
    operator, attributes = OPERATORS[case]
    path = save_chain(
        tmp_path / "net.onnx", (31, 40, 17), operator, operator, opset=20, **attributes
    )
    mlp = read_mlp(path)
    assert len(mlp.layers) == 2
    x = np.random.default_rng(batch).standard_normal((batch, 31)).astype(np.float32) * 2
    right = onnxruntime.InferenceSession(path).run(None, {"x": x})[0]
    found = engine.load(mlp).run({"x": x})["y"]
    assert np.abs(found - right).max() <= 1e-5 * np.abs(right).max()
