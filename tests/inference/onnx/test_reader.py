"""What the ONNX reader folds, and the sentence for what it refuses."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from inference import ModelError
from inference.engines.numpy import NumpyEngine
from inference.models import MODELS
from inference.onnx.reader import read_mlp
from tests.inference.nets import LAYERS, save, save_chain, save_model_like

node = helper.make_node
rng = np.random.default_rng(7)
W = rng.standard_normal((5, 3)).astype(np.float32)  # (inputs, outputs)
B = rng.standard_normal(3).astype(np.float32)
V = rng.standard_normal((3, 4)).astype(np.float32)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


GRAPHS = {
    "gemm": ([node("Gemm", ["x", "w", "b"], ["y"])], {"w": W, "b": B}),
    "gemm without bias": ([node("Gemm", ["x", "w"], ["y"])], {"w": W}),
    "gemm transB alpha beta": (
        [node("Gemm", ["x", "w", "b"], ["y"], transB=1, alpha=0.5, beta=-2.0)],
        {"w": np.ascontiguousarray(W.T), "b": B[None]},
    ),
    "gemm scalar bias": ([node("Gemm", ["x", "w", "b"], ["y"])], {"w": W, "b": B[:1]}),
    "matmul": ([node("MatMul", ["x", "w"], ["y"])], {"w": W}),
    "matmul add": (
        [node("MatMul", ["x", "w"], ["m"]), node("Add", ["m", "b"], ["y"])],
        {"w": W, "b": B},
    ),
    "add with the constant first, twice": (
        [
            node("MatMul", ["x", "w"], ["m"]),
            node("Add", ["b", "m"], ["n"]),
            node("Add", ["n", "b"], ["y"]),
        ],
        {"w": W, "b": B[None]},
    ),
    "relu, leaky relu, tanh": (
        [
            node("MatMul", ["x", "w"], ["a"]),
            node("Relu", ["a"], ["b"]),
            node("MatMul", ["b", "v"], ["c"]),
            node("LeakyRelu", ["c"], ["d"], alpha=0.3),
            node("MatMul", ["d", "u"], ["e"]),
            node("Tanh", ["e"], ["y"]),
        ],
        {"w": W, "v": V, "u": np.ascontiguousarray(V.T)},
    ),
    "leaky relu with its default slope": (
        [node("MatMul", ["x", "w"], ["a"]), node("LeakyRelu", ["a"], ["y"])],
        {"w": W},
    ),
    "before and after an activation": (
        [
            node("MatMul", ["x", "w"], ["z"]),
            node("Relu", ["z"], ["r"]),
            node("MatMul", ["r", "v"], ["y"]),
        ],
        {"w": W, "v": V},
    ),
    "identity and dropout": (
        [
            node("Identity", ["x"], ["i"]),
            node("Gemm", ["i", "w"], ["g"]),
            node("Dropout", ["g"], ["d"]),
            node("Identity", ["d"], ["y"]),
        ],
        {"w": W},
    ),
    "constant node, transposed": (
        [
            node("Constant", [], ["c"], value=numpy_helper.from_array(np.ascontiguousarray(W.T))),
            node("Transpose", ["c"], ["w"], perm=[1, 0]),
            node("MatMul", ["x", "w"], ["y"]),
        ],
        {},
    ),
    "reshape 0 and -1": (
        [node("Gemm", ["x", "w"], ["g"]), node("Reshape", ["g", "s"], ["y"])],
        {"w": W, "s": ints(0, 3, -1)},
    ),
    "reshape -1 first": (
        [node("Gemm", ["x", "w"], ["g"]), node("Reshape", ["g", "s"], ["y"])],
        {"w": W, "s": ints(-1, 1, 3)},
    ),
    "reshape to the shape of the input": (
        [
            node("Gemm", ["x", "w"], ["g"]),
            node("Shape", ["x"], ["sh"]),
            node("Gather", ["sh", "zero"], ["n"], axis=0),
            node("Unsqueeze", ["n", "axis"], ["nn"]),
            node("Concat", ["nn", "rest"], ["s"], axis=0),
            node("Reshape", ["g", "s"], ["y"]),
        ],
        {"w": W, "zero": np.array(0), "axis": ints(0), "rest": ints(1, 3)},
    ),
    "slice of the input's shape": (
        [
            node("Gemm", ["x", "w"], ["g"]),
            node("Shape", ["x"], ["sh"]),
            node("Slice", ["sh", "from", "to"], ["n"]),
            node("Cast", ["n"], ["nn"], to=TensorProto.INT64),
            node("Concat", ["nn", "rest"], ["s"], axis=0),
            node("Reshape", ["g", "s"], ["y"]),
        ],
        {"w": W, "from": ints(0), "to": ints(1), "rest": ints(3, 1)},
    ),
    "flatten": (
        [
            node("Gemm", ["x", "w"], ["g"]),
            node("Reshape", ["g", "s"], ["r"]),
            node("Flatten", ["r"], ["y"]),
        ],
        {"w": W, "s": ints(-1, 1, 3)},
    ),
    "squeeze and unsqueeze": (
        [
            node("Gemm", ["x", "w"], ["g"]),
            node("Unsqueeze", ["g", "axes"], ["u"]),
            node("Squeeze", ["u", "one"], ["y"]),
        ],
        {"w": W, "axes": ints(1, -1), "one": ints(1)},
    ),
}


@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("case", GRAPHS)
def test_folded_graphs_give_what_onnx_runtime_gives(case: str, batch: int, tmp_path: Path) -> None:
    nodes, weights = GRAPHS[case]
    outputs = ["y", "z"] if case.startswith("before") else ["y"]
    path = save(tmp_path / "net.onnx", nodes, weights, ("x", ["batch", 5]), outputs)
    x = np.random.default_rng(3).standard_normal((batch, 5)).astype(np.float32)
    expected = onnxruntime.InferenceSession(path).run(None, {"x": x})
    runner = NumpyEngine().load(read_mlp(path))
    for (name, found), right in zip(runner.run({"x": x}).items(), expected, strict=True):
        assert found.shape == right.shape, name
        np.testing.assert_allclose(found, right, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("opset", [11, 12, 13, 21])
def test_opsets_since_11(opset: int, tmp_path: Path) -> None:
    squeeze = (
        node("Squeeze", ["g"], ["y"], axes=[1])
        if opset < 13
        else node("Squeeze", ["g", "axes"], ["y"])
    )
    weights = {"w": W[:, :1], **({} if opset < 13 else {"axes": ints(1)})}
    nodes = [node("Gemm", ["x", "w"], ["g"]), squeeze]
    mlp = read_mlp(save(tmp_path / "net.onnx", nodes, weights, ("x", ["n", 5]), ["y"], opset))
    assert mlp.outputs[0].shape == ()


def test_a_fixed_batch_runs_as_any(tmp_path: Path) -> None:
    nodes = [node("Gemm", ["x", "w"], ["g"]), node("Reshape", ["g", "s"], ["y"])]
    path = save(tmp_path / "n.onnx", nodes, {"w": W, "s": ints(1, 3, 1)}, ("x", [1, 5]), ["y"])
    runner = NumpyEngine().load(read_mlp(path))
    assert runner.run({"x": np.zeros((7, 5))})["y"].shape == (7, 3, 1)


@pytest.mark.parametrize("name", LAYERS)
def test_the_five_models_have_the_contracts_sizes(name: str, tmp_path: Path) -> None:
    mlp = read_mlp(save_model_like(name, tmp_path / "net.onnx"), MODELS[name])
    sizes = {"deepphase": 71_138, "stylevae_encoder": 2_505_984, "stylevae_decoder": 2_444_316}
    sizes |= {"deepmimic_actor": 746_020, "deepmimic_critic": 728_065}
    assert mlp.parameters == sizes[name]
    assert {o.name: (None, *o.shape) for o in mlp.outputs} == MODELS[name].outputs


def test_other_tensor_names_are_matched_by_position(tmp_path: Path) -> None:
    mlp = read_mlp(save_chain(tmp_path / "net.onnx", (132, 8, 2)), MODELS["deepphase"])
    assert (mlp.input_name, mlp.outputs[0].name) == ("frame", "phase")


@pytest.mark.parametrize(
    ("widths", "sentence"),
    [
        ((131, 2), r"input 'x' has shape \[batch, 131\], DeepPhase has \[batch, 132\]"),
        ((132, 3), r"output 'y' has shape \[batch, 3\], DeepPhase has \[batch, 2\]"),
    ],
)
def test_a_wrong_shape_names_tensor_and_shapes(
    widths: tuple[int, ...], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelError, match=sentence):
        read_mlp(save_chain(tmp_path / "net.onnx", widths), MODELS["deepphase"])


def test_a_missing_output_names_both_lists(tmp_path: Path) -> None:
    path = save_chain(tmp_path / "net.onnx", (4380, 256))
    with pytest.raises(ModelError, match=r"gives 'mu', 'logvar', this file gives 'y'"):
        read_mlp(path, MODELS["stylevae_encoder"])


BAD_GRAPHS = {
    "unknown operator": ([node("Softmax", ["x"], ["y"], name="soft")], {}, r"Softmax node 'soft'"),
    "foreign domain": ([node("Gemm", ["x", "w"], ["y"], domain="my.own")], {"w": W}, "not one of"),
    "transA": ([node("Gemm", ["x", "w"], ["y"], transA=1)], {"w": W}, "mix the rows"),
    "wrong width": ([node("Gemm", ["x", "w"], ["y"])], {"w": V}, "takes 3 values, but 5 come in"),
    "not a matrix": ([node("MatMul", ["x", "w"], ["y"])], {"w": W[0]}, r"shape \[3\]"),
    "two factors from the input": ([node("MatMul", ["x", "x"], ["y"])], {}, "must be a constant"),
    "bias of another width": (
        [node("Gemm", ["x", "w", "b"], ["y"])],
        {"w": W, "b": np.zeros(2, np.float32)},
        "does not fit",
    ),
    "activation of the input": ([node("Relu", ["x"], ["y"])], {}, "follow a dense layer"),
    "two activations": (
        [
            node("MatMul", ["x", "w"], ["a"]),
            node("Relu", ["a"], ["b"]),
            node("Tanh", ["b"], ["y"]),
        ],
        {"w": W},
        "follow a dense layer",
    ),
    "reshape that mixes rows": (
        [node("Gemm", ["x", "w"], ["g"]), node("Reshape", ["g", "s"], ["y"])],
        {"w": W, "s": ints(3, -1)},
        r"from \[batch, 3\] to \[3, -1\] would mix",
    ),
    "reshape to nothing": (
        [node("Gemm", ["x", "w"], ["g"]), node("Reshape", ["g", "s"], ["y"])],
        {"w": W, "s": ints()},
        "empty",
    ),
    "squeeze of the batch": (
        [node("Gemm", ["x", "w"], ["g"]), node("Squeeze", ["g", "s"], ["y"])],
        {"w": W, "s": ints(0)},
        "not all of size 1",
    ),
    "dropout in training": (
        [node("Gemm", ["x", "w"], ["g"]), node("Dropout", ["g", "r", "t"], ["y"])],
        {"w": W, "r": np.float32(0.5), "t": np.array(True)},
        "inference mode",
    ),
    "nothing gives the input": ([node("Gemm", ["q", "w"], ["y"])], {"w": W}, "'q' is given by"),
    "nothing gives the output": ([node("Gemm", ["x", "w"], ["z"])], {"w": W}, "output 'y'"),
    "defined twice": (
        [node("Gemm", ["x", "w"], ["y"]), node("Gemm", ["x", "w"], ["y"])],
        {"w": W},
        "'y' is defined twice",
    ),
    "the output is the input": ([node("Identity", ["x"], ["y"])], {}, "output 'y'"),
    "gather outside": (
        [node("Shape", ["x"], ["s"]), node("Gather", ["s", "i"], ["y"])],
        {"i": np.array(9)},
        "outside",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_GRAPHS)
def test_what_cannot_be_folded_is_refused_in_one_sentence(case: str, tmp_path: Path) -> None:
    nodes, weights, sentence = BAD_GRAPHS[case]
    path = save(tmp_path / "net.onnx", nodes, weights, ("x", ["batch", 5]), ["y"])
    with pytest.raises(ModelError, match=sentence) as caught:
        read_mlp(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def test_old_opset_and_two_inputs(tmp_path: Path) -> None:
    nodes = [node("Gemm", ["x", "w", "b"], ["y"])]
    path = save(tmp_path / "old.onnx", nodes, {"w": W, "b": B}, ("x", ["n", 5]), ["y"], opset=9)
    with pytest.raises(ModelError, match="opset 9"):
        read_mlp(path)
    model = onnx.load(save_chain(tmp_path / "two.onnx", (5, 3)))
    model.graph.input.append(helper.make_tensor_value_info("x2", TensorProto.FLOAT, ["n", 5]))
    onnx.save_model(model, tmp_path / "two.onnx")
    with pytest.raises(ModelError, match="expected one input, found 'x', 'x2'"):
        read_mlp(tmp_path / "two.onnx")


@pytest.mark.parametrize("shape", [["n"], ["n", "m"], [5]])
def test_an_input_needs_a_batch_axis_and_fixed_sizes(shape: list[str], tmp_path: Path) -> None:
    nodes = [node("Gemm", ["x", "w"], ["y"])]
    with pytest.raises(ModelError, match="batch axis"):
        read_mlp(save(tmp_path / "net.onnx", nodes, {"w": W}, ("x", shape), ["y"]))


def test_no_file_a_directory_an_empty_file_garbage(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such file"):
        read_mlp(tmp_path / "none.onnx")
    with pytest.raises(ModelError, match="directory"):
        read_mlp(tmp_path)
    (tmp_path / "empty.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match="empty"):
        read_mlp(tmp_path / "empty.onnx")
    (tmp_path / "garbage.onnx").write_bytes(np.random.default_rng(0).bytes(5000))
    with pytest.raises(ModelError, match="not an ONNX"):
        read_mlp(tmp_path / "garbage.onnx")
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(ModelError, match="regular file"):
        read_mlp(tmp_path / "pipe.onnx")


def test_every_truncation_is_an_error_not_a_crash(tmp_path: Path) -> None:
    data = save_chain(tmp_path / "net.onnx", (5, 4, 3)).read_bytes()
    cut = tmp_path / "cut.onnx"
    for length in range(1, len(data)):
        cut.write_bytes(data[:length])
        try:
            read_mlp(cut)
        except ModelError:
            continue
        assert length > len(data) * 0.9, length  # only trailing metadata may be missing
    cut.write_bytes(data)
    assert read_mlp(cut).input_width == 5


def test_flipped_bytes_are_an_error_not_a_crash(tmp_path: Path) -> None:
    """1,000 damaged files: each loads, or is refused in one sentence."""
    chance = np.random.default_rng(11)
    seeds = []
    for case, (nodes, weights) in GRAPHS.items():
        outputs = ["y", "z"] if case.startswith("before") else ["y"]
        path = save(tmp_path / "seed.onnx", nodes, weights, ("x", ["batch", 5]), outputs)
        seeds.append(path.read_bytes())
    refused = 0
    for _ in range(1000):
        data = bytearray(seeds[chance.integers(len(seeds))])
        for place in chance.integers(len(data), size=chance.integers(1, 6)):
            data[place] = chance.integers(256)
        path.write_bytes(data)
        try:
            mlp = read_mlp(path)
        except ModelError as error:
            assert "\n" not in str(error)
            refused += 1
        else:
            NumpyEngine().load(mlp).run({mlp.input_name: np.zeros((2, *mlp.input_shape))})
    assert refused > 250


def test_nan_weights_load_with_a_warning(tmp_path: Path) -> None:
    weight = W.copy()
    weight[0, 0], weight[1, 1] = np.nan, np.inf
    nodes = [node("Gemm", ["x", "w"], ["y"])]
    mlp = read_mlp(save(tmp_path / "n.onnx", nodes, {"w": weight}, ("x", ["n", 5]), ["y"]))
    assert len(mlp.warnings) == 1 and "'w' holds 2 values" in mlp.warnings[0]


def test_weights_that_lie_about_their_size(tmp_path: Path) -> None:
    path = save_chain(tmp_path / "net.onnx", (5, 3))
    for dims in ([6, 3], [1 << 40, 1 << 40], [-5, 3]):
        model = onnx.load(path)
        model.graph.initializer[0].dims[:] = dims
        (tmp_path / "lie.onnx").write_bytes(model.SerializeToString())
        with pytest.raises(ModelError, match="tensor 'w0'"):
            read_mlp(tmp_path / "lie.onnx")


def external(path: Path, location: str, **entries: str) -> Path:
    """The chain (5, 3) with its weight in another file."""
    model = onnx.load(save_chain(path, (5, 3)))
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **entries}.items():
        weight.external_data.add(key=key, value=value)
    path.write_bytes(model.SerializeToString())
    return path


def test_external_data_beside_the_model(tmp_path: Path) -> None:
    expected = read_mlp(save_chain(tmp_path / "whole.onnx", (5, 3))).layers[0].weight
    (tmp_path / "weights.bin").write_bytes(b"12345678" + expected.tobytes())
    mlp = read_mlp(external(tmp_path / "net.onnx", "weights.bin", offset="8", length="60"))
    np.testing.assert_array_equal(mlp.layers[0].weight, expected)


def test_external_data_stays_in_the_models_folder(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(60))
    (folder / "link.bin").symlink_to(secret)
    for location in ("../secret.bin", str(secret), "link.bin", "a/../../secret.bin", ""):
        with pytest.raises(ModelError, match="outside the model's folder"):
            read_mlp(external(folder / "net.onnx", location))
    (folder / "short.bin").write_bytes(bytes(59))
    for location, sentence in (("short.bin", "cut short"), ("none.bin", "not found")):
        with pytest.raises(ModelError, match=sentence):
            read_mlp(external(folder / "net.onnx", location))
