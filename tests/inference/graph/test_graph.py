"""Networks that are no plain MLP: folded where they can be, else run as graphs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import NodeProto, helper

from inference import ModelError, load_model
from inference.engines.mojo import MojoEngine
from inference.engines.numpy import NumpyEngine
from inference.graph import GraphModel
from inference.mlp import Mlp
from inference.models import MODELS
from inference.onnx.reader import NotFused, read_mlp, read_model
from inference.worker.executor import Executor
from inference.worker.messages import Infer, LoadModel, ModelFailed, ModelLoaded, Notice, Result
from tests.inference.nets import save, save_chain

node = helper.make_node
rng = np.random.default_rng(5)


def noise(*shape: int) -> np.ndarray:
    return rng.standard_normal(shape).astype(np.float32)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


W, V, B, S = noise(6, 4), noise(4, 3), noise(4), np.abs(noise(4)) + 0.5

FOLDED: dict[str, tuple[list[NodeProto], dict[str, np.ndarray]]] = {
    "standardised input and output": (
        [
            node("Sub", ["x", "mean"], ["a"]),
            node("Div", ["a", "std"], ["b"]),
            node("Gemm", ["b", "w", "bias"], ["c"]),
            node("Mul", ["std2", "c"], ["d"]),
            node("Add", ["d", "bias"], ["y"]),
        ],
        {"mean": noise(6), "std": np.abs(noise(1, 6)) + 1, "w": W, "bias": B, "std2": S},
    ),
    "batch normalisation before, between and after": (
        [
            node("BatchNormalization", ["x", "p", "q", "r", "s"], ["a"], epsilon=0.01),
            node("MatMul", ["a", "w"], ["b"]),
            node("Relu", ["b"], ["c"]),
            node("BatchNormalization", ["c", "v", "bias", "bias", "v"], ["d"]),
            node("MatMul", ["d", "u"], ["e"]),
            node("BatchNormalization", ["e", "t", "t", "t", "t"], ["y"]),
        ],
        {
            "w": W, "u": V, "v": S, "bias": B, "t": S[:3],
            **{name: np.abs(noise(6)) + 0.1 for name in "pqrs"},
        },
    ),
    "a constant minus, and Add before MatMul": (
        [
            node("Sub", ["one", "x"], ["a"]),
            node("Add", ["a", "six"], ["b"]),
            node("MatMul", ["b", "w"], ["y"]),
        ],
        {"one": np.float32(1), "six": noise(6), "w": W},
    ),
    "reshape between the scale and its layer": (
        [
            node("Reshape", ["x", "apart"], ["a"]),
            node("Mul", ["a", "pair"], ["b"]),
            node("Flatten", ["b"], ["c"]),
            node("MatMul", ["c", "w"], ["y"]),
        ],
        {"apart": ints(-1, 3, 2), "pair": noise(3, 1), "w": W},
    ),
}  # fmt: skip


def compare(path: Path, batches: Sequence[int], shape: tuple[int, ...] = (6,)) -> None:
    """Our numpy engine against ONNX Runtime."""
    session = onnxruntime.InferenceSession(path)
    runner = load_model(path, "numpy")
    for batch in batches:
        x = np.random.default_rng(batch).standard_normal((batch, *shape)).astype(np.float32)
        (found,), (right,) = runner.run({"x": x}).values(), session.run(None, {"x": x})
        assert found.shape == right.shape and found.dtype == np.float32
        np.testing.assert_allclose(found, right, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("case", FOLDED)
def test_affine_steps_fold_into_dense_layers(case: str, tmp_path: Path) -> None:
    nodes, weights = FOLDED[case]
    path = save(tmp_path / "net.onnx", nodes, weights, ("x", ["batch", 6]), ["y"])
    model = read_model(path)
    assert isinstance(model, Mlp)
    assert len(model.layers) == sum(n.op_type in ("Gemm", "MatMul") for n in nodes)
    compare(path, [1, 5])


def chain(*nodes: tuple[str, list[str], dict[str, Any]]) -> list[NodeProto]:
    """Nodes one after the other from ``x`` to ``y``, with their further inputs."""
    made, tensor = [], "x"
    for i, (op, more, attributes) in enumerate(nodes):
        result = "y" if i == len(nodes) - 1 else f"t{i}"
        made.append(node(op, [tensor, *more], [result], **attributes))
        tensor = result
    return made


DENSE = ("MatMul", ["w"], {})
GRAPHS: dict[str, tuple[list[NodeProto], dict[str, np.ndarray]]] = {
    **{
        name: (chain(DENSE, (name, [], {}), ("MatMul", ["v"], {})), {"w": W, "v": V})
        for name in ("Softmax", "Erf", "Sin")
    },
    "activation first": (chain(("Relu", [], {}), DENSE), {"w": W}),
    "layer normalisation": (
        chain(DENSE, ("LayerNormalization", ["s", "b"], {}), ("MatMul", ["v"], {})),
        {"w": W, "s": S, "b": B, "v": V},
    ),
    "residual": (
        [
            node("MatMul", ["x", "w"], ["a"]),
            node("Relu", ["a"], ["b"]),
            node("Add", ["a", "b"], ["y"]),
        ],
        {"w": W},
    ),
    "a group of experts, weighed": (
        [
            node("MatMul", ["x", "w"], ["a"]),
            node("Softmax", ["a"], ["g"], axis=-1),
            node("Unsqueeze", ["g", "two"], ["h"]),
            node("Mul", ["h", "experts"], ["m"]),
            node("ReduceSum", ["m", "one"], ["y"], keepdims=0),
        ],
        {"w": W, "two": ints(2), "one": ints(1), "experts": noise(4, 7)},
    ),
    "convolution over time": (
        chain(
            ("Reshape", ["rows"], {}),
            ("Pad", ["pads"], {"mode": "edge"}),
            ("Conv", ["k", "b"], {"strides": [1], "dilations": [2]}),
            ("ConvTranspose", ["kt"], {"strides": [2], "pads": [1, 0]}),
            ("AveragePool", [], {"kernel_shape": [2], "ceil_mode": 1, "strides": [2]}),
            ("Flatten", [], {}),
        ),
        {
            "rows": ints(0, 2, 3), "pads": ints(0, 0, 1, 0, 0, 2),
            "k": noise(4, 2, 2), "b": B, "kt": noise(4, 2, 3),
        },
    ),
    "grouped convolution of pictures": (
        chain(
            ("Reshape", ["rows"], {}),
            ("Conv", ["k"], {"group": 2, "auto_pad": "SAME_LOWER"}),
            ("GlobalAveragePool", [], {}),
            ("Squeeze", ["axes"], {}),
        ),
        {"rows": ints(0, 2, 3, 1), "k": noise(4, 1, 2, 2), "axes": ints(2, 3)},
    ),
    "shapes computed from the batch": (
        [
            node("Shape", ["x"], ["n"], start=0, end=1),
            node("Concat", ["n", "four"], ["s"], axis=0),
            node("ConstantOfShape", ["s"], ["ones"], value=helper.make_tensor("v", 1, [1], [1.5])),
            node("MatMul", ["x", "w"], ["a"]),
            node("Where", ["mask", "a", "ones"], ["b"]),
            node("Split", ["b"], ["c", "d"], axis=1),
            node("Slice", ["d", "last", "first", "one", "back"], ["e"]),
            node("Expand", ["e", "wide"], ["f"]),
            node("Concat", ["c", "f"], ["y"], axis=-1),
        ],
        {
            "four": ints(4), "w": W, "mask": np.array([True, False, True, False]),
            "last": ints(-1), "first": ints(-9), "one": ints(1), "back": ints(-1),
            "wide": ints(1, 2),
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", GRAPHS)
def test_other_networks_run_as_graphs(case: str, tmp_path: Path) -> None:
    nodes, weights = GRAPHS[case]
    path = save(tmp_path / "net.onnx", nodes, weights, ("x", ["batch", 6]), ["y"])
    assert isinstance(read_model(path), GraphModel)
    with pytest.raises(NotFused):
        read_mlp(path)
    compare(path, [1, 2, 7, 300])


@pytest.mark.parametrize("opset", [11, 12, 13, 17, 18, 21])
def test_opset_differences(opset: int, tmp_path: Path) -> None:
    """Softmax's axes, Split's sizes and ReduceMean's axes moved between opsets."""
    sizes, axes = (
        ((["sizes"], {}), (["axes"], {}))
        if opset >= 18
        else ((["sizes"], {}) if opset >= 13 else ([], {"split": [1, 3]}), ([], {"axes": [1]}))
    )
    nodes = [
        node("MatMul", ["x", "w"], ["m"]),
        node("Reshape", ["m", "cube"], ["c"]),
        node("Softmax", ["c"], ["s"]),
        node("Flatten", ["s"], ["f"]),
        node("Split", ["f", *sizes[0]], ["a", "b"], axis=-1, **sizes[1]),
        node("ReduceMean", ["b", *axes[0]], ["r"], keepdims=1, **axes[1]),
        node("Sub", ["a", "r"], ["y"]),
    ]
    weights = {"w": W, "cube": ints(-1, 2, 2)}
    weights |= {"sizes": ints(1, 3)} if opset >= 13 else {}
    weights |= {"axes": ints(1)} if opset >= 18 else {}
    compare(save(tmp_path / "net.onnx", nodes, weights, ("x", ["n", 6]), ["y"], opset), [1, 3])


