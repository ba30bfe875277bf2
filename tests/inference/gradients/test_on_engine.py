"""Gradients whose products the engines compute, beside those of NumPy in float64."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference.engines import Engine
from inference.engines.numpy import NumpyEngine
from inference.errors import ModelError
from inference.gradients import SCALARS, EngineGradient, differentiate
from inference.onnx.reader import read_mlp
from tests.inference.nets import save_chain

DEEPPHASE = Path(__file__).parents[3] / "assets" / "models" / "deepphase.onnx"
KINDS: dict[str, dict[str, Any]] = {
    "Relu": {},
    "LeakyRelu": {"alpha": 0.2},
    "Tanh": {},
    "Sigmoid": {},
    "Elu": {"alpha": 0.7},
    "Softplus": {},
}


@pytest.fixture(params=["mojo", "numpy"])
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.getfixturevalue("mojo") if request.param == "mojo" else NumpyEngine()


def missed(found: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The error of each row as a share of its gradient's length."""
    return np.linalg.norm(found - right, axis=1) / np.linalg.norm(right, axis=1)


@pytest.mark.parametrize("of", SCALARS)
def test_the_shipped_model(engine: Engine, frames: np.ndarray, of: Any) -> None:
    mlp = read_mlp(DEEPPHASE)
    found = EngineGradient(mlp, engine).run(frames, of)
    right = differentiate(mlp, frames, of)
    assert found.gradient.dtype == np.float32 and found.gradient.shape == (1000, 132)
    assert np.median(missed(found.gradient, right.gradient)) < 1e-5
    apart = found.values - right.values
    apart -= np.round(apart) if of == "angle" else 0
    assert np.abs(apart).max() < 1e-3


@pytest.mark.parametrize("name", KINDS)
def test_every_activation_that_tells(
    engine: Engine, frames: np.ndarray, name: str, tmp_path: Path
) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (132, 64, 48, 2), name, **KINDS[name]))
    found = EngineGradient(mlp, engine).run(frames, "amplitude").gradient
    errors = missed(found, differentiate(mlp, frames, "amplitude").gradient)
    assert np.quantile(errors, 0.98) < 1e-4  # the others have a unit at its kink


@pytest.mark.parametrize(("name", "more"), [("Gelu", {}), ("LeakyRelu", {"alpha": -0.5})])
def test_what_it_cannot_serve_is_told(name: str, more: dict[str, Any], tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (4, 8, 2), name, opset=20, **more))
    with pytest.raises(ModelError, match=r"net.onnx: GELU and negative slopes"):
        EngineGradient(mlp, NumpyEngine())


def test_rows_that_do_not_fit_are_told() -> None:
    gradient = EngineGradient(read_mlp(DEEPPHASE), NumpyEngine())
    with pytest.raises(ModelError, match=r"expected \[batch, 132\]"):
        gradient.run(np.zeros((2, 131)), "angle")
    assert gradient.run(np.zeros((0, 132)), "angle").gradient.shape == (0, 132)
