"""Hidden layers over a clip: values, dead and saturated units, orders, strongest inputs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from inference.gradients import activations
from inference.mlp import Activation, Dense, Mlp, Output
from inference.onnx.reader import read_general, read_mlp
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.layers import hidden_values, strongest_inputs
from viewer.model.notice import Refused

DEEPPHASE = ASSETS / "models" / "deepphase.onnx"
RNG = np.random.default_rng(2)


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    found = load_motion(ASSETS / "clips" / "walk.bvh").phase_frames
    assert found is not None
    return found


def two_layers(
    weights: Sequence[Sequence[float]], biases: Sequence[float], activation: Activation
) -> Mlp:
    """Units of one hidden layer as given, and an output of two numbers behind it."""
    weight = np.array(weights, np.float32)
    hidden = Dense(weight, np.array(biases, np.float32), activation, 0.01, -1)
    out = np.ones((2, len(weight)), np.float32)
    last = Dense(out, np.zeros(2, np.float32), Activation.LINEAR, 0.0, 0)
    return Mlp(
        "two", Path("two.onnx"), "x", (weight.shape[1],), (hidden, last), (Output("y", 1, (2,)),)
    )


def test_all_layers_of_all_frames(frames: np.ndarray) -> None:
    long = np.tile(frames, (20, 1))[:2100]
    mlp = read_mlp(DEEPPHASE)
    found = hidden_values(mlp, long)
    assert [layer.values.shape for layer in found] == [(2100, n) for n in (256, 128, 32)]
    for layer, right in zip(found, activations(mlp, long), strict=True):
        assert layer.values.dtype == np.float16
        np.testing.assert_allclose(layer.values, right.after, rtol=2e-3, atol=1e-3)


def test_dead_units_are_counted() -> None:
    rows = RNG.standard_normal((200, 2)).astype(np.float32)
    mlp = two_layers([[1, 0], [1, 0], [0, 0]], [0, -50, 3], Activation.RELU)
    (layer,) = hidden_values(mlp, rows)
    assert layer.dead.tolist() == [False, True, True]
    assert not layer.saturated.any()
    assert layer.first_active[1:].tolist() == [200, 200]
    (single,) = hidden_values(mlp, rows[:1])
    assert not single.dead.any()


@pytest.mark.parametrize("activation", [Activation.TANH, Activation.SIGMOID, Activation.LEAKY_RELU])
def test_saturated_units_are_counted(activation: Activation) -> None:
    rows = RNG.uniform(-1, 1, (200, 2)).astype(np.float32)
    mlp = two_layers([[1, 0], [1, 0], [40, 0]], [0, -6, 0], activation)
    (layer,) = hidden_values(mlp, rows)
    assert not layer.dead.any()
    assert layer.saturated[:2].tolist() == [False, True]


def test_ordered_by_first_activity() -> None:
    pulses = np.zeros((30, 3), np.float32)
    pulses[20:, 0] = pulses[5:9, 1] = pulses[12:, 2] = 1
    mlp = two_layers([*np.eye(3).tolist(), [0, 0, 0]], [0] * 4, Activation.RELU)
    (layer,) = hidden_values(mlp, pulses)
    assert layer.first_active.tolist() == [20, 5, 12, 30]
    assert layer.order("activity").tolist() == [1, 2, 0, 3]
    assert layer.order("index").tolist() == [0, 1, 2, 3]


def test_the_dead_come_last_in_clusters() -> None:
    rows = RNG.standard_normal((100, 2)).astype(np.float32)
    mlp = two_layers([[1, 0], [0, 0], [0, 1], [2, 0]], [0] * 4, Activation.TANH)
    (layer,) = hidden_values(mlp, rows)
    order = layer.order("cluster").tolist()
    assert order[-1] == 1 and abs(order.index(0) - order.index(3)) == 1


def test_strongest_inputs_by_weight_and_spread(frames: np.ndarray) -> None:
    rows = RNG.standard_normal((400, 3)).astype(np.float32) * [1, 10, 0]
    mlp = two_layers([[3, -1, 99]], [0], Activation.TANH)
    (first, large), (second, small), (third, none) = strongest_inputs(mlp, rows, 0, 0)
    assert (first, second, third) == (1, 0, 2)
    assert large == pytest.approx(-10, rel=0.1)
    assert small == pytest.approx(3, rel=0.1) and none == 0


def test_of_a_deeper_unit_by_the_gradient(frames: np.ndarray) -> None:
    """Inputs that hold still do not count; those listed do move the unit."""
    mlp = read_mlp(DEEPPHASE)
    unit = int(np.argmax(hidden_values(mlp, frames)[1].values.astype(float).std(0)))
    listed = strongest_inputs(mlp, frames, 1, unit, count=132)
    assert [s for _, s in listed] == sorted((s for _, s in listed), reverse=True)
    spread = frames.std(0)

    def moved(place: int) -> float:
        nudged = frames.copy()
        nudged[:, place] += 0.01 * spread[place]
        ends = (activations(mlp, rows)[1].after[:, unit] for rows in (frames, nudged))
        return float(np.abs(np.subtract(*ends)).mean())

    assert moved(listed[0][0]) > moved(listed[60][0])


def test_a_general_graph_has_layers_too(frames: np.ndarray) -> None:
    one, other = (hidden_values(read(DEEPPHASE), frames) for read in (read_mlp, read_general))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_allclose(a.values, b.values, rtol=2e-3, atol=1e-3)
        np.testing.assert_array_equal(a.dead, b.dead)
        assert not b.saturated.any()


def test_what_does_not_fit_is_told(frames: np.ndarray) -> None:
    mlp = read_mlp(DEEPPHASE)
    with pytest.raises(Refused, match="no frames"):
        hidden_values(mlp, frames[:0])
    with pytest.raises(Refused, match=r"shape \[80, 131\]"):
        hidden_values(mlp, frames[:80, 1:])
    with pytest.raises(Refused, match="no unit 256 in hidden layer 1"):
        strongest_inputs(mlp, frames, 0, 256)
