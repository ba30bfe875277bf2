"""The worker: storms, priorities, failing engines, swaps, a clean stop."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from inference.engines import ENGINES
from inference.engines.mojo import Cores, MojoEngine, all_cores
from inference.worker.messages import (
    BuildProgress,
    EngineChanged,
    EngineFailed,
    EngineReady,
    Failure,
    Infer,
    LoadModel,
    ModelFailed,
    ModelLoaded,
    Priority,
    Result,
    UseEngine,
)
from inference.worker.worker import Worker
from tests.inference.harness import (
    PATIENCE,
    BrokenEngine,
    GateEngine,
    HookEngine,
    Watched,
    ask,
    running,
    values,
)
from tests.inference.nets import save, save_model_like


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """y = 2 x."""
    weights = {"w": np.array([[2.0]], np.float32)}
    nodes = [helper.make_node("Gemm", ["x", "w"], ["y"])]
    return save(tmp_path / "twice.onnx", nodes, weights, ("x", ["batch", 1]), ["y"])


def test_a_storm_of_slider_events(twice: Path) -> None:
    """1,000 events at once: bounded queue, results in order, none wrong, the last arrives."""
    with running(twice) as worker:
        worker.wait_for(ModelLoaded)
        deepest = 0
        for value in range(1000):
            worker.submit(ask(value))
            deepest = max(deepest, worker.stats().queue_depth)
        worker.wait(
            lambda: bool(worker.got(Result)) and worker.got(Result)[-1].request.context == 999
        )
        results = worker.got(Result)
        generations = [result.request.generation for result in results]
        assert generations == sorted(set(generations))
        assert values(results) == [2 * result.request.context for result in results]
        stats = worker.stats()
        assert deepest <= 1 and stats.queue_depth == 0
        assert stats.stale + len(results) == 1000


def test_behind_a_slow_inference_only_the_newest_is_run(twice: Path) -> None:
    engine = GateEngine()
    with running(twice, [engine]) as worker:
        worker.submit(ask(1))
        assert engine.entered.wait(PATIENCE)
        for value in range(2, 1001):
            worker.submit(ask(value))
        assert worker.stats().queue_depth == 1
        engine.gate.set()
        results = worker.wait_for(Result, 2)
        assert values(results) == [2, 2000]
        assert worker.stats().stale == 998


def test_urgent_work_overtakes(twice: Path) -> None:
    engine = GateEngine()
    with running(twice, [engine]) as worker:
        worker.submit(ask(1, "first"))
        assert engine.entered.wait(PATIENCE)
        worker.submit(ask(2, "thumbnail", priority=Priority.BULK))
        worker.submit(ask(3, "playhead", priority=Priority.LIVE))
        worker.submit(ask(4, "slider", priority=Priority.INTERACTIVE))
        engine.gate.set()
        assert values(worker.wait_for(Result, 4)) == [2, 8, 6, 4]


def test_times_and_context_come_back(twice: Path) -> None:
    with running(twice) as worker:
        request = worker.submit(ask(3))
        (result,) = worker.wait_for(Result)
        assert result.request is request and result.request.context == 3
        assert request.submit_time is not None
        assert request.submit_time <= result.started <= result.finished <= time.perf_counter()
        assert result.latency >= result.duration >= 0
        assert result.engine == "numpy"
        stats = worker.stats().models["net"]
        assert stats.count == 1 and stats.recent.tolist() == [result.duration]
        assert stats.p50 == stats.p99 == result.duration
        assert stats.latency_p95 == pytest.approx(result.latency)


def test_a_forgotten_channel_hears_nothing_of_what_runs(twice: Path) -> None:
    engine = GateEngine()
    with running(twice, [engine]) as worker:
        worker.submit(ask(1))
        assert engine.entered.wait(PATIENCE)
        worker.forget("slider")
        worker.submit(ask(2))
        engine.gate.set()
        assert values(worker.wait_for(Result)) == [4]
        assert worker.stats().stale == 1


@pytest.mark.parametrize("stage", ["prepare", "load", "run"])
def test_an_engine_that_raises_is_replaced_and_no_request_lost(stage: str, twice: Path) -> None:
    with running(twice, [BrokenEngine(stage, passes=3), "numpy"]) as worker:
        if stage == "run":
            worker.wait(lambda: worker.stats().engine == "mojo")
        for value in range(10):
            worker.submit(ask(value, f"channel {value}"))
        assert values(worker.wait_for(Result, 10)) == [2.0 * value for value in range(10)]
        (failed,) = worker.wait_for(EngineFailed)
        assert failed.engine == "mojo" and failed.message.endswith("Running on the numpy engine.")
        assert worker.stats().engine == "numpy"
        assert worker.got(Result)[-1].engine == "numpy"
        assert not worker.got(Failure)
        changes = [notice.engine for notice in worker.got(EngineChanged)]
        if stage != "load":  # which may fail before or after it takes over
            assert changes == (["mojo", "numpy"] if stage == "run" else [])


def test_the_last_engine_may_fail_and_the_worker_goes_on(twice: Path) -> None:
    engine = BrokenEngine("run", passes=1)
    with running(twice, [engine]) as worker:
        worker.submit(ask(1))
        (failure,) = worker.wait_for(Failure)
        assert "the device is lost" in failure.message
        engine.stage = ""
        worker.submit(ask(2))
        assert values(worker.wait_for(Result)) == [4]
        assert worker.stats().failed == 1


def test_an_engine_is_swapped_in_without_losing_a_request(twice: Path) -> None:
    engine = BrokenEngine("nowhere")
    engine.may_prepare.clear()
    with running(twice, [engine, "numpy"]) as worker:
        (progress,) = worker.wait_for(BuildProgress)
        assert (progress.elapsed, progress.estimate) == (0.5, 6.0)
        assert worker.stats().building == (progress,)
        for value in range(200):
            worker.submit(ask(value, f"channel {value}"))
            if value == 100:
                worker.wait_for(Result)
                engine.may_prepare.set()
                worker.wait_for(EngineChanged)
        results = worker.wait_for(Result, 200)
        assert values(results) == [2.0 * value for value in range(200)]
        assert [results[0].engine, results[-1].engine] == ["numpy", "mojo"]
        assert worker.got(EngineReady)[0].engine == "mojo"
        assert worker.stats().building == ()


def test_the_real_kernel_takes_over(mojo: MojoEngine, own_cache: Path, tmp_path: Path) -> None:
    path = save_model_like("stylevae_decoder", tmp_path / "net.onnx")
    worker = Watched(["mojo", "numpy"])
    worker.start()
    worker.submit(LoadModel("stylevae_decoder", path))
    latent = np.random.default_rng(0).standard_normal((1, 256)).astype(np.float32)
    worker.submit(UseEngine("numpy"))
    worker.submit(Infer("stylevae_decoder", {"latent": latent}, "a"))
    worker.wait_for(EngineReady)
    worker.wait_for(Result)
    worker.submit(UseEngine("mojo"))
    worker.submit(Infer("stylevae_decoder", {"latent": latent}, "a"))
    before, after = worker.wait_for(Result, 2)
    worker.stop()
    assert (before.engine, after.engine) == ("numpy", "mojo")
    a, b = before.outputs["motion"], after.outputs["motion"]
    assert a.shape == (1, 60, 73) and np.abs(a - b).max() <= 1e-5 * np.abs(a).max()


def test_engines_are_chosen_by_name(twice: Path) -> None:
    with running(twice, [BrokenEngine("nowhere"), "numpy"]) as worker:
        worker.wait(lambda: worker.stats().engine == "mojo")
        worker.submit(UseEngine("numpy"))
        worker.submit(ask(1))
        assert worker.wait_for(Result)[0].engine == "numpy"
        worker.submit(UseEngine("abacus"))
        (failed,) = worker.wait_for(EngineFailed)
        assert "no engine 'abacus'; choose one of mojo, mojo-fast" in failed.message


def test_asking_for_a_failed_engine_prepares_it_again(twice: Path) -> None:
    engine = BrokenEngine("prepare")
    with running(twice, [engine, "numpy"]) as worker:
        worker.wait_for(EngineFailed)
        engine.stage = "nowhere"
        worker.submit(UseEngine("mojo"))
        worker.wait_for(EngineChanged)
        assert worker.stats().engine == "mojo"


def test_wrong_requests_fail_alone(twice: Path) -> None:
    with running(twice, [BrokenEngine("nowhere"), "numpy"]) as worker:
        worker.wait(lambda: worker.stats().engine == "mojo")
        worker.submit(Infer("other", {"x": np.zeros((1, 1))}, "a"))
        worker.submit(Infer("net", {"x": np.zeros((1, 2))}, "b"))
        worker.submit(Infer("net", {"x": np.broadcast_to(np.zeros(1), (1 << 50, 1))}, "c"))
        unknown, shape, huge = worker.wait_for(Failure, 3)
        assert "'other' is not loaded" in unknown.message
        assert "'x' has shape [1, 2], expected [batch, 1]" in shape.message
        assert "not enough memory" in huge.message
        assert not worker.got(EngineFailed)


def test_the_reference_is_in_no_other_time(twice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a clock that each inference moves: by 3 s on the engine, by 40 s on the reference."""
    now = [0.0]

    def run(seconds: float) -> HookEngine:
        return HookEngine(lambda _: now.__setitem__(0, now[0] + seconds))

    engine = run(3.0)
    engine.name = "mojo"
    worker = Watched([engine], clock=lambda: now[0])
    worker.start()
    worker.submit(LoadModel("net", twice))
    worker.wait_for(ModelLoaded)
    monkeypatch.setattr("inference.worker.loaded.NumpyEngine", lambda: run(40.0))
    worker.submit(ask(2, reference=True))
    worker.submit(ask(3, "plain"))
    first, second = worker.wait_for(Result, 2)
    worker.stop()
    assert first.reference is not None and first.reference["y"].tolist() == [[4.0]]
    assert (first.duration, first.reference_duration) == (3.0, 40.0)
    assert second.reference is None and second.reference_duration == 0.0
    assert worker.stats().models["net"].p99 == 3.0


