"""Networks of MAX's own ops: on a GPU where there is one, the same graphs on the CPU, slowly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from inference import load_model
from inference.engines.max.engine import Compiling, MaxEngine
from inference.engines.max.layout import dense_weights
from inference.engines.numpy import NumpyEngine
from inference.mlp import Activation, Mlp
from inference.models import MODELS
from inference.onnx.reader import read_mlp, read_model
from inference.runner import Provisional, Runner
from tests.inference.nets import save, save_chain, save_model_like

LIMIT = 1e-5


def compiled(runner: Runner) -> Runner:
    assert isinstance(runner, Provisional)
    return runner.compile(lambda *_: None, threading.Event())


def assert_close(mlp: Mlp, runner: Runner, batch: int) -> None:
    """Differences are held against the largest value of that output over 64 rows."""
    x, usual = (
        np.random.default_rng(n).standard_normal((n, *mlp.input_shape), np.float32)
        for n in (batch, 64)
    )
    reference = NumpyEngine().load(mlp)
    right, sizes = (reference.run({mlp.input_name: rows}) for rows in (x, usual))
    for name, values in runner.run({mlp.input_name: x}).items():
        assert values.shape == right[name].shape and values.dtype == np.float32
        assert (np.abs(values - right[name]) <= LIMIT * np.abs(sizes[name]).max()).all(), name


def graph_file(path: Path) -> Path:
    """Nothing that is an MLP, with two outputs of different shapes."""
    nodes = [
        helper.make_node("Softmax", ["x"], ["soft"], axis=-1),
        helper.make_node("Sin", ["x"], ["wave"]),
        helper.make_node("Mul", ["soft", "wave"], ["product"]),
        helper.make_node("ReduceMax", ["product"], ["peak"], axes=[2], keepdims=0),
    ]
    return save(path, nodes, {}, ("x", ["batch", 3, 5]), ["peak", "product"])


def test_two_halves_are_the_weight_in_11_bits_each_or_less(tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (50, 40)))
    odd = mlp.layers[0].weight.copy()
    odd[0, :6] = [np.inf, -np.inf, np.nan, 3e38, 1e-40, 0]
    weights = dense_weights("net", replace(mlp, layers=(replace(mlp.layers[0], weight=odd),)))
    high, low = weights["net.0.high"], weights["net.0.low"]
    np.testing.assert_array_equal(high + low, odd)
    assert not np.any(high[np.isfinite(high)].view(np.uint32) & 0x1FFF)
    assert np.all(np.abs(low[1:]) <= np.abs(odd[1:]) * 2.0**-10)


def test_a_graph_runs_on_numpy_until_it_is_compiled(max_cpu: MaxEngine, tmp_path: Path) -> None:
    model = read_model(graph_file(tmp_path / "net.onnx"))
    runner = max_cpu.load(model)
    x = {"x": np.random.default_rng(0).standard_normal((3, 3, 5), np.float32)}
    right = NumpyEngine().load(model).run(x)
    found = runner.run(x)
    for name in ("peak", "product"):
        np.testing.assert_allclose(found[name], right[name], rtol=1e-5, atol=1e-6)
    compiled = not isinstance(runner, Provisional)  # before, as by the slow test
    assert runner.engine == ("max" if compiled else "numpy")


@pytest.mark.slow
def test_a_graph_is_lowered_once_and_runs_any_batch(max_cpu: MaxEngine, tmp_path: Path) -> None:
    path = graph_file(tmp_path / "net.onnx")
    runner = load_model(path, engine="max")
    reference = NumpyEngine().load(read_model(path))
    assert (runner.engine, reference.engine) == ("max", "numpy")
    for rows in (0, 1, 2, 65, 130):
        x = {"x": np.random.default_rng(rows).standard_normal((rows, 3, 5), np.float32)}
        right, found = reference.run(x), runner.run(x)
        assert list(found) == list(right)
        for name, values in right.items():
            assert found[name].shape == values.shape
            np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=1e-6)
    assert not isinstance(max_cpu.load(read_model(path)), Provisional), "it is in the cache"


@pytest.mark.slow
def test_the_graphs_of_the_gpu_are_right_on_the_cpu(max_cpu: MaxEngine, tmp_path: Path) -> None:
    """Every activation, two heads; what differs on a GPU is the device alone."""
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (20, *(16 for _ in Activation), 3)))
    layers = [
        replace(layer, activation=activation, slope=0.3)
        for layer, activation in zip(mlp.layers, [*Activation, Activation.LINEAR], strict=True)
    ]
    middle = replace(mlp.outputs[0], name="middle", layer=4, shape=(4, 4))
    mlp = replace(mlp, layers=tuple(layers), outputs=(middle, *mlp.outputs))
    runtime = max_cpu.runtime
    assert runtime is not None
    runner = compiled(Compiling(mlp, runtime, "cpu", "max"))
    for batch in (0, 1, 2, 7, 65, 7):
        assert_close(mlp, runner, batch)
    x = np.random.default_rng(0).standard_normal((3, 20)).astype(np.float32)
    first = runner.run({"x": x})["y"]
    kept = first.copy()
    x[1] = np.nan
    second = runner.run({"x": x})["y"]
    np.testing.assert_array_equal(first, kept)
    assert np.isnan(second[1]).all()
    np.testing.assert_array_equal(second[::2], first[::2])


@pytest.fixture(scope="module")
def max_gpu() -> Iterator[MaxEngine]:
    driver = pytest.importorskip("max.driver", reason="needs MAX")
    if not driver.accelerator_count():
        pytest.skip("needs a GPU that MAX can use")
    engine = MaxEngine("gpu")
    engine.prepare(lambda *_: None, threading.Event())
    yield engine


@pytest.mark.gpu
@pytest.mark.parametrize("batch", [0, 1, 2, 7, 64, 1000])
@pytest.mark.parametrize("name", MODELS)
def test_the_five_models_on_the_gpu(
    name: str, batch: int, max_gpu: MaxEngine, tmp_path: Path
) -> None:
    mlp = read_mlp(save_model_like(name, tmp_path / "net.onnx"), MODELS[name])
    runner = max_gpu.load(mlp)
    assert runner.engine == "max-gpu"
    assert_close(mlp, runner, batch)


@pytest.mark.gpu
def test_an_mlp_of_its_own_layout_on_the_gpu(max_gpu: MaxEngine, tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (17, 33, 7), "LeakyRelu", alpha=0.2))
    runner = max_gpu.load(mlp)
    runner = compiled(runner) if isinstance(runner, Provisional) else runner
    for batch in (1, 64):
        assert_close(mlp, runner, batch)


@pytest.mark.gpu
def test_a_general_graph_on_the_gpu(max_gpu: MaxEngine, tmp_path: Path) -> None:
    path = graph_file(tmp_path / "net.onnx")
    runner = load_model(path, engine="max", device="gpu")
    assert runner.engine == "max-gpu"
    x = {"x": np.random.default_rng(0).standard_normal((70, 3, 5), np.float32)}
    right, found = NumpyEngine().load(read_model(path)).run(x), runner.run(x)
    assert list(found) == list(right)
    for name, values in right.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=1e-6)
