"""Engines asked for while the worker runs: prepared and packed elsewhere, swapped, given back."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from inference.engines import ENGINES
from inference.engines.base import Report
from inference.engines.mojo import MojoEngine
from inference.engines.numpy import NumpyEngine, NumpyRunner
from inference.errors import EngineError, ModelError
from inference.mlp import Mlp
from inference.runner import Provisional, Runner
from inference.worker.executor import KEPT_ENGINES
from inference.worker.messages import (
    BuildProgress,
    EngineChanged,
    EngineFailed,
    EngineReady,
    Infer,
    LoadModel,
    ModelLoaded,
    ModelUnloaded,
    Result,
    UnloadModel,
    UseEngine,
)
from tests.inference.harness import PATIENCE, Watched, ask, running, values
from tests.inference.nets import save, save_model_like


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """y = 2 x."""
    weights = {"w": np.array([[2.0]], np.float32)}
    nodes = [helper.make_node("Gemm", ["x", "w"], ["y"])]
    return save(tmp_path / "twice.onnx", nodes, weights, ("x", ["batch", 1]), ["y"])


class NamedRunner(NumpyRunner):
    def __init__(self, mlp: Mlp, engine: str) -> None:
        super().__init__(mlp)
        self.engine = engine


class Slow(NumpyEngine):
    """Waits for ``may_load`` with every model; notes the threads that packed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.packing, self.may_load = threading.Event(), threading.Event()
        self.may_load.set()
        self.threads: set[str] = set()
        self.runners: weakref.WeakSet[Runner] = weakref.WeakSet()

    def prepare(self, report: Report, cancel: threading.Event) -> None:
        report(0.5, 6.0, "compiling")

    def load(self, model: Mlp) -> Runner:  # type: ignore[override]
        self.threads.add(threading.current_thread().name)
        self.packing.set()
        assert self.may_load.wait(PATIENCE)
        runner = NamedRunner(model, self.name)
        self.runners.add(runner)
        return runner


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> dict[str, Slow]:
    """Engines in the place of all but numpy; the newest of each name."""
    made: dict[str, Slow] = {}

    def maker(name: str):  # type: ignore[no-untyped-def]
        def make() -> Slow:
            made[name] = Slow(name)
            return made[name]

        return make

    for name in set(ENGINES) - {"numpy"}:
        monkeypatch.setitem(ENGINES, name, maker(name))
    return made


def use(worker: Watched, name: str) -> None:
    worker.submit(UseEngine(name))
    worker.wait(lambda: worker.stats().engine == name)


def test_the_real_precisions_take_turns_without_losing_a_request(
    mojo: MojoEngine, own_cache: Path, tmp_path: Path
) -> None:
    path = save_model_like("stylevae_decoder", tmp_path / "net.onnx")
    latent = np.random.default_rng(0).standard_normal((1, 256)).astype(np.float32)
    worker = Watched(["numpy"])
    worker.start()
    worker.submit(LoadModel("stylevae_decoder", path))
    count = 0
    for name in (wanted := ("numpy", "mojo-half", "mojo-fast", "mojo", "mojo-half")):
        worker.submit(UseEngine(name))
        for _ in range(1000):
            worker.submit(Infer("stylevae_decoder", {"latent": latent}, f"channel {count}"))
            count += 1
            time.sleep(0.005)
            if worker.stats().engine == name:
                break
    results = worker.wait_for(Result, count)
    worker.submit(Infer("stylevae_decoder", {"latent": latent}, "last"))
    results = worker.wait_for(Result, count + 1)
    worker.stop()
    assert [n.engine for n in worker.got(EngineChanged)] == list(wanted[1:])
    reference = results[0].outputs["motion"]
    limits = {"numpy": 1e-6, "mojo": 1e-5, "mojo-fast": 1e-4, "mojo-half": 1e-2}
    assert (results[0].engine, results[-1].engine) == ("numpy", "mojo-half")
    for result in results:
        error = np.abs(result.outputs["motion"] - reference).max() / np.abs(reference).max()
        assert error <= limits[result.engine]
    assert worker.stats().variant == ("mojo", "cpu", "half")