def test_a_bad_file_leaves_the_model_in_place(twice: Path, tmp_path: Path) -> None:
    with running(twice) as worker:
        (tmp_path / "bad.onnx").write_bytes(b"not a model")
        worker.submit(LoadModel("net", tmp_path / "bad.onnx"))
        (failed,) = worker.wait_for(ModelFailed)
        assert "bad.onnx" in failed.message
        worker.submit(LoadModel("deepphase", twice))
        assert "DeepPhase has [batch, 132]" in worker.wait_for(ModelFailed, 2)[1].message
        worker.submit(LoadModel("deepmimic_actor_run", twice))
        assert "DeepMimic actor has [batch, 197]" in worker.wait_for(ModelFailed, 3)[2].message
        worker.submit(ask(5))
        assert values(worker.wait_for(Result)) == [10]


def test_a_listener_that_raises_is_logged(twice: Path, caplog: pytest.LogCaptureFixture) -> None:
    heard = threading.Semaphore(0)

    def listen(message: object) -> None:
        heard.release()
        raise ValueError("a bug in the window")

    worker = Worker(listen, lambda notice: None, ["numpy"])
    worker.start()
    worker.submit(LoadModel("net", twice))
    with caplog.at_level(logging.ERROR):
        for value in range(2):
            worker.submit(ask(value))
            assert heard.acquire(timeout=PATIENCE)
        worker.stop()
    assert caplog.text.count("a bug in the window") >= 2


