"""Graphs that want too much, contradict themselves or hold what cannot run: one sentence each."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import NodeProto, TensorProto, helper

from inference import ModelError
from inference.onnx.reader import read_model
from tests.inference.nets import save, save_chain

node = helper.make_node


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


HUGE = {
    "constant of shape": (
        [node("ConstantOfShape", ["s"], ["c"], name="big"), node("Add", ["x", "c"], ["y"])],
        {"s": ints(1 << 40, 1 << 40)},
        r"ConstantOfShape node 'big': its result .* exceeds the limit of 128 MiB",
    ),
    "a product of sizes that wraps around in 64 bits": (
        [node("ConstantOfShape", ["s"], ["c"]), node("Add", ["x", "c"], ["y"])],
        {"s": ints(1 << 32, 1 << 32)},
        "exceeds the limit",
    ),
    "expand": (
        [node("Expand", ["x", "s"], ["y"])],
        {"s": ints(1 << 26, 1, 6)},
        "Expand node 'y': its result .* exceeds the limit",
    ),
    "pad": (
        [node("Pad", ["x", "s"], ["y"])],
        {"s": ints(0, 0, 0, 1 << 50)},
        "Pad node 'y': .* exceeds the limit",
    ),
    "two long rows make a large table": (
        [
            node("ConstantOfShape", ["a"], ["c"]),
            node("ConstantOfShape", ["b"], ["d"]),
            node("Mul", ["c", "d"], ["y"]),
        ],
        {"a": ints(1 << 20, 1), "b": ints(1, 1 << 20)},
        "Mul node 'y': .* exceeds the limit",
    ),
    "many tables at once": (
        [
            *(node("ConstantOfShape", ["s"], [f"c{i}"]) for i in range(9)),
            node("Concat", [f"c{i}" for i in range(9)], ["y"], axis=0),
        ],
        {"s": ints(1 << 14, 1 << 11)},
        "needs more than 512 MiB at once",
    ),
    "gather": (
        [
            node("ConstantOfShape", ["s"], ["i"], value=helper.make_tensor("v", 7, [1], [0])),
            node("Gather", ["x", "i"], ["y"]),
        ],
        {"s": ints(1 << 24)},
        "Gather node 'y': .* exceeds the limit",
    ),
    "a matrix product that takes an hour": (
        [
            node("ConstantOfShape", ["s"], ["c"]),
            node("MatMul", ["c", "c"], ["y"]),
        ],
        {"s": ints(5000, 5000)},
        "multiply-adds",
    ),
    "a kernel of a million steps": (
        [
            node("Unsqueeze", ["x", "a"], ["u"]),
            node("AveragePool", ["u"], ["y"], kernel_shape=[1 << 20], pads=[0, 1 << 20]),
        ],
        {"a": ints(1)},
        "has more than 16,384 positions",
    ),
    "a pool of one value in the far end": (
        [
            node("Unsqueeze", ["x", "a"], ["u"]),
            node("AveragePool", ["u"], ["y"], kernel_shape=[1], pads=[0, 1 << 40]),
        ],
        {"a": ints(1)},
        "AveragePool node 'y': .* exceeds the limit",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HUGE)
def test_tensors_that_would_not_fit_are_refused_before_they_are_made(
    case: str, tmp_path: Path
) -> None:
    nodes, weights, sentence = HUGE[case]
    path = save(tmp_path / "net.onnx", nodes, weights, ("x", ["batch", 6]), ["y"])
    tracemalloc.start()
    try:
        with pytest.raises(ModelError, match=sentence) as caught:
            read_model(path)
        assert tracemalloc.get_traced_memory()[1] < 2 << 30
    finally:
        tracemalloc.stop()
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def test_one_external_file_read_many_times_is_bounded(tmp_path: Path) -> None:
    """A sparse file of 300 MiB, named by two weights."""
    with (tmp_path / "zeros.bin").open("wb") as stream:
        stream.truncate(300 << 20)
    model = onnx.load(save_chain(tmp_path / "net.onnx", (5, 4, 3)))
    for i in (0, 2):
        weight = model.graph.initializer[i]
        weight.ClearField("raw_data")
        weight.dims[:] = [75 << 20]
        weight.data_location = TensorProto.EXTERNAL
        weight.external_data.add(key="location", value="zeros.bin")
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(ModelError, match="weights together exceed the limit of 512 MiB"):
        read_model(tmp_path / "net.onnx")


BAD: dict[str, tuple[list[NodeProto], dict[str, np.ndarray], str]] = {
    "unknown operator": (
        [node("Det", ["x"], ["y"], name="d")], {}, "Det node 'd': this operator is not supported"
    ),
    "foreign domain": ([node("Exp", ["x"], ["y"], domain="my.own")], {}, "not supported"),
    "a loop": ([node("Loop", ["", "", "x"], ["y"])], {}, "Loop node 'y': .* not supported"),
    "cycle": (
        [node("Add", ["x", "b"], ["a"], name="n"), node("Exp", ["a"], ["b"]),
         node("Exp", ["b"], ["y"])],
        {},
        "Add node 'n': its input 'b' is given only after it: a cycle",
    ),
    "reads itself": ([node("Add", ["x", "y"], ["y"])], {}, "'y' is given only after it: a cycle"),
    "missing input": ([node("Add", ["x", "q"], ["y"])], {}, "its input 'q' is given by nothing"),
    "missing output": ([node("Exp", ["x"], ["z"])], {}, "no node gives the output 'y'"),
    "doubled tensor": (
        [node("Exp", ["x"], ["y"]), node("Sin", ["x"], ["y"])], {}, "Sin node 'y': .* twice"
    ),
    "overwrites its input": ([node("Exp", ["x"], ["x"])], {}, "'x' is defined twice"),
    "too few inputs": ([node("Pow", ["x"], ["y"])], {}, "Pow node 'y': it needs 2 inputs"),
    "too many inputs": ([node("Exp", ["x", "x"], ["y"])], {}, "takes at most 1 inputs"),
    "too many outputs": ([node("Exp", ["x"], ["y", "z"])], {}, "gives 1 outputs"),
    "mixed types": (
        [node("Add", ["x", "i"], ["y"])], {"i": ints(1)}, "float32 and int64, which ONNX does not"
    ),
    "integers where numbers flow": (
        [node("Exp", ["i"], ["y"])], {"i": ints(1)}, "int64, expected floating point"
    ),
    "shapes that do not broadcast": (
        [node("Mul", ["x", "b"], ["y"])],
        {"b": np.ones((2, 5), np.float32)},
        "Mul node 'y': .*broadcast",
    ),
    "rank": (
        [node("Conv", ["x", "k"], ["y"])],
        {"k": np.ones((1, 1, 1), np.float32)},
        "Conv node 'y': .*fit",
    ),
    "no kernel": ([node("AveragePool", ["x"], ["y"])], {}, "AveragePool node 'y': the kernel"),
    "axis": ([node("Softmax", ["x"], ["y"], axis=2)], {}, "axis 2 is outside the 2 axes"),
    "attribute of another type": (
        [node("Softmax", ["x"], ["y"], axis=0.5)], {}, "'axis' is not of the type int"
    ),
    "gather outside": (
        [node("Gather", ["x", "i"], ["y"], axis=1)], {"i": ints(6)}, "outside the 6 entries"
    ),
    "step of nothing": (
        [node("Slice", ["x", "o", "o", "o", "o"], ["y"])], {"o": ints(0)}, "do not fit together"
    ),
    "perm": ([node("Transpose", ["x"], ["y"], perm=[0, 0])], {}, "does not fit 2 axes"),
    "wrong reshape": (
        [node("Exp", ["x"], ["a"]), node("Reshape", ["a", "s"], ["y"])],
        {"s": ints(5, -1)},
        r"\[1, 6\] cannot become \[5, -1\]",
    ),
    "cast to nothing": ([node("Cast", ["x"], ["y"], to=99)], {}, "data type 99 is unknown"),
    "cast to text": ([node("Cast", ["x"], ["y"], to=8)], {}, "Cast node 'y'"),
    "the batch drawn together": (
        [node("ReduceMean", ["x"], ["y"])], {}, r"'y' has shape \[1, 1\] for a batch of 2"
    ),
    "a batch of one that is squeezed away": (
        [node("Exp", ["x"], ["a"]), node("Squeeze", ["a"], ["y"])],
        {},
        r"'y' has shape \[6\] for a batch of 1",
    ),
    "a constant output": (
        [node("Exp", ["c"], ["y"])],
        {"c": np.ones(3, np.float32)},
        r"'y' has shape \[3\] for a batch of 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_graph_gets_one_sentence(case: str, tmp_path: Path) -> None:
    nodes, weights, sentence = BAD[case]
    path = save(tmp_path / "net.onnx", nodes, weights, ("x", ["batch", 6]), ["y"])
    with pytest.raises(ModelError, match=sentence) as caught:
        read_model(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)
