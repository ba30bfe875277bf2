"""The benchmark's processes: they answer, time themselves, take turns, fail in sentences."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from inference.bench import noise, start
from inference.bench.contest import OFTEN
from inference.bench.contestant import Answer, Block, Contestant, ContestantError, Load
from inference.bench.limits import Multiplier
from inference.bench.memory import Reader, bandwidth, cache_bytes
from inference.bench.noise import Look, verdict
from inference.bench.rivals import ALL_CORES, FAST_ALL_CORES, RIVALS, Rival
from inference.bench.run import ALONE, BUSY, PACED, PARTS, Plan, measure
from inference.bench.start import OURS, StartError
from inference.bench.untrained import write_untrained
from inference.engines import VARIANTS
from inference.mlp import Mlp
from inference.models import MODELS
from inference.onnx.reader import read_mlp
from tests.inference.harness import assert_said_to_be_absent
from tests.inference.nets import save_model_like

SHORT = (ALONE, 1), (PACED, 1), (BUSY, 1)
NUMPY, NOTHING = ("inference.bench.process", "numpy"), ("inference.bench.no_such_module",)
COPY = ("tests.inference.bench.copy_file",)
GUESTS = (
    Rival("nobody-1", "Nobody", NOTHING),
    Rival("own-1", "Own", NUMPY, start=(OURS, "numpy"), converter=COPY),
    Rival("stuck-1", "Stuck", NUMPY, start=(OURS, "numpy"), converter=NOTHING),
)
"""Handed in from outside: one that is not there, one with files of its own kind, one without."""


@pytest.fixture
def phase(tmp_path: Path) -> Path:
    return save_model_like("deepphase", tmp_path / "deepphase.onnx")


def test_contestants_are_our_variants_and_onnx_runtime() -> None:
    assert set(VARIANTS) < set(RIVALS)
    assert {"ort-1", ALL_CORES, FAST_ALL_CORES} < set(RIVALS)


def test_a_contestant_answers_and_times_itself(phase: Path) -> None:
    x = np.random.default_rng(0).standard_normal((5, 132), np.float32)
    with Contestant("numpy", RIVALS["numpy"].module) as contestant:
        assert contestant.ask(Load("m", phase, MODELS["deepphase"])) == "numpy"
        (answer,) = contestant.ask(Answer("m", x))
        mlp = read_mlp(phase)
        assert answer.shape == (5, 2) and len(mlp.layers) > 1
        timing = contestant.ask(Block("m", x, calls=7, warm_up=1))
        assert timing.seconds.shape == (7,) and timing.seconds.min() > 0 and timing.cpu > 0
        paced = contestant.ask(Block("m", x, calls=3, warm_up=1, interval=0.02))
        assert paced.seconds.shape == (3,) and paced.cpu is None
        with pytest.raises(ContestantError, match="no such file"):
            contestant.ask(Load("n", phase.with_name("none.onnx"), None))
        (again,) = contestant.ask(Answer("m", x))
        np.testing.assert_array_equal(again, answer)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_contestant_is_stopped_while_it_is_not_asked(phase: Path) -> None:
    with Contestant("numpy", RIVALS["numpy"].module) as contestant:
        status = Path(f"/proc/{contestant.process.pid}/status")
        for _ in range(2):
            contestant.ask(Load("m", phase, None))
            until = time.monotonic() + 30
            while "State:\tT" not in status.read_text() and time.monotonic() < until:
                time.sleep(0.01)
            assert "State:\tT" in status.read_text()
    assert contestant.process.returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_stopped_contestant_ends_with_the_benchmark_that_is_killed(phase: Path) -> None:
    code = f"""