def test_a_graph_with_a_fixed_batch_runs_as_any(tmp_path: Path) -> None:
    nodes = chain(DENSE, ("Sigmoid", [], {}), ("Reshape", ["s"], {}))
    fixed = save(tmp_path / "f.onnx", nodes, {"w": W, "s": ints(2, 4, 1)}, ("x", [2, 6]), ["y"])
    free = save(tmp_path / "d.onnx", nodes, {"w": W, "s": ints(-1, 4, 1)}, ("x", ["n", 6]), ["y"])
    x = noise(7, 6)
    right = load_model(free, "numpy").run({"x": x})["y"]
    np.testing.assert_allclose(load_model(fixed, "numpy").run({"x": x})["y"], right, rtol=1e-6)
    assert load_model(fixed, "numpy").run({"x": x[:0]})["y"].shape == (0, 4, 1)


def test_every_engine_takes_a_graph_and_says_that_numpy_runs_it(
    mojo: MojoEngine, own_cache: Path, tmp_path: Path
) -> None:
    path = save_chain(tmp_path / "net.onnx", (132, 8, 2), "Erf")
    runners = [load_model(path), load_model(path, "mojo"), load_model(path, "numpy")]
    runners.append(mojo.load(read_model(path)))
    assert [runner.engine for runner in runners] == ["numpy"] * 4
    x = noise(3, 132)
    for runner in runners[1:]:
        np.testing.assert_array_equal(runner.run({"x": x})["y"], runners[0].run({"x": x})["y"])


