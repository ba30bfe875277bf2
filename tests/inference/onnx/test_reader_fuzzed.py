"""Damaged files: only a ModelError comes out, in bounded time and memory, whatever is in them."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import numpy_helper

from inference.models import MODELS
from tests.inference.graph.test_graph import FOLDED, GRAPHS, save
from tests.inference.nets import save_chain, save_model_like
from tests.inference.onnx.fuzzing import Sandbox, damaged
from tests.inference.onnx.test_onnx_backend import CASES, array

ASSETS = Path(__file__).resolve().parents[3] / "assets"
MAX_BYTES = 2 << 30
FEW, MANY = 400, 20_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files lie, with what external data must not reach or wait for."""
    folder = tmp_path_factory.mktemp("fuzz") / "inside"
    folder.mkdir()
    (folder / "weights.bin").write_bytes(bytes(range(256)) * 64)
    (folder.parent / "outside.bin").write_bytes(b"secret" * 4096)
    (folder / "link.bin").symlink_to(folder.parent / "outside.bin")
    os.mkfifo(folder / "pipe")
    return folder


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Sound files: plain MLPs, the shipped DeepPhase, graphs, every operator's node cases."""
    path = tmp_path_factory.mktemp("seeds") / "net.onnx"
    made = [save_chain(path, (6, 5, 4), name).read_bytes() for name in ("Relu", "LeakyRelu", "Elu")]
    for nodes, weights in (*FOLDED.values(), *GRAPHS.values()):
        made.append(save(path, nodes, weights, ("x", ["batch", 6]), ["y"], 20).read_bytes())
    phase = MODELS["deepphase"]
    made += [phase.path(ASSETS).read_bytes() if phase.available(ASSETS)
             else save_model_like("deepphase", path).read_bytes()] * 8  # fmt: skip
    return made + list(filter(None, map(as_model, CASES)))


def as_model(name: str) -> bytes | None:
    """A node case with one input; the values of its others become weights."""
    case = CASES[name]
    model = onnx.ModelProto()
    model.CopyFrom(case.model)
    inputs = {value.name: value for value in model.graph.input}
    kept = ""
    for key, value in zip(inputs, case.data_sets[0][0], strict=True):
        numbers = array(value)
        if not kept and numbers.dtype == np.float32 and numbers.ndim > 1 and numbers.size:
            kept = key
        elif numbers.dtype.kind in "biuf":
            model.graph.initializer.append(numpy_helper.from_array(numbers, key))
    del model.graph.input[:]
    if kept:
        model.graph.input.append(inputs[kept])
    return model.SerializeToString() if kept else None


class Tally:
    """Reads files in the sandbox, counts how they fared, keeps those that fared badly."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.counts: Counter[str] = Counter()
        self.slowest = self.largest = 0.0
        self._sandbox, self._folder = sandbox, folder

    def read(self, data: bytes) -> str:
        """What is wrong with how the reader took ``data``, or nothing."""
        path = self._folder / "case.onnx"
        path.write_bytes(data)
        answer = self._sandbox.read(path)
        self.counts["read" if answer.ok else "refused" if answer.refused else "bug"] += 1
        self.slowest = max(self.slowest, answer.seconds)
        self.largest = max(self.largest, answer.bytes)
        problem = answer.bug
        if answer.refused and not self.is_sentence(answer.refused):
            problem = f"no sentence: {answer.refused}"
        if answer.bytes > MAX_BYTES:
            problem = f"took {answer.bytes / 2**30:.1f} GiB"
        if problem:
            saved = self._folder.parent / f"bug-{hash(data) & 0xFFFFFF:06x}.onnx"
            saved.write_bytes(data)
            problem += f"\n{saved}"
        return problem

    def is_sentence(self, text: str) -> bool:
        return (
            text.startswith(str(self._folder))
            and "\n" not in text
            and text.endswith(".")
            and len(text) < 2000
            and "secret" not in text
        )


@pytest.fixture(scope="module")
def sandbox(kernel_cache: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(kernel_cache)
    yield sandbox
    sandbox.close()


def fuzz(tally: Tally, seeds: list[bytes], examples: int) -> None:
    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**64 - 1))
    def only_model_errors(seed: int) -> None:
        problem = tally.read(damaged(seeds, random.Random(seed)))
        assert not problem, problem

    only_model_errors()


def test_a_few_hundred_damaged_files(sandbox: Sandbox, seeds: list[bytes], folder: Path) -> None:
    tally = Tally(sandbox, folder)
    fuzz(tally, seeds, FEW)
    assert tally.counts["refused"] > FEW / 4 and tally.counts["read"] > FEW / 20


@pytest.mark.slow
def test_twenty_thousand_damaged_files(
    sandbox: Sandbox, seeds: list[bytes], folder: Path, request: pytest.FixtureRequest
) -> None:
    tally = Tally(sandbox, folder)
    fuzz(tally, seeds, MANY)
    told = f"{dict(tally.counts)}, slowest {tally.slowest:.1f} s, {tally.largest / 2**20:.0f} MiB"
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print(f"\nfuzzed the reader: {told}")
    assert sum(tally.counts.values()) >= MANY


def test_the_sandbox_notices_a_crash(sandbox: Sandbox, folder: Path) -> None:
    path = save_chain(folder / "sound.onnx", (6, 5, 4))
    sandbox.child.kill()
    sandbox.child.wait()
    assert sandbox.read(path).bug == "exit code -9"
    assert sandbox.read(path).ok
