"""How the kernel finds the numbers of NumPy's arrays: in their structs, or by asking."""

from __future__ import annotations

import ctypes
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.engines.mojo import MojoEngine, MojoRunner
from inference.engines.mojo.engine import AskingRunner
from inference.engines.packing import DATA, holds_address
from inference.models import MODELS
from inference.onnx.reader import read_mlp
from tests.inference.nets import save_model_like


def test_the_place_is_where_real_arrays_have_their_address() -> None:
    assert holds_address()
    for array in (np.zeros((3, 4), np.float32), np.empty((0, 5)), np.arange(9)[::-2]):
        found = ctypes.c_void_p.from_address(id(array) + DATA).value
        assert found == array.ctypes.data


@pytest.mark.parametrize("place", [0, 8, DATA + 8, DATA + 16])
def test_another_place_is_noticed(place: int) -> None:
    assert not holds_address(place)


@pytest.fixture
def asking(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> MojoEngine:
    """An engine under a NumPy that has its arrays' addresses elsewhere than we know."""
    monkeypatch.setattr("inference.engines.mojo.engine.holds_address", lambda: False)
    engine = MojoEngine()
    engine.prepare(lambda *_: None, threading.Event())
    return engine


@pytest.mark.parametrize("batch", [0, 1, 2, 65])
def test_the_same_bits_by_asking(
    batch: int, asking: MojoEngine, mojo: MojoEngine, tmp_path: Path
) -> None:
    """Two heads, the second first, and one of them twice."""
    spec = MODELS["stylevae_encoder"]
    mlp = read_mlp(save_model_like(spec.name, tmp_path / "net.onnx"), spec)
    mu, logvar = mlp.outputs
    mlp = replace(mlp, outputs=(logvar, mu, replace(mu, name="again", shape=(16, 16))))
    known, asked = (engine.load(mlp) for engine in (mojo, asking))
    assert type(known) is MojoRunner and type(asked) is AskingRunner
    for seed in range(3):
        x = np.random.default_rng(seed).standard_normal((batch, 4380), np.float32)
        right, found = known.run({"motion": x}), asked.run({"motion": x})
        assert list(found) == ["logvar", "mu", "again"]
        for name in right:
            np.testing.assert_array_equal(found[name], right[name])


def test_the_bare_call_by_asking(asking: MojoEngine, tmp_path: Path) -> None:
    spec = MODELS["deepphase"]
    runner = asking.load(read_mlp(save_model_like(spec.name, tmp_path / "net.onnx"), spec))
    assert isinstance(runner, MojoRunner)
    call = runner.bare(np.ones((1, 132), np.float32))
    for _ in range(100):
        call()
