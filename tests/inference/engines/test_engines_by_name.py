"""Engines by name, device and precision, and the measurement that chooses between them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

import inference.load
from inference import EngineError, load_model
from inference.engines import ENGINES, VARIANTS, create, variant
from inference.engines.numpy import NumpyEngine, NumpyRunner
from inference.engines.probe import fastest
from inference.onnx.reader import read_mlp
from tests.inference.harness import HookEngine, HookRunner
from tests.inference.nets import save_chain


def test_every_variant_has_one_name_and_a_factory() -> None:
    assert set(VARIANTS) == set(ENGINES)
    for name, known in VARIANTS.items():
        assert variant(*known) == name
    assert variant("mojo") == "mojo" and variant("mojo", precision="half") == "mojo-half"
    assert variant("max", "gpu") == "max-gpu"


@pytest.mark.parametrize(
    ("engine", "device", "precision", "sentence"),
    [
        ("abacus", "cpu", "fp32", "no engine 'abacus'; choose one of mojo, max, numpy."),
        ("mojo", "tpu", "fp32", "no device 'tpu'; choose one of cpu, gpu."),
        ("mojo", "cpu", "int1", "no precision 'int1'; choose one of fp32, fast, half."),
        ("mojo", "gpu", "fp32", "The mojo engine runs on the cpu only; for the gpu choose max."),
        ("max", "gpu", "half", "The max engine runs fp32 only; for 'half' choose mojo."),
        ("numpy", "cpu", "fast", "The numpy engine runs fp32 only; for 'fast' choose mojo."),
    ],
)
def test_a_variant_that_is_none_is_one_sentence(
    engine: str, device: str, precision: str, sentence: str
) -> None:
    with pytest.raises(EngineError) as caught:
        variant(engine, device, precision)
    assert str(caught.value).endswith(sentence)


def slow_runner(path: Path, seconds: float) -> NumpyRunner:
    return HookEngine(lambda _: time.sleep(seconds)).load(read_mlp(path))


def test_the_probe_finds_the_faster(tmp_path: Path) -> None:
    path = save_chain(tmp_path / "net.onnx", (6, 3))
    quick, slow = slow_runner(path, 0.0), slow_runner(path, 0.002)
    assert fastest([slow, quick]) is quick
    assert fastest([quick, slow]) is quick


@pytest.mark.parametrize(("run_s", "most"), [(0.0, 1006), (0.001, 16), (1.0, 16)])
def test_the_probe_takes_turns_is_warmed_and_ends(run_s: float, most: int, tmp_path: Path) -> None:
    """On a clock of the test's own: the number of runs is bounded, and few where each is slow."""
    path = save_chain(tmp_path / "net.onnx", (6, 3))
    order: list[str] = []

    def named(name: str) -> HookRunner:
        return HookEngine(lambda _: order.append(name)).load(read_mlp(path))

    fastest([named("a"), named("b")], clock=lambda: run_s * len(order))
    assert order[:6] == ["a"] * 3 + ["b"] * 3
    assert order[6:] == ["a", "b"] * (len(order[6:]) // 2)
    assert len(order) == most


def test_auto_measures_only_where_there_is_a_gpu(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The faster of two real runners is taken; a GPU engine that fails leaves the CPU."""
    path = save_chain(tmp_path / "net.onnx", (6, 3))
    slowness = {"mojo": 0.002, "max-gpu": 0.0}
    made: list[str] = []

    class Slow(NumpyEngine):
        def __init__(self, name: str) -> None:
            made.append(name)
            self.name = name

        def load(self, model: object) -> NumpyRunner:
            runner = slow_runner(path, slowness[self.name])
            runner.engine = self.name
            return runner

    class Absent(Slow):
        def prepare(self, *_: object) -> None:
            raise EngineError("There is no GPU here.")

    monkeypatch.setitem(ENGINES, "mojo", lambda: Slow("mojo"))
    monkeypatch.setitem(ENGINES, "max-gpu", lambda: Slow("max-gpu"))
    monkeypatch.setattr(inference.load, "has_gpu", lambda: False)
    assert load_model(path, device="auto").engine == "mojo" and made == ["mojo"]
    monkeypatch.setattr(inference.load, "has_gpu", lambda: True)
    assert load_model(path, device="auto").engine == "max-gpu"
    slowness["mojo"], slowness["max-gpu"] = 0.0, 0.002
    assert load_model(path, device="auto").engine == "mojo"
    assert load_model(path, device="gpu").engine == "max-gpu"
    monkeypatch.setitem(ENGINES, "max-gpu", lambda: Absent("max-gpu"))
    assert load_model(path, device="auto").engine == "mojo"
    with pytest.raises(EngineError, match="There is no GPU here"):
        load_model(path, device="gpu")


def test_numpy_is_a_variant_too(tmp_path: Path) -> None:
    path = save_chain(tmp_path / "net.onnx", (6, 3))
    assert load_model(path, "numpy", device="auto").engine == create("numpy").name == "numpy"
    assert np.isfinite(load_model(path, "numpy").run({"x": np.ones((2, 6))})["y"]).all()