import os, pathlib, signal
from inference.bench.contestant import Contestant, Load
from inference.bench.rivals import RIVALS
contestant = Contestant("numpy", RIVALS["numpy"].module)
contestant.ask(Load("m", pathlib.Path({str(phase)!r}), None))
print(contestant.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert done.returncode == -signal.SIGKILL
    status = Path(f"/proc/{int(done.stdout)}/status")
    until = time.monotonic() + 30
    while runs(status) and time.monotonic() < until:
        time.sleep(0.01)
    assert not runs(status)


def runs(status: Path) -> bool:
    """Whether the process is there, and not as a zombie that nobody has waited for."""
    try:
        return "State:\tZ" not in status.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_contestant_that_dies_is_told() -> None:
    with Contestant("nobody", ("inference.bench.no_such_module",)) as contestant:
        with pytest.raises(
            ContestantError, match=r"nobody ended with exit code 1: .*No module named"
        ):
            contestant.ask(Load("m", Path("x"), None))
        with pytest.raises(ContestantError, match="nobody ended"):
            contestant.ask(Load("m", Path("x"), None))


def test_onnx_runtime_takes_part(phase: Path) -> None:
    pytest.importorskip("onnxruntime")
    x = np.random.default_rng(0).standard_normal((5, 132), np.float32)
    answers = []
    for name in ("ort-1", "numpy"):
        with Contestant(name, RIVALS[name].module) as contestant:
            contestant.ask(Load("m", phase, None))
            answers.append(contestant.ask(Answer("m", x))[0])
    np.testing.assert_allclose(*answers, atol=1e-5)


def test_a_rival_that_is_not_installed_says_so(phase: Path, tmp_path: Path) -> None:
    assert_said_to_be_absent(RIVALS["ort-1"], "onnxruntime", phase, tmp_path)


@pytest.mark.parametrize("name", list(MODELS))
def test_untrained_files_have_the_architecture_of_the_model(name: str, tmp_path: Path) -> None:
    write_untrained(MODELS[name], tmp_path / "model.onnx")
    model = read_mlp(tmp_path / "model.onnx", MODELS[name])
    parameters = {
        "deepphase": 71_138,
        "stylevae_encoder": 2_505_984,
        "stylevae_decoder": 2_444_316,
        "deepmimic_actor": 746_020,
        "deepmimic_critic": 728_065,
    }
    assert isinstance(model, Mlp) and model.parameters == parameters[name]


def test_one_run_from_the_first_process_to_the_report(own_cache: Path, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    (assets / "models").mkdir(parents=True)
    save_model_like("stylevae_decoder", assets / "models" / "stylevae_decoder.onnx")
    parts = [
        replace(part, calls=3, rounds=1, interval=part.interval and 0.005)
        for part in PARTS
        if (part.name, part.batch) in SHORT
    ]
    told: list[str] = []
    only = ("mojo", ALL_CORES, "numpy", "max-gpu", *(guest.name for guest in GUESTS))
    plan = Plan(parts, starts=1, cold=False, only=only)
    rivals = [*RIVALS.values(), *GUESTS]
    report = measure(assets, "today", "here", rivals, plan, lambda what, *_: told.append(what))
    guests = {"own-1", "stuck-1"}
    assert {row.contestant for row in report.rows} == {"mojo", ALL_CORES, "numpy"} | guests
    for model in MODELS:
        row = report.find(model, ALONE, 1, "mojo")
        assert row and row.calls == 3 * OFTEN and 0 < row.p50 <= row.p95 <= row.p99 and row.cpu
        paced = report.find(model, PACED, 1, "numpy")
        assert paced and paced.cpu is None
    busy = {(row.model, row.contestant) for row in report.rows if row.part == BUSY}
    assert busy == {
        (f"stylevae_{half}", name) for half in ("encoder", "decoder") for name in only[:2]
    }
    trained = {subject.name for subject in report.subjects if subject.trained}
    assert trained == {"stylevae_decoder"}
    assert all(subject.bound and subject.bound > 0 for subject in report.subjects)
    assert any("max-gpu is not available" in line for line in report.left_out)
    assert any("Nobody is not available: nobody-1 ended" in line for line in report.left_out)
    assert any("Stuck cannot write a file of its own kind" in line for line in report.left_out)
    assert report.start_of("own-1") and not report.start_of("stuck-1")
    mojo, numpy = report.start_of("mojo"), report.start_of("numpy")
    assert mojo and numpy and 0 < mojo.seconds < mojo.whole and mojo.private <= mojo.resident
    assert mojo.cold_seconds is None
    assert report.deployment["five models"] > 20e6 and "kernel library" in report.deployment
    assert len(report.looks) == len(parts) + 2
    assert "fresh processes" in told
    assert report.as_dict()["schema"] == "stridescope.bench.models"


def test_a_start_is_timed_from_numpy_and_from_the_process(phase: Path) -> None:
    nothing = start.start((OURS, "nothing", str(phase)))
    numpy = start.start((OURS, "numpy", str(phase)))
    assert 0 <= nothing.seconds < nothing.whole and 0 < numpy.seconds < numpy.whole
    assert numpy.resident > nothing.resident > 0
    with pytest.raises(StartError, match=r"none\.onnx: no such file"):
        start.start((OURS, "numpy", str(phase.with_name("none.onnx"))))


@pytest.mark.slow
def test_a_cold_start_builds_the_kernel(own_cache: Path, phase: Path) -> None:
    warm = [start.start((OURS, "mojo", str(phase))) for _ in range(2)][1]
    cold = start.cold_start((OURS, "mojo", str(phase)), ("numpy", "onnx"), [phase])
    assert cold.seconds > 2 * warm.seconds


def test_a_start_of_ours_imports_nothing_before_its_clock() -> None:
    code = (
        f"import sys, runpy; sys.argv = [{OURS!r}]; runpy.run_path({OURS!r}); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"inference", "onnx", "onnxruntime"} & set(done.stdout.split())


def test_bytes_of_files_count_each_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert start.bytes_of([tmp_path / "a", tmp_path / "b", tmp_path / "a"]) == 5
    assert start.installed_files(["no-such-distribution"]) == []
    assert start.bytes_of(start.installed_files(["numpy"])) > 1e6


def test_memory_is_read_to_the_end(own_cache: Path) -> None:
    reader = Reader(1 << 20, passes=3)
    assert reader.floats.nbytes == 1 << 20 and reader.floats.ctypes.data % 64 == 0
    reader.floats[:] = 2
    reader.read()
    assert reader.total() == 3 * 2 * reader.floats.size
    speeds = bandwidth()
    assert list(speeds) == ["L2", "L3", "DRAM"] and all(0.1 < s < 1e4 for s in speeds.values())
    assert set(cache_bytes()) == {"L2", "L3"}


def test_multiply_adds_are_done(own_cache: Path) -> None:
    multiplier = Multiplier(1000)
    lanes = multiplier.total(0, 1.0)
    assert lanes % 16 == 0 and multiplier.total(3, 0.5) == lanes, "1 stays 1 by a half"
    steps = multiplier.steps(3)
    assert (steps - 1) * lanes < 3000 <= steps * lanes
    assert multiplier.total(3, 1.0) == lanes * (1 + steps)
    assert multiplier.run(3) == ()


def test_noise_is_noticed_and_said() -> None:
    quiet = Look(busy=0.02, stolen=0.0, spread=1.1, load=0.1)
    assert verdict([quiet, quiet]) == "quiet"
    for loud in (
        replace(quiet, busy=0.5),
        replace(quiet, stolen=0.05),
        replace(quiet, spread=2.0),
    ):
        assert loud.noisy
        assert verdict([quiet, loud]).startswith("noisy: in 1 of 2 looks")


def test_a_busy_neighbour_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise, "REST_S", 0.4)
    if noise.cpu_times() == (0, 0):
        pytest.skip("this system does not tell the use of its cores")
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        assert noise.look().busy > 0.3
    finally:
        process.kill()
        process.wait()
