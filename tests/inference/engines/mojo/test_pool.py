"""Threads that share batches: the same bits, asleep between calls, gone with their models."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from inference import EngineError, ModelError, load_model
from inference.engines.mojo import Cores, MojoEngine, MojoRunner, all_cores
from inference.engines.mojo.pool import THREAD
from inference.engines.packing import PRECISIONS
from inference.mlp import Activation, Dense, Mlp, Output
from tests.inference.engines.mojo.turns import turns
from tests.inference.nets import save_model_like

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere batches run on one core")

THREADS = (1, 2, 3, 8)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def random_network(rng: np.random.Generator) -> Mlp:
    """Two to four layers of odd sizes, each on the one before, the last two with results."""
    widths = [int(w) for w in rng.integers(1, 700, rng.integers(3, 6))]
    layers = tuple(
        Dense(
            rng.standard_normal((outputs, inputs), np.float32) / np.float32(np.sqrt(inputs)),
            rng.standard_normal(outputs, np.float32),
            Activation(int(rng.integers(len(Activation)))),
            0.1,
            index - 1,
        )
        for index, (inputs, outputs) in enumerate(zip(widths, widths[1:], strict=False))
    )
    ends = range(max(0, len(layers) - 2), len(layers))
    outputs = tuple(Output(f"y{i}", i, (layers[i].width,)) for i in ends)
    return Mlp("net", Path("net.onnx"), "x", (widths[0],), layers, outputs)


def prepared(precision: str, threads: int | None) -> MojoEngine:
    engine = MojoEngine(precision, Cores.of(threads))
    engine.prepare(lambda *_: None, threading.Event())
    return engine


def loaded(mlp: Mlp, threads: int | None, precision: str = "fp32") -> MojoRunner:
    runner = prepared(precision, threads).load(mlp)
    assert isinstance(runner, MojoRunner)
    return runner


def noise(mlp: Mlp, rows: int, seed: int = 0) -> dict[str, np.ndarray]:
    values = np.random.default_rng(seed).standard_normal((rows, *mlp.input_shape), np.float32)
    return {mlp.input_name: values}


def assert_same(found: dict[str, np.ndarray], right: dict[str, np.ndarray]) -> None:
    for name in right:
        np.testing.assert_array_equal(found[name], right[name])


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("seed", range(4))
def test_the_same_bits_for_any_number_of_threads(
    precision: str, seed: int, own_cache: Path
) -> None:
    rng = np.random.default_rng(seed)
    mlp = random_network(rng)
    runners = [loaded(mlp, threads, precision) for threads in THREADS]
    for rows in (0, 1, 2, 3, 8, 15, 16, 17, 63, 65, *(int(n) for n in rng.integers(4, 700, 3))):
        right, *others = (runner.run(noise(mlp, rows)) for runner in runners)
        for found in others:
            assert_same(found, right)


def test_a_row_does_not_depend_on_its_batch(own_cache: Path) -> None:
    mlp = random_network(np.random.default_rng(7))
    runner = loaded(mlp, 3)
    inputs = noise(mlp, 200)
    whole = runner.run(inputs)
    for rows in (2, 9, 65, 129):
        part = runner.run({mlp.input_name: inputs[mlp.input_name][:rows]})
        assert_same(part, {name: array[:rows] for name, array in whole.items()})


def test_several_callers_at_once(own_cache: Path) -> None:
    """One has the threads, the others' batches run without them."""
    mlps = [random_network(np.random.default_rng(seed)) for seed in range(3)]

    def right(mlp: Mlp) -> bool:
        alone, shared = (loaded(mlp, threads) for threads in (1, 4))
        for seed in range(60):
            found, wanted = (runner.run(noise(mlp, 90, seed)) for runner in (shared, alone))
            if any((found[name] != wanted[name]).any() for name in wanted):
                return False
        return True

    with ThreadPoolExecutor(len(mlps)) as pool:
        assert all(pool.map(right, mlps))