def test_a_session_runs_a_graph_in_the_place_of_a_model(mojo: MojoEngine, tmp_path: Path) -> None:
    heard: list[Notice] = []
    executor = Executor(["mojo", "numpy"], NumpyEngine(), heard.append)
    executor.join(mojo, 0.0)
    path = save_chain(tmp_path / "net.onnx", (132, 8, 2), "Erf")
    executor.load(LoadModel("deepphase", path))
    loaded = heard[-1]
    assert isinstance(loaded, ModelLoaded)
    assert (loaded.inputs, loaded.outputs) == (
        MODELS["deepphase"].inputs,
        MODELS["deepphase"].outputs,
    )
    result = executor.step(Infer("deepphase", {"frame": noise(4, 132)}, "phase"))
    assert isinstance(result, Result)
    assert (result.engine, result.outputs["phase"].shape) == ("numpy", (4, 2))
    executor.load(LoadModel("deepphase", save_chain(tmp_path / "n.onnx", (132, 8, 3), "Erf")))
    assert isinstance(heard[-1], ModelFailed)
    assert r"'y' has shape [batch, 3], DeepPhase has [batch, 2]" in heard[-1].message


def test_heads_are_matched_by_name_in_any_order(tmp_path: Path) -> None:
    nodes = [
        node("MatMul", ["x", "w"], ["a"]),
        node("Sigmoid", ["a"], ["logvar"]),
        node("Neg", ["logvar"], ["mu"]),
    ]
    weights = {"w": noise(4380, 256)}
    path = save(tmp_path / "e.onnx", nodes, weights, ("x", ["n", 4380]), ["logvar", "mu"])
    runner = load_model(path, spec=MODELS["stylevae_encoder"])
    results = runner.run({"motion": noise(2, 4380)})
    assert list(results) == ["mu", "logvar"]
    np.testing.assert_array_equal(results["mu"], -results["logvar"])


def test_flipped_bytes_of_graphs_are_an_error_not_a_crash(tmp_path: Path) -> None:
    chance = np.random.default_rng(12)
    seeds, refused = [], 0
    for nodes, weights in GRAPHS.values():
        path = save(tmp_path / "seed.onnx", nodes, weights, ("x", ["batch", 6]), ["y"], 20)
        seeds.append(path.read_bytes())
    for _ in range(1500):
        data = bytearray(seeds[chance.integers(len(seeds))])
        for place in chance.integers(len(data), size=chance.integers(1, 6)):
            data[place] = chance.integers(256)
        path.write_bytes(data)
        try:
            runner = load_model(path, "numpy")
            runner.run({name: np.ones((3, *s[1:])) for name, s in runner.inputs.items()})
        except ModelError as error:
            assert "\n" not in str(error)
            refused += 1
    assert refused > 400


def test_nan_weights_of_a_graph_load_with_a_warning(tmp_path: Path) -> None:
    weight = W.copy()
    weight[0, 0] = np.nan
    nodes = chain(DENSE, ("Sigmoid", [], {}))
    runner = load_model(save(tmp_path / "n.onnx", nodes, {"w": weight}, ("x", ["n", 6]), ["y"]))
    assert "'w' holds 1 values" in runner.warnings[0]
    assert np.isnan(runner.run({"x": np.ones((1, 6))})["y"][0, 0])
