"""Damaged ONNX files, and a process of their own to read them in."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, numpy_helper

from inference.graph.registry import OPERATORS

ROOT = Path(__file__).resolve().parents[3]
HANG_SECONDS = 60.0
SIZES = [0, 1, -1, 2, 3, 5, 7, 64, 255, 4096, 5000, 1 << 16, 1 << 24, 1 << 27, (1 << 31) - 1]
SIZES += [-(1 << 31), 1 << 32, 1 << 40, (1 << 63) - 1, -(1 << 63)]
NUMBERS = [0.0, -1.0, 1e-30, 0.5, 3e38, float("inf"), float("-inf"), float("nan")]
NAMES = ["", "x", "y", "../x", "\n", "é" * 300, "w0"]


@dataclass(frozen=True)
class Answer:
    """refused: the ModelError's sentence. bug: a traceback, or how the process ended."""

    refused: str = ""
    bug: str = ""
    seconds: float = 0.0
    bytes: int = 0
    ok: bool = False


class Sandbox:
    """A process that reads files; a new one takes over from one that crashed or hangs."""

    def __init__(self, cache: Path) -> None:
        self._environment = {**os.environ, "STRIDESCOPE_CACHE": str(cache), "OMP_NUM_THREADS": "1"}
        self._environment |= {"OPENBLAS_NUM_THREADS": "1"}
        self.child = self._start()

    def _start(self) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.inference.onnx.fuzz_child"],
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        return child

    def read(self, path: Path) -> Answer:
        child = self.child
        assert child.stdin is not None and child.stdout is not None
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=lambda out=child.stdout: lines.put(out.readline()))
        reader.start()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(f"{path}\n")
            child.stdin.flush()
        try:
            line = lines.get(timeout=HANG_SECONDS)
        except queue.Empty:
            line = ""
        hangs = reader.is_alive()
        if not line:
            child.kill()
        reader.join()
        if line:
            return Answer(**json.loads(line))
        code = self.close()
        self.child = self._start()
        return Answer(bug=f"no answer in {HANG_SECONDS} s" if hangs else f"exit code {code}")

    def close(self) -> int:
        """End the process; its exit code."""
        self.child.kill()
        for pipe in (self.child.stdin, self.child.stdout):
            with contextlib.suppress(BrokenPipeError):
                if pipe is not None:
                    pipe.close()
        return self.child.wait()