def test_they_sleep_between_calls(own_library: Path, tmp_path: Path) -> None:
    path = save_model_like("stylevae_encoder", tmp_path / "n.onnx")
    before = {thread.native_id for thread in threading.enumerate()}
    runner = load_model(path, threads=4)
    runner.run({"motion": np.ones((64, 4380), "f4")})
    helpers = {t.native_id for t in threading.enumerate() if t.name == THREAD} - before
    assert len(helpers) == 3

    def still() -> bool:
        had = [turns(helper) for helper in helpers if helper]
        time.sleep(0.1)
        return had == [turns(helper) for helper in helpers if helper]

    until(still)


def test_models_that_are_closed_leave_no_thread(own_cache: Path, tmp_path: Path) -> None:
    path = save_model_like("deepmimic_actor", tmp_path / "net.onnx")
    code = f"""
import gc, threading, time, numpy as np
from inference import load_model
x = {{"state": np.ones((64, 197), "f4")}}
kept = []
for _ in range(30):
    kept.append(load_model({str(path)!r}, "mojo", threads=5))
    kept[-1].run(x)
assert sum(t.name == {THREAD!r} for t in threading.enumerate()) == 4, threading.enumerate()
for _ in range(30):
    load_model({str(path)!r}, "mojo", threads=3).run(x)
kept.clear()
gc.collect()
end = time.monotonic() + 120
while threading.active_count() > 1 and time.monotonic() < end:
    time.sleep(0.01)
assert threading.active_count() == 1, threading.enumerate()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")


def test_forked_and_ending_processes(own_cache: Path, tmp_path: Path) -> None:
    path = save_model_like("stylevae_decoder", tmp_path / "net.onnx")
    code = f"""
import os, sys, threading, numpy as np
from inference import load_model
runner = load_model({str(path)!r}, "mojo", threads=3)
x = {{"latent": np.ones((200, 256), "f4")}}
right = runner.run(x)["motion"]
child = os.fork()
same = all((runner.run(x)["motion"] == right).all() for _ in range(5))
there = sum(t.name == {THREAD!r} for t in threading.enumerate())
if not child:
    os._exit(0 if same and there == 2 else 1)
assert same and there == 2
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("threads", [0, -1, 257, 1.5, "2", "all", True, b""])
def test_what_is_no_number_of_threads(threads: object, tmp_path: Path) -> None:
    path = save_model_like("deepphase", tmp_path / "net.onnx")
    for engine in ("auto", "mojo", "numpy"):
        with pytest.raises(EngineError) as refused:
            load_model(path, engine, threads=threads)  # type: ignore[arg-type]
        assert str(refused.value) == (
            f"threads is {threads!r}: choose a whole number from 1 to 256, or None for all cores."
        )
    with pytest.raises(ModelError):
        load_model(tmp_path / "none.onnx", threads=2)


def test_how_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRIDESCOPE_CORES", raising=False)
    available = len(os.sched_getaffinity(0))
    assert all_cores() == Cores().for_batches() == available
    assert Cores.of(None) == Cores(None, True)
    assert Cores.of(1) == Cores(1, False), "one thread is one for single rows too"
    assert Cores.of(np.int64(5)).for_batches() == 5
    monkeypatch.setenv("STRIDESCOPE_CORES", "1")
    assert Cores().for_batches() == 1 and Cores.of(5).for_batches() == 5
    for nothing in ("", "many", "0", "-3"):
        monkeypatch.setenv("STRIDESCOPE_CORES", nothing)
        assert all_cores() == available


def test_threads_start_with_the_first_batch(own_library: Path) -> None:
    def there() -> int:
        return sum(thread.name == THREAD for thread in threading.enumerate())

    mlp = random_network(np.random.default_rng(1))
    runner = loaded(mlp, 40)
    before = there()
    runner.run(noise(mlp, 1))
    assert there() == before
    runner.run(noise(mlp, 64))
    assert there() == before + 39
    del runner
    gc.collect()
    until(lambda: there() == before)
