"""Bulk runs: cut into pieces, overtaken by sliders, equal to one call."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from inference import ModelError
from inference.engines import Engine
from inference.engines.numpy import NumpyEngine
from inference.onnx.reader import read_mlp
from inference.worker.bulk import PIECE_SECONDS, BulkRun
from inference.worker.executor import Executor
from inference.worker.messages import (
    Cancelled,
    Failure,
    Infer,
    LoadModel,
    ModelLoaded,
    Progress,
    Result,
    RunBulk,
)
from tests.inference.harness import PATIENCE, GateEngine, HookEngine, running
from tests.inference.nets import save_chain


@pytest.fixture
def net(tmp_path: Path) -> Path:
    return save_chain(tmp_path / "net.onnx", (40, 300, 300, 5))


def rows(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 40)).astype(np.float32)


def executor(path: Path, engine: Engine) -> Executor:
    made = Executor([engine.name], engine, lambda notice: None)
    made.load(LoadModel("net", path))
    return made


@pytest.mark.parametrize("count", [0, 1, 16, 17, 5000])
def test_the_pieces_make_what_one_call_makes(count: int, net: Path) -> None:
    x = rows(count)
    with running(net) as worker:
        request = worker.submit(RunBulk("net", {"x": x}, context="clip"))
        (result,) = worker.wait_for(Result)
        told = worker.got(Progress)
    whole = NumpyEngine().load(read_mlp(net)).run({"x": x})["y"]
    np.testing.assert_allclose(result.outputs["y"], whole, rtol=1e-4, atol=1e-5)
    assert result.request is request and result.outputs["y"].shape == (count, 5)
    np.testing.assert_array_equal(
        np.concatenate([progress.outputs["y"] for progress in told]), result.outputs["y"]
    )
    starts = [0, *(progress.done for progress in told)]
    assert [progress.start for progress in told] == starts[:-1]
    assert starts[-1] == count == told[-1].total


def test_pieces_grow_until_they_last_as_long_as_they_may(net: Path) -> None:
    """On a clock that says what each piece costs: 50 µs a row."""
    sizes: list[int] = []
    engine = HookEngine(lambda x: sizes.append(len(x)))
    loaded = executor(net, engine)
    sizes.clear()
    run = BulkRun(RunBulk("net", {"x": rows(2000)}), loaded, lambda: 50e-6 * sum(sizes))
    told = 0
    while not run.finished:
        told += run.step() is not None
    assert sizes[:3] == [16, 32, 60] and set(sizes[2:-1]) == {60}
    assert sizes[2] * 50e-6 == pytest.approx(PIECE_SECONDS)
    assert sum(sizes) == 2000
    assert 2 <= told < len(sizes) / 5


def test_a_slider_overtakes_a_bulk_run(net: Path) -> None:
    with running(net) as worker:
        worker.wait_for(ModelLoaded)
        bulk = worker.submit(RunBulk("net", {"x": rows(30_000)}))
        sliders = 0
        while not any(result.request is bulk for result in worker.got(Result)):
            worker.submit(Infer("net", {"x": rows(1)}, "slider"))
            sliders += 1
            time.sleep(0.002)
        order = [result.request for result in worker.got(Result)]
        assert sum(isinstance(request, Infer) for request in order[: order.index(bulk)]) >= 3
        assert sliders >= 3


def test_bulk_runs_keep_their_order(net: Path) -> None:
    with running(net) as worker:
        requests = [worker.submit(RunBulk("net", {"x": rows(500, i)})) for i in range(4)]
        assert [result.request for result in worker.wait_for(Result, 4)] == requests


def test_a_cancelled_run_says_so_and_nothing_more(net: Path) -> None:
    engine = GateEngine()
    with running(net, [engine]) as worker:
        first = worker.submit(RunBulk("net", {"x": rows(100)}))
        second = worker.submit(RunBulk("net", {"x": rows(100)}))
        assert engine.entered.wait(PATIENCE)
        assert worker.stats().queue_depth >= 1
        worker.cancel(first)
        engine.gate.set()
        (result,) = worker.wait_for(Result)
        assert result.request is second
        assert [cancelled.request for cancelled in worker.got(Cancelled)] == [first]
        after = worker.outcomes[worker.outcomes.index(worker.got(Cancelled)[0]) :]
        assert first not in [message.request for message in after[1:]]
        worker.cancel(second)  # too late: nothing happens
        worker.submit(RunBulk("net", {"x": rows(1)}))
        worker.wait_for(Result, 2)
        assert len(worker.got(Cancelled)) == 1


def test_a_run_keeps_the_model_it_began_with(net: Path, tmp_path: Path) -> None:
    other = save_chain(tmp_path / "other.onnx", (40, 7))
    engine = GateEngine()
    with running(net, [engine]) as worker:
        worker.submit(RunBulk("net", {"x": rows(100)}))
        assert engine.entered.wait(PATIENCE)
        worker.submit(LoadModel("net", other))
        engine.gate.set()
        worker.wait_for(ModelLoaded, 2)
        assert worker.wait_for(Result)[0].outputs["y"].shape == (100, 5)
        worker.submit(RunBulk("net", {"x": rows(100)}))
        assert worker.wait_for(Result, 2)[1].outputs["y"].shape == (100, 7)


def test_wrong_bulk_requests_fail_in_a_sentence(net: Path) -> None:
    with running(net) as worker:
        worker.submit(RunBulk("other", {"x": rows(3)}))
        worker.submit(RunBulk("net", {"x": np.float32(1)}))
        worker.submit(RunBulk("net", {"x": np.zeros((3, 41))}))
        messages = [failure.message for failure in worker.wait_for(Failure, 3)]
    assert "'other' is not loaded" in messages[0]
    assert "one number of rows" in messages[1]
    assert "has shape [3, 41], expected [batch, 40]" in messages[2]
    with pytest.raises(ModelError, match="one number of rows"):
        BulkRun(RunBulk("net", {}), executor(net, NumpyEngine()), time.perf_counter)