def damaged(seeds: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the ``seeds`` with a few things changed: its bytes, its messages, or both."""
    data = chance.choice(seeds)
    if chance.random() < 0.75:
        model = onnx.load_model_from_string(data)
        for _ in range(chance.choice([1, 1, 1, 2, 3, 6])):
            try:
                chance.choice(CHANGES)(model, chance)
            except Exception:  # this file has not what the change needs
                continue
        data = model.SerializeToString()
    if chance.random() < 0.35:
        for _ in range(chance.choice([1, 1, 2, 4])):
            data = chance.choice(BYTES)(data, seeds, chance)
    return data


def _flip(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(data)
    if changed:
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _overwrite(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    place = chance.randrange(len(data) + 1)
    new = chance.choice([b"\xff" * 9, b"\x00" * 4, b"\x7f", chance.randbytes(chance.randrange(9))])
    return data[:place] + new + data[place + len(new) :]


def _cut(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _drop(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randrange(64) :]


def _splice(data: bytes, seeds: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other)) :]


BYTES: list[Callable[[bytes, Sequence[bytes], random.Random], bytes]]
BYTES = [_flip, _flip, _overwrite, _cut, _drop, _splice]


def _tensor(graph: GraphProto, chance: random.Random) -> TensorProto:
    """A weight, or the value of a Constant."""
    found = list(graph.initializer)
    found += [a.t for node in graph.node for a in node.attribute if a.type == a.TENSOR]
    return chance.choice(found)


def _names(graph: GraphProto) -> list[str]:
    names = {name for node in graph.node for name in (*node.input, *node.output)}
    return sorted(names | {tensor.name for tensor in graph.initializer}) + NAMES


def _change_dims(model: ModelProto, chance: random.Random) -> None:
    values = [*model.graph.input, *model.graph.output]
    shapes = [value.type.tensor_type.shape.dim for value in values]
    if chance.random() < 0.4:
        dims = chance.choice(shapes)
        dim = chance.choice(dims)
        dim.dim_value = chance.choice(SIZES)
        if chance.random() < 0.2:
            dims.add().dim_value = chance.choice(SIZES)
        return
    tensor = _tensor(model.graph, chance)
    if chance.random() < 0.3 or not tensor.dims:
        tensor.dims.append(chance.choice(SIZES))
    else:
        tensor.dims[chance.randrange(len(tensor.dims))] = chance.choice(SIZES)


def _change_type(model: ModelProto, chance: random.Random) -> None:
    code = chance.choice([*range(27), 99, -1])
    if chance.random() < 0.3:
        chance.choice(model.graph.input).type.tensor_type.elem_type = code
    else:
        _tensor(model.graph, chance).data_type = code


def _change_values(model: ModelProto, chance: random.Random) -> None:
    """Sizes, axes, pads and indices above all."""
    tensors = [t for t in model.graph.initializer if t.data_type == TensorProto.INT64]
    tensor = chance.choice(tensors) if tensors else _tensor(model.graph, chance)
    array = numpy_helper.to_array(tensor).copy()
    fill: Any = chance.choice(SIZES if array.dtype.kind in "iu" else NUMBERS)
    if array.size:
        array.reshape(-1)[chance.randrange(array.size)] = fill
        tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))


def _change_operator(model: ModelProto, chance: random.Random) -> None:
    chance.choice(model.graph.node).op_type = chance.choice([*sorted(OPERATORS), "Loop", "If", ""])


def _change_name(model: ModelProto, chance: random.Random) -> None:
    node = chance.choice(model.graph.node)
    names = chance.choice([node.input, node.output])
    name = chance.choice(_names(model.graph))
    if names and chance.random() < 0.8:
        names[chance.randrange(len(names))] = name
    else:
        names.append(name)


def _change_attribute(model: ModelProto, chance: random.Random) -> None:
    node = chance.choice([n for n in model.graph.node if n.attribute])
    attribute = chance.choice(node.attribute)
    what = chance.randrange(6)
    if what == 0:
        node.attribute.remove(attribute)
    elif what == 1:
        attribute.type = chance.choice(list(AttributeProto.AttributeType.values()))
    elif what == 2:
        attribute.i = chance.choice(SIZES)
        attribute.f = chance.choice(NUMBERS)
    elif what == 3 and attribute.ints:
        attribute.ints[chance.randrange(len(attribute.ints))] = chance.choice(SIZES)
    elif what == 4:
        attribute.ints.append(chance.choice(SIZES))
    else:
        attribute.s = chance.choice([b"", b"SAME_UPPER", b"VALID", b"\xff\xfe", b"ij,jk->ik"])


def _change_opset(model: ModelProto, chance: random.Random) -> None:
    model.opset_import[0].version = chance.choice([1, 10, 11, 12, 13, 17, 18, 21, 23, 99, -1])


def _change_order(model: ModelProto, chance: random.Random) -> None:
    nodes = model.graph.node
    first, second = chance.randrange(len(nodes)), chance.randrange(len(nodes))
    kept = NodeProto()
    kept.CopyFrom(nodes[first])
    nodes[first].CopyFrom(nodes[second])
    if chance.random() < 0.5:
        nodes[second].CopyFrom(kept)


def _remove(model: ModelProto, chance: random.Random) -> None:
    graph = model.graph
    messages: Any = chance.choice([graph.node, graph.initializer, graph.input, graph.output])
    del messages[chance.randrange(len(messages))]


def _insert(model: ModelProto, chance: random.Random) -> None:
    """A node of any operator between what one node gives and those who read it."""
    graph = model.graph
    target = chance.choice(graph.node)
    if not target.output:
        return
    made = onnx.helper.make_node(chance.choice(sorted(OPERATORS)), [], [target.output[0]])
    target.output[0] += "_before"
    made.input.append(target.output[0])
    made.input.extend(chance.choices(_names(graph), k=chance.choice([0, 0, 1, 1, 2, 4])))
    if chance.random() < 0.5:
        name = chance.choice(["axis", "keepdims", "to", "k", "group", "num_groups", "alpha"])
        made.attribute.append(onnx.helper.make_attribute(name, chance.choice(SIZES)))
    if chance.random() < 0.3:
        name = chance.choice(["axes", "perm", "pads", "strides", "dilations", "kernel_shape"])
        values = chance.choices(SIZES, k=chance.choice([1, 2, 4]))
        made.attribute.append(onnx.helper.make_attribute(name, values))
    graph.node.insert(list(graph.node).index(target) + 1, made)


def _point_outside(model: ModelProto, chance: random.Random) -> None:
    tensor = _tensor(model.graph, chance)
    places = ["../outside.bin", "/etc/passwd", "/dev/zero", "weights.bin", "link.bin", "pipe", ""]
    tensor.data_location = TensorProto.EXTERNAL
    tensor.ClearField("raw_data")
    tensor.external_data.add(key="location", value=chance.choice(places))
    for key in ("offset", "length"):
        if chance.random() < 0.5:
            tensor.external_data.add(key=key, value=str(chance.choice([*SIZES, "x", ""])))


CHANGES: list[Callable[[ModelProto, random.Random], None]]
CHANGES = [_change_dims, _change_type, _change_values, _change_operator, _change_name, _insert]
CHANGES += [_change_attribute, _change_opset, _change_order, _remove, _insert, _point_outside]
