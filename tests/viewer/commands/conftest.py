"""Files that commands are given, and what they wrote."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import onnx
import pytest

from viewer.gallery.broken_model import write_broken
from viewer.model.demo import ASSETS


@pytest.fixture(scope="session")
def snake_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rig of two joints, which is no human."""
    path = tmp_path_factory.mktemp("clips") / "snake.bvh"
    path.write_text(
        "HIERARCHY\nROOT Tail\n{\nOFFSET 0 0 0\n"
        "CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation\n"
        "JOINT Jaw\n{\nOFFSET 0 0.2 1.2\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
        "End Site\n{\nOFFSET 0 0 0.3\n}\n}\n}\n"
        "MOTION\nFrames: 2\nFrame Time: 0.1\n0 1 0 0 0 0 0 0 0\n0 1 0 0 0 0 0 30 0\n"
    )
    return path


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The DeepPhase that ships, blind to the left leg below the hip."""
    path = tmp_path_factory.mktemp("models") / "broken.onnx"
    write_broken(ASSETS / "models" / "deepphase.onnx", path)
    return path


def linear_model(path: Path, name: str, inputs: tuple[str, int], outputs: dict[str, int]) -> None:
    """An ONNX file with one seeded Gemm per output, of the tensors of a shipped model."""
    rng = np.random.default_rng(len(name))
    nodes, weights = [], []
    for output, width in outputs.items():
        matrix = rng.normal(0, 0.1, (width, inputs[1])).astype(np.float32)
        bias = rng.normal(0, 0.1, width).astype(np.float32)
        weights.append(onnx.numpy_helper.from_array(matrix, f"{output}.weight"))
        weights.append(onnx.numpy_helper.from_array(bias, f"{output}.bias"))
        names = [inputs[0], f"{output}.weight", f"{output}.bias"]
        nodes.append(onnx.helper.make_node("Gemm", names, [output], transB=1))

    def tensor(name: str, width: int) -> onnx.ValueInfoProto:
        return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["batch", width])

    graph = onnx.helper.make_graph(
        nodes, name, [tensor(*inputs)], [tensor(*item) for item in outputs.items()], weights
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def png_size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG, its chunks checked."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n" and data[-12:-4] == b"\0\0\0\0IEND"
    return struct.unpack(">II", data[16:24])


def png_pixels(path: Path) -> bytes:
    """The decompressed rows of a PNG: equal for equal pictures of one writer."""
    data, at, rows = path.read_bytes(), 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        rows += data[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(rows)