def test_stop_is_final(twice: Path) -> None:
    engine = GateEngine()
    with running(twice, [engine]) as worker:
        worker.submit(ask(1))
        assert engine.entered.wait(PATIENCE)
        worker.submit(ask(2, "other"))
        opener = threading.Timer(0.05, engine.gate.set)
        opener.start()
        worker.stop()
        assert not worker.got(Result)
        worker.submit(ask(3))
        assert worker.stats().queue_depth == 1  # "other", given up
        worker.stop()
        opener.join()
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"inference", "prepare mojo"}


def test_stop_ends_a_build_and_may_come_from_a_listener(twice: Path) -> None:
    engine = BrokenEngine("nowhere")
    engine.may_prepare.clear()
    stopped = threading.Event()

    def listen(message: object) -> None:
        worker.stop()
        stopped.set()

    worker = Worker(listen, lambda notice: None, [engine, "numpy"])
    worker.start()
    worker.submit(LoadModel("net", twice))
    worker.submit(ask(1))
    assert stopped.wait(PATIENCE)
    worker.stop()
    names = {thread.name for thread in threading.enumerate()}
    assert not names & {"inference", "prepare mojo"}


def test_a_worker_that_never_started_stops(twice: Path) -> None:
    worker = Watched()
    worker.submit(LoadModel("net", twice))
    worker.stop()
    assert not worker.notices


def test_batches_leave_one_core_to_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = MojoEngine()
    monkeypatch.setitem(ENGINES, "mojo", lambda: engine)
    Watched(["mojo", "numpy"])
    assert engine.cores == Cores(max(1, all_cores() - 1), second=True)
