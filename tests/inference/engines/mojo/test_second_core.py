"""The second core: the same bits, whatever becomes of the helper; no cost when idle."""

from __future__ import annotations

import ctypes
import gc
import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from inference.engines.mojo import Cores, MojoEngine, MojoRunner, second_core
from inference.engines.packing import address, pack
from inference.mlp import Mlp
from inference.models import MODELS
from inference.onnx.reader import read_mlp
from kernels.build import find_c_compiler
from tests.inference.engines.mojo.turns import turns
from tests.inference.nets import save_chain, save_model_like

pytestmark = pytest.mark.skipif(not second_core.usable(), reason="needs Linux and two cores")

NAMES = ("stylevae_encoder", "stylevae_decoder")
PATIENCE_S = 120.0
ASLEEP, REST, NEXT_REST, HELPED, ENDED = 16, 25, 26, 27, 28
AWAKE, SLEEPING, CALLED = range(3)


def network(name: str, folder: Path) -> Mlp:
    return read_mlp(save_model_like(name, folder / f"{name}.onnx"), MODELS[name])


def inputs(mlp: Mlp, seed: int) -> dict[str, np.ndarray]:
    noise = np.random.default_rng(seed).standard_normal((1, *mlp.input_shape))
    return {mlp.input_name: noise.astype(np.float32)}


def prepared(precision: str, cores: int) -> MojoEngine:
    engine = MojoEngine(precision, Cores.of(cores))
    engine.prepare(lambda *_: None, threading.Event())
    return engine


def loaded(engine: MojoEngine, mlp: Mlp) -> MojoRunner:
    runner = engine.load(mlp)
    assert isinstance(runner, MojoRunner)
    return runner


