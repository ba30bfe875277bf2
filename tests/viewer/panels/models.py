"""Small random networks of the contract's shapes, written as ONNX."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from motion.canonical import CANONICAL
from motion.features import motion_features
from motion.skeleton import forward_kinematics

WINDOW_SHAPE = (60, 73)


def standing(frames: int = 60) -> np.ndarray:
    """The canonical body at rest, (frames, 22, 3) metres."""
    rotations = np.zeros((frames, 22, 4), np.float32)
    rotations[..., 0] = 1
    translations = np.broadcast_to(CANONICAL.offsets, (frames, 22, 3)).astype(np.float32)
    positions = forward_kinematics(CANONICAL, rotations, translations)[0]
    positions[..., 1] -= positions[..., 1].min()
    return positions


def write_models(folder: Path, seed: int = 7) -> None:
    """DeepPhase, encoder and decoder under ``folder`` with random weights."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    rest = motion_features(standing()).reshape(-1)
    phase = _mlp(rng, (132, 256, 128, 32, 2), "LeakyRelu")
    _save(folder / "deepphase.onnx", "frame", 132, phase, [("phase", (2,))])
    decode = _mlp(rng, (256, 256, 512, 4380), "Relu")
    decode[1][-2] = decode[1][-2] * 0.05
    decode[1][-1] = rest.astype(np.float32)
    _save(folder / "stylevae_decoder.onnx", "latent", 256, decode, [("motion", WINDOW_SHAPE)])
    trunk = _mlp(rng, (4380, 512, 256), "Relu", ends_open=True)
    heads = [rng.standard_normal((256, 256)).astype(np.float32) / 8 for _ in range(2)]
    _save_encoder(folder / "stylevae_encoder.onnx", trunk, heads)


def _mlp(
    rng: np.random.Generator, sizes: tuple[int, ...], activation: str, ends_open: bool = False
) -> tuple[str, list[np.ndarray]]:
    weights: list[np.ndarray] = []
    for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
        scale = np.sqrt(2 / fan_in)
        weights.append((rng.standard_normal((fan_out, fan_in)) * scale).astype(np.float32))
        weights.append((rng.standard_normal(fan_out) * 0.1).astype(np.float32))
    return (activation + ("!" if ends_open else ""), weights)


def _layers(net: tuple[str, list[np.ndarray]], source: str) -> tuple[list, list, str]:
    activation, weights = net
    open_end, activation = activation.endswith("!"), activation.rstrip("!")
    nodes, stored = [], []
    count = len(weights) // 2
    for index in range(count):
        names = [f"w{index}", f"b{index}"]
        stored += [
            numpy_helper.from_array(array, name)
            for array, name in zip(weights[2 * index : 2 * index + 2], names, strict=True)
        ]
        nodes.append(helper.make_node("Gemm", [source, *names], [f"h{index}"], transB=1))
        source = f"h{index}"
        if index + 1 < count or open_end:
            nodes.append(helper.make_node(activation, [source], [f"a{index}"]))
            source = f"a{index}"
    return nodes, stored, source


def _save(
    path: Path,
    name: str,
    width: int,
    net: tuple[str, list[np.ndarray]],
    outputs: list[tuple[str, tuple[int, ...]]],
) -> None:
    nodes, stored, last = _layers(net, name)
    (title, shape) = outputs[0]
    stored.append(numpy_helper.from_array(np.array([-1, *shape], np.int64), "shape"))
    nodes.append(helper.make_node("Reshape", [last, "shape"], [title]))
    _write(path, nodes, stored, (name, width), outputs)


def _save_encoder(path: Path, trunk: tuple[str, list[np.ndarray]], heads: list[np.ndarray]) -> None:
    nodes, stored, last = _layers(trunk, "motion")
    for title, head in zip(("mu", "logvar"), heads, strict=True):
        stored.append(numpy_helper.from_array(head, f"{title}_w"))
        nodes.append(helper.make_node("Gemm", [last, f"{title}_w"], [title], transB=1))
    _write(path, nodes, stored, ("motion", 4380), [("mu", (256,)), ("logvar", (256,))])


def _write(path: Path, nodes: list, stored: list, source: tuple[str, int], outputs: list) -> None:
    def tensor(name: str, shape: tuple[int, ...]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])

    graph = helper.make_graph(
        nodes,
        path.stem,
        [tensor(source[0], (source[1],))],
        [tensor(name, shape) for name, shape in outputs],
        stored,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.save(model, path)
