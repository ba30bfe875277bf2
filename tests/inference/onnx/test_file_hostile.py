"""Files made to harm: read in a process of their own, which must answer and stay small."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tests.inference.graph.test_graph_hostile import HUGE, ints
from tests.inference.nets import save, save_chain
from tests.inference.onnx.fuzzing import Answer, Sandbox

node = helper.make_node
MAX_BYTES = 2 << 30


@pytest.fixture(scope="module")
def sandbox(kernel_cache: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(kernel_cache)
    yield sandbox
    sandbox.close()


def read(sandbox: Sandbox, path: Path) -> Answer:
    answer = sandbox.read(path)
    assert not answer.bug, answer.bug
    assert answer.bytes < MAX_BYTES, answer
    return answer


def refused(sandbox: Sandbox, path: Path) -> str:
    sentence = read(sandbox, path).refused
    assert sentence.startswith(str(path)) and sentence.endswith(".") and "\n" not in sentence
    return sentence


def field(number: int, content: bytes) -> bytes:
    """A field of a protobuf message."""
    key, size, head = number << 3 | 2, len(content), bytearray()
    for value in (key, size):
        while value > 127:
            head.append(value & 127 | 128)
            value >>= 7
        head.append(value)
    return bytes(head) + content


MANY = 4 << 20
BLOATED = {
    "nodes": field(1, b"") * MANY,
    "weights": field(5, b"") * MANY,
    "inputs": field(11, b"") * MANY,
    "inputs of a node": field(1, field(1, b"") * MANY),
    "attributes of a node": field(1, field(5, b"") * MANY),
    "nodes of a subgraph": field(1, field(5, field(6, field(1, b"") * MANY))),
    "dims": field(5, field(1, b"\1" * 3 * MANY)),
    "a name": field(5, field(8, b"w" * 3 * MANY)),
}


@pytest.mark.parametrize("what", BLOATED)
def test_two_bytes_that_would_take_two_hundred(what: str, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(field(7, BLOATED[what]))
    assert "too large in all that is not weights" in refused(sandbox, path)


@pytest.mark.parametrize("count", [70_000, 400_000])
def test_more_nodes_than_the_limit(count: int, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(field(7, field(1, field(4, b"Exp")) * count + field(12, field(1, b"y"))))
    assert f"{count:,} nodes, more than the limit of 65,536" in refused(sandbox, path)


LONG = {
    "a chain": (
        [node("Exp", ["x" if not i else f"t{i - 1}"], [f"t{i}"]) for i in range(60_000)], "t59999"
    ),
    "all kept until the end": (
        [
            *(node("Exp", ["x"], [f"t{i}"]) for i in range(30_000)),
            node("Sum", [f"t{i}" for i in range(30_000)], ["y"]),
        ],
        "y",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LONG)
def test_long_graphs_run_or_are_refused_in_time(
    case: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    nodes, output = LONG[case]
    read(sandbox, save(tmp_path / "net.onnx", nodes, {}, ("x", ["batch", 6]), [output]))


SPREAD: dict[str, tuple[list[onnx.NodeProto], dict[str, np.ndarray]]] = {
    "tile": ([node("Tile", ["x", "n"], ["y"])], {"n": ints(1 << 20, 1 << 20)}),
    "range": (
        [node("Range", ["a", "b", "c"], ["r"]), node("Add", ["x", "r"], ["y"])],
        {"a": np.float32(0), "b": np.float32(1e30), "c": np.float32(1e-30)},
    ),
    "einsum": (
        [
            node("ConstantOfShape", ["n"], ["c"]),
            node("Einsum", ["c", "c", "c"], ["y"], equation="ab,cd,ef->abcdef"),
        ],
        {"n": ints(64, 64)},
    ),
    "einsum over much": (
        [
            node("ConstantOfShape", ["n"], ["c"]),
            node("Einsum", ["c", "c", "c"], ["y"], equation="ab,cb,db->acd"),
        ],
        {"n": ints(4000, 4000)},
    ),
    "resize": (
        [node("Resize", ["x", "", "s"], ["y"])], {"s": np.array([1e8, 1e8], np.float32)}
    ),
    "resize, antialiased": (
        [
            node("ConstantOfShape", ["n"], ["c"]),
            node("Resize", ["c", "", "s"], ["y"], mode="linear", antialias=1),
        ],
        {"n": ints(4000, 4000), "s": np.array([0.9, 0.9], np.float32)},
    ),
    "reflections of two": (
        [node("Pad", ["x", "p"], ["y"], mode="reflect")], {"p": ints(0, 1 << 24, 0, 0)}
    ),
    "sorting": (
        [node("ConstantOfShape", ["n"], ["c"]), node("TopK", ["c", "k"], ["y", "i"])],
        {"n": ints(1, 1 << 24), "k": ints(1 << 24)},
    ),
    "one-hot places": (
        [
            node("ConstantOfShape", ["n"], ["c"], value=helper.make_tensor("v", 7, [1], [0])),
            node("GatherND", ["x", "c"], ["y"]),
        ],
        {"n": ints(1 << 24, 1)},
    ),
    "a pool of pools": (
        [
            node("ConstantOfShape", ["n"], ["c"]),
            node("MaxPool", ["c"], ["y", "i"], kernel_shape=[99, 99], pads=[49] * 4),
        ],
        {"n": ints(1, 1, 2000, 2000)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", [*SPREAD, *HUGE])
def test_small_files_that_ask_for_much(case: str, sandbox: Sandbox, tmp_path: Path) -> None:
    nodes, weights = SPREAD[case] if case in SPREAD else HUGE[case][:2]
    refused(sandbox, save(tmp_path / "net.onnx", nodes, weights, ("x", ["n", 6]), ["y"], 18))


def test_as_many_weights_as_may_be(sandbox: Sandbox, tmp_path: Path) -> None:
    """Two layers of 250 MiB from a sparse file, and a copy for each engine."""
    width = 8_000
    with (tmp_path / "zeros.bin").open("wb") as stream:
        stream.truncate(2 * 4 * width * width)
    model = onnx.load(save_chain(tmp_path / "net.onnx", (width, 1, 1)))
    for i, weight in enumerate(w for w in model.graph.initializer if w.name.startswith("w")):
        weight.CopyFrom(external(weight.name, [width, width], i * 4 * width * width))
    for bias in (b for b in model.graph.initializer if b.name.startswith("b")):
        bias.CopyFrom(helper.make_tensor(bias.name, TensorProto.FLOAT, [width], [0.0] * width))
    onnx.save(model, tmp_path / "net.onnx")
    assert read(sandbox, tmp_path / "net.onnx").ok


def external(
    name: str, dims: list[int], offset: int = 0, location: str = "zeros.bin"
) -> TensorProto:
    tensor = TensorProto(name=name, dims=dims, data_type=TensorProto.FLOAT)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    tensor.external_data.add(key="offset", value=str(offset))
    return tensor


PLACES = {
    "../secret.bin": "outside the model's folder",
    "inside/../../secret.bin": "outside the model's folder",
    "linked.bin": "outside the model's folder",
    "linked/secret.bin": "outside the model's folder",
    "zero": "outside the model's folder",
    "/dev/zero": "outside the model's folder",
    "": "outside the model's folder",
    "loop": "",
    "pipe": "not found",
    "socket": "not found",
    "inside": "not found",
    "a\0b": "",
    "n" * 5000: "",
}


@pytest.mark.parametrize("place", PLACES)
def test_external_data_is_a_plain_file_in_the_models_folder(
    place: str, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    (folder / "inside").mkdir(parents=True)
    (tmp_path / "secret.bin").write_bytes(b"\1" * 4096)
    (folder / "linked.bin").symlink_to(tmp_path / "secret.bin")
    (folder / "linked").symlink_to(tmp_path)
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    model = onnx.load(save_chain(folder / "net.onnx", (6, 5, 4)))
    model.graph.initializer[0].CopyFrom(external("w0", [5, 6], location=place))
    (folder / "net.onnx").write_bytes(model.SerializeToString())
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder)  # the path of a socket is short
        server.bind("socket")
        assert PLACES[place] in refused(sandbox, folder / "net.onnx")


def test_what_is_no_file_is_not_waited_for(sandbox: Sandbox, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "zero").symlink_to("/dev/zero")
    assert "not a regular file" in refused(sandbox, tmp_path / "pipe")
    assert "not a regular file" in refused(sandbox, tmp_path / "zero")
    assert "cannot be read" in refused(sandbox, tmp_path / "loop")
    assert "cannot be read" in refused(sandbox, tmp_path / ("n" * 300))