def assert_same(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> None:
    for name in a:
        np.testing.assert_array_equal(a[name], b[name])


def state(runner: MojoRunner) -> np.ndarray:
    return runner.second_core.state


@pytest.fixture
def engines(own_library: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[MojoEngine]]:
    """With one core and with two. The helper runs at normal priority: this machine is busy."""
    monkeypatch.setattr(os, "sched_setscheduler", lambda *_: None)
    yield [prepared("fp32", cores) for cores in (1, 2)]


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bits_with_and_without_help(
    name: str, engines: list[MojoEngine], tmp_path: Path
) -> None:
    mlp = network(name, tmp_path)
    alone, helped = (loaded(engine, mlp) for engine in engines)
    calls = shares = 0
    until = time.monotonic() + PATIENCE_S
    while shares < 5 and time.monotonic() < until:
        state(helped)[[HELPED, REST]] = 0  # on a busy machine help is rare: ask each time
        found = helped.run(inputs(mlp, calls))
        shares += bool(state(helped)[HELPED])
        assert_same(found, alone.run(inputs(mlp, calls)))
        calls += 1
    assert shares == 5


@pytest.mark.parametrize("precision", ["fast", "half"])
def test_the_same_bits_with_16_bit_weights(
    precision: str, engines: list[MojoEngine], tmp_path: Path
) -> None:
    mlp = network("stylevae_encoder", tmp_path)
    alone, helped = (loaded(prepared(precision, cores), mlp) for cores in (1, 2))
    for seed in range(100):
        assert_same(helped.run(inputs(mlp, seed)), alone.run(inputs(mlp, seed)))


DAWDLER = """
#include <math.h>
#include <stdint.h>
int dawdle(int64_t *words, float *own, long count, int parts, int64_t *stop) {
    int64_t last = -1;
    int taken = 0;
    while (taken < parts && !__atomic_load_n(stop, __ATOMIC_SEQ_CST)) {
        int64_t word = __atomic_load_n(words, __ATOMIC_SEQ_CST);
        int64_t step = word >> 32, front = word >> 16 & 0xFFFF, back = word & 0xFFFF;
        if (front >= back || step == last) continue;
        if (!__atomic_compare_exchange_n(words, &word, word - 1, 0, 5, 5)) continue;
        for (long i = 0; i < count; i++) own[i] = NAN;
        __atomic_store_n(words + 8, last << 32 | (back - 1), __ATOMIC_SEQ_CST);
        last = step;
        taken++;
    }
    return taken;
}
"""
"""A helper that takes a part of each step, spoils what is its to write, and never delivers."""


def test_a_helper_whose_core_is_taken_within_a_part(
    engines: list[MojoEngine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_core, "serve", lambda *_: None)
    source, library = tmp_path / "dawdler.c", tmp_path / "dawdler.so"
    source.write_text(DAWDLER)
    subprocess.run(
        [find_c_compiler(), "-O1", "-shared", "-fPIC", "-o", library, source], check=True
    )
    mlp = network("stylevae_decoder", tmp_path)
    alone, helped = (loaded(engine, mlp) for engine in engines)
    words, stop = state(helped), np.zeros(1, np.int64)
    own = helped.ready.packed.scratch[helped.ready.packed.program[6] :]
    arguments = (address(words), address(own), ctypes.c_long(len(own)), 10, address(stop))
    dawdle = ctypes.CDLL(str(library)).dawdle
    dawdle.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_long,
        ctypes.c_int,
        ctypes.c_void_p,
    ]
    with ThreadPoolExecutor() as pool:
        taken = pool.submit(dawdle, *arguments)
        until = time.monotonic() + PATIENCE_S
        for seed in itertools.count():
            words[REST] = 0
            assert_same(helped.run(inputs(mlp, seed)), alone.run(inputs(mlp, seed)))
            if taken.done() or time.monotonic() > until:
                break
        stop[0] = 1
        assert taken.result() == 10


def test_a_helper_that_is_slow_to_wake_is_not_given_up(
    engines: list[MojoEngine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(second_core, "serve", lambda *_: None)
    mlp = network("stylevae_encoder", tmp_path)
    alone, helped = (loaded(engine, mlp) for engine in engines)
    words, right = state(helped), alone.run(inputs(mlp, 0))
    words[ASLEEP] = SLEEPING
    helped.run(inputs(mlp, 0))
    assert words[ASLEEP] == SLEEPING, "a call that follows none wakes nobody"
    words[ENDED] = 2**62
    for _ in range(5):
        assert_same(helped.run(inputs(mlp, 0)), right)
        assert words[[ASLEEP, REST, NEXT_REST]].tolist() == [CALLED, 0, 0]
    words[ASLEEP] = AWAKE  # but its core is taken
    rests = []
    for _ in range(6):
        assert_same(helped.run(inputs(mlp, 0)), right)
        rests.append(int(words[REST]))
    assert rests == [0, 1, 0, 3, 2, 1]


def test_two_threads_share_one_helper(engines: list[MojoEngine], tmp_path: Path) -> None:
    networks = [network(name, tmp_path) for name in NAMES]
    wrong: list[str] = []

    def work(mlp: Mlp) -> None:
        alone, helped = (loaded(engine, mlp) for engine in engines)
        for seed in range(200):
            a, b = helped.run(inputs(mlp, seed)), alone.run(inputs(mlp, seed))
            if any((a[name] != b[name]).any() for name in a):
                wrong.append(mlp.name)

    threads = [threading.Thread(target=work, args=(mlp,)) for mlp in networks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_it_sleeps_when_nobody_calls_and_ends_with_its_engine(
    own_library: Path, tmp_path: Path
) -> None:
    engine = MojoEngine()
    engine.prepare(lambda *_: None, threading.Event())
    runner = loaded(engine, network("stylevae_encoder", tmp_path))
    runner.run({"motion": np.zeros((1, 4380))})
    helper = [t for t in threading.enumerate() if t.name == "second-core"][-1]
    until = time.monotonic() + PATIENCE_S
    while not state(runner)[ASLEEP] and time.monotonic() < until:
        time.sleep(0.01)
    assert helper.native_id
    before = turns(helper.native_id)
    time.sleep(0.1)
    assert turns(helper.native_id) == before
    assert state(runner)[ASLEEP]
    del engine, runner
    gc.collect()
    helper.join(PATIENCE_S)
    assert not helper.is_alive()


def test_what_runs_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = network("stylevae_encoder", tmp_path)
    assert pack(large, 16, 64, cores=2).shared
    assert not pack(large, 16, 64, cores=1).shared
    assert not pack(network("deepphase", tmp_path), 16, 64, cores=2).shared, "a tiny model"
    chain = read_mlp(save_chain(tmp_path / "chain.onnx", (600, 600, 600)))
    assert pack(chain, 16, 64, cores=2).shared
    monkeypatch.setenv("STRIDESCOPE_CORES", "1")
    assert not second_core.usable()


def test_forked_and_ending_processes(own_cache: Path, tmp_path: Path) -> None:
    path = save_model_like("stylevae_encoder", tmp_path / "net.onnx")
    code = f"""
import os, sys, numpy as np
from inference import load_model
runner = load_model({str(path)!r}, engine="mojo")
x = {{"motion": np.ones((1, 4380), "f4")}}
right = [runner.run(x) for _ in range(50)][-1]
child = os.fork()
same = all((runner.run(x)[n] == right[n]).all() for _ in range(50) for n in right)
if not child:
    os._exit(0 if same and not runner.second_core.address else 1)
assert same and runner.second_core.address
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stderr) == (0, "")
