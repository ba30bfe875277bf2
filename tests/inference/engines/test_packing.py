"""16-bit weights on networks that are hard on them."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from inference.engines.mojo import MojoEngine
from inference.engines.numpy import NumpyEngine
from inference.mlp import Activation, Dense, Mlp, Output

INPUTS, HIDDEN, OUTPUTS = 64, 512, 300


def network(*layers: Dense) -> Mlp:
    sources = {layer.source for layer in layers}
    ends = [i for i in range(len(layers)) if i not in sources]
    outputs = tuple(Output(f"y{i}", i, (layers[i].width,)) for i in ends)
    return Mlp("net", Path("net.onnx"), "x", (layers[0].weight.shape[1],), layers, outputs)


def dense(
    weight: np.ndarray,
    source: int,
    activation: Activation = Activation.LINEAR,
    bias: np.ndarray | None = None,
) -> Dense:
    bias = np.zeros(len(weight)) if bias is None else bias
    return Dense(weight.astype(np.float32), bias.astype(np.float32), activation, 0.1, source)


def normal(outputs: int, inputs: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((outputs, inputs)) / np.sqrt(inputs)


def error(mlp: Mlp, x: np.ndarray, precision: str) -> float:
    """The largest, relative to the largest value of its output."""
    engine = MojoEngine(precision)
    engine.prepare(lambda *_: None, threading.Event())
    inputs = {"x": x.astype(np.float32)}
    found, wanted = engine.load(mlp).run(inputs), NumpyEngine().load(mlp).run(inputs)
    return max(float(np.abs(found[y] - r).max() / np.abs(r).max()) for y, r in wanted.items())


@pytest.mark.parametrize("activation", [Activation.RELU, Activation.LEAKY_RELU, Activation.LINEAR])
def test_units_whose_weights_differ_in_size_by_far_keep_the_limit(activation: Activation) -> None:
    sizes = np.exp(2.5 * np.random.default_rng(0).standard_normal(HIDDEN))
    sizes[3] = 0.0
    first = dense(normal(HIDDEN, INPUTS, 1) / np.maximum(sizes, 1e-3)[:, None], -1, activation)
    mlp = network(
        first,
        dense(normal(OUTPUTS, HIDDEN, 2) * sizes, 0),
        dense(normal(OUTPUTS, HIDDEN, 3) * sizes, 0, Activation.RELU),
    )
    x = np.random.default_rng(4).standard_normal((50, INPUTS))
    assert error(mlp, x, "fast") <= 1e-4
    assert error(mlp, x[:1], "fast") <= 1e-4


@pytest.mark.parametrize("precision", ["fast", "half"])
def test_inputs_that_vary_little_about_a_large_mean_keep_the_limit(precision: str) -> None:
    """As the features of a character that holds itself upright do: the bias cancels the mean."""
    inputs = 200
    mean, spread = np.full(inputs, 1.0), 0.01
    weight = normal(1024, inputs, 5) / spread
    mlp = network(
        dense(weight, -1, Activation.RELU, bias=-weight @ mean),
        dense(normal(512, 1024, 6), 0, Activation.RELU),
        dense(normal(36, 512, 7), 1),
    )
    x = mean + spread * np.random.default_rng(8).standard_normal((50, inputs))
    reached = error(mlp, x, precision)
    assert reached <= {"fast": 1e-4, "half": 1e-2}[precision]
    assert reached > 1e-7, "these are not the weights of this precision"


def test_huge_weights_are_not_scaled_out_of_range() -> None:
    mlp = network(
        dense(normal(HIDDEN, INPUTS, 9) * 1e-36, -1, Activation.RELU),
        dense(normal(OUTPUTS, HIDDEN, 10) * 1e37, 0),
    )
    x = np.random.default_rng(11).standard_normal((5, INPUTS))
    assert error(mlp, x, "fast") <= 1e-4