def test_models_loaded_meanwhile_are_packed_before_the_swap(
    twice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Slow("mojo")
    engine.may_load.clear()
    with running(twice, ["numpy"]) as worker:
        worker.wait_for(ModelLoaded)
        monkeypatch.setitem(ENGINES, "mojo", lambda: engine)
        worker.submit(UseEngine("mojo"))
        assert engine.packing.wait(PATIENCE)
        (progress,) = worker.wait_for(BuildProgress)
        assert (progress.elapsed, progress.estimate) == (0.5, 6.0)
        assert worker.stats().building == (progress,)
        for n in range(3):
            worker.submit(LoadModel(f"net {n}", twice))
            worker.submit(ask(n, f"channel {n}"))
        assert values(worker.wait_for(Result, 3)) == [0, 2, 4]  # nobody waits for the packing
        assert not worker.got(EngineChanged)
        engine.may_load.set()
        worker.wait_for(EngineChanged)
        assert worker.stats().building == ()
        assert len(worker.got(EngineReady)) == 1
        for n in range(3):
            worker.submit(Infer(f"net {n}", {"x": np.ones((1, 1))}, f"channel {n}"))
        assert {r.engine for r in worker.wait_for(Result, 6)[3:]} == {"mojo"}
        assert engine.threads == {"prepare mojo"} and len(engine.runners) == 4


def test_switching_rapidly_ends_at_the_last_choice(twice: Path, slow: dict[str, Slow]) -> None:
    names = ["mojo", "mojo-half", "numpy", "max", "mojo", "mojo-fast"] * 10
    with running(twice) as worker:
        worker.wait_for(ModelLoaded)
        for n, name in enumerate([*names, "mojo-half"]):
            worker.submit(UseEngine(name))
            worker.submit(ask(n, f"channel {n}"))
        worker.wait(lambda: worker.stats().engine == "mojo-half" and not worker.stats().building)
        results = worker.wait_for(Result, len(names) + 1)
        assert values(results) == [2.0 * n for n in range(len(names) + 1)]
        worker.submit(ask(7, "after"))
        assert worker.wait_for(Result, len(names) + 2)[-1].engine == "mojo-half"
        assert not worker.got(EngineFailed)


def test_a_choice_that_was_overtaken_does_not_take_over_later(
    twice: Path, slow: dict[str, Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = Slow("max")
    late.may_load.clear()
    with running(twice) as worker:
        worker.wait_for(ModelLoaded)
        monkeypatch.setitem(ENGINES, "max", lambda: late)
        worker.submit(UseEngine("max"))
        assert late.packing.wait(PATIENCE)
        use(worker, "mojo-half")
        late.may_load.set()
        worker.wait(lambda: not worker.stats().building)
        worker.submit(ask(1))
        assert worker.wait_for(Result)[0].engine == "mojo-half"
        assert [n.engine for n in worker.got(EngineChanged)] == ["mojo-half"]


def test_only_a_few_engines_keep_memory_and_the_newest_switch_at_once(
    twice: Path, slow: dict[str, Slow]
) -> None:
    with running(twice) as worker:
        worker.wait_for(ModelLoaded)
        for name in ("mojo", "mojo-fast", "mojo-half", "max", "max-gpu"):
            use(worker, name)
        gc.collect()
        kept = {name for name, engine in slow.items() if len(engine.runners)}
        assert kept == {"max", "max-gpu"} and len(kept) == KEPT_ENGINES
        before = len(worker.got(EngineReady))
        use(worker, "max")
        assert len(worker.got(EngineReady)) == before  # it was kept
        engine = weakref.ref(slow.pop("mojo-half"))
        gc.collect()
        assert engine() is None
        use(worker, "mojo-half")
        assert worker.got(EngineReady)[-1].engine == "mojo-half"


def test_what_cannot_be_prepared_is_said_once_and_nothing_changes(
    twice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent() -> NumpyEngine:
        raise EngineError("The max engine needs MAX.")

    monkeypatch.setitem(ENGINES, "max", absent)
    with running(twice) as worker:
        worker.submit(UseEngine("max"))
        worker.submit(ask(1))
        assert worker.wait_for(Result)[0].engine == "numpy"
        (failed,) = worker.wait_for(EngineFailed)
        sentence = "The max engine needs MAX. Running on the numpy engine."
        assert (failed.engine, failed.message) == ("max", sentence)


def test_memory_of_a_replaced_and_of_an_unloaded_model_is_given_back(
    twice: Path, slow: dict[str, Slow]
) -> None:
    with running(twice) as worker:
        use(worker, "mojo")
        use(worker, "max")
        engines = slow["mojo"], slow["max"]
        worker.submit(LoadModel("net", twice))
        worker.submit(ask(1))
        worker.wait_for(Result)
        worker.wait(lambda: len(worker.got(ModelLoaded)) == 2)
        gc.collect()
        assert [len(engine.runners) for engine in engines] == [0, 1]
        worker.submit(UnloadModel("net"))
        worker.wait_for(ModelUnloaded)
        worker.submit(UnloadModel("never loaded"))
        worker.submit(ask(2))
        worker.wait(lambda: worker.stats().failed == 1)
        gc.collect()
        assert [len(engine.runners) for engine in engines] == [0, 0]
        assert worker.stats().models == {} and len(worker.got(ModelUnloaded)) == 1


class Stand(NumpyRunner, Provisional):
    """Compiles when it may, or raises."""

    def __init__(self, mlp: Mlp, engine: Compiling) -> None:
        super().__init__(mlp)
        self._engine = engine

    def compile(self, report: Report, cancel: threading.Event) -> Runner:
        report(1.0, 60.0, "compiling net")
        self._engine.compiling.set()
        assert self._engine.may_compile.wait(PATIENCE)
        if self._engine.refuses:
            raise self._engine.refuses
        return NamedRunner(self._mlp, "max")


class Compiling(NumpyEngine):
    name = "max"

    def __init__(self) -> None:
        self.compiling, self.may_compile = threading.Event(), threading.Event()
        self.refuses: Exception | None = None

    def load(self, model: Mlp) -> Runner:  # type: ignore[override]
        return Stand(model, self)


def test_a_model_is_compiled_before_its_engine_takes_over(
    twice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = Compiling()
    monkeypatch.setitem(ENGINES, "max", lambda: engine)
    with running(twice) as worker:
        worker.wait_for(ModelLoaded)
        worker.submit(UseEngine("max"))
        assert engine.compiling.wait(PATIENCE)
        worker.submit(ask(1))
        assert worker.wait_for(Result)[0].engine == "numpy"
        assert not worker.got(EngineChanged)
        engine.may_compile.set()
        worker.wait_for(EngineChanged)
        worker.submit(ask(2))
        assert worker.wait_for(Result, 2)[1].engine == "max"


def test_a_model_loaded_later_runs_at_once_and_compiled_soon(twice: Path) -> None:
    engine = Compiling()
    engine.may_compile.set()
    with running(twice, [engine, "numpy"]) as worker:
        assert engine.compiling.wait(PATIENCE)
        worker.wait_for(EngineChanged)
        worker.wait(lambda: not worker.stats().building)
        engine.may_compile.clear()
        engine.compiling.clear()
        worker.submit(LoadModel("net", twice))
        assert engine.compiling.wait(PATIENCE)
        worker.submit(ask(1))
        assert worker.wait_for(Result)[0].engine == "numpy"
        worker.wait(lambda: worker.stats().building != ())
        assert worker.got(BuildProgress)[-1].estimate == 60.0
        engine.may_compile.set()
        worker.wait(lambda: not worker.stats().building)
        worker.submit(ask(2))
        assert worker.wait_for(Result, 2)[1].engine == "max"


def test_what_cannot_be_compiled_goes_on_with_a_warning(
    twice: Path, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Compiling()
    engine.may_compile.set()
    engine.refuses = ModelError("There is no way to lower TopK.")
    with running(twice, [engine, "numpy"]) as worker:
        assert engine.compiling.wait(PATIENCE)
        worker.wait_for(EngineChanged)
        worker.wait(lambda: not worker.stats().building)
        worker.submit(ask(3))
        (result,) = worker.wait_for(Result)
        assert (values([result]), result.engine) == ([6.0], "numpy")
        assert worker.stats().engine == "max" and not worker.got(EngineFailed)
    assert "no way to lower TopK. twice runs on the numpy engine." in caplog.text
