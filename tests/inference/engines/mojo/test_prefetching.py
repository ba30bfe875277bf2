"""Asking for weights ahead: chosen where it is faster, and never a matter of the results."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from inference.engines.mojo import MojoEngine, MojoRunner
from inference.engines.mojo.prefetching import choose
from inference.engines.packing import Packed, pack
from inference.mlp import Mlp
from inference.models import MODELS
from inference.onnx.reader import read_mlp
from tests.inference.nets import save_model_like


def network(name: str, folder: Path) -> Mlp:
    return read_mlp(save_model_like(name, folder / f"{name}.onnx"), MODELS[name])


def asks(packed: Packed, mlp: Mlp) -> set[int]:
    return set(packed.program[7:].reshape(len(mlp.layers), -1)[:, 10].tolist())


@pytest.mark.parametrize(("plain", "asking", "chosen"), [(1, 2, 0), (2, 1, 1), (1, 1, 0)])
def test_the_faster_way_is_chosen_and_the_plain_one_when_both_are_alike(
    plain: int, asking: int, chosen: int, tmp_path: Path
) -> None:
    mlp = network("deepmimic_actor", tmp_path)
    packed = pack(mlp, 16, 64)

    now = 0

    def machine(program: int, call: int, team: None) -> None:
        nonlocal now
        now += 1_000_000 * (asking if asks(packed, mlp) == {1} else plain)

    packed.fetch_ahead(not chosen)
    choose(mlp, packed, machine, lambda: now)
    assert asks(packed, mlp) == {chosen}


def test_a_model_in_the_near_cache_is_not_measured(tmp_path: Path) -> None:
    mlp = network("deepphase", tmp_path)
    packed = pack(mlp, 16, 64)

    def machine(program: int, call: int, team: None) -> None:
        raise AssertionError("was measured")

    choose(mlp, packed, machine)
    assert asks(packed, mlp) == {0}


@pytest.mark.parametrize("precision", ["fp32", "fast", "half"])
def test_results_are_the_same_to_the_bit(precision: str, tmp_path: Path) -> None:
    engine = MojoEngine(precision)
    engine.prepare(lambda *_: None, threading.Event())
    mlp = network("stylevae_encoder", tmp_path)
    runner = engine.load(mlp)
    assert isinstance(runner, MojoRunner)
    x = np.random.default_rng(0).standard_normal((1, mlp.input_width), np.float32)
    found = []
    for ahead in (False, True):
        runner.ready.packed.fetch_ahead(ahead)
        found.append(runner.run({mlp.input_name: x}))
    assert list(found[0]) == ["mu", "logvar"]
    for name in found[0]:
        np.testing.assert_array_equal(found[0][name], found[1][name])
