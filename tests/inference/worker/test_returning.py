"""The worker as the client of a server that is lost and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from inference.worker.messages import (
    EngineChanged,
    EngineFailed,
    Failure,
    Infer,
    LoadModel,
    ModelDeclined,
    ModelLoaded,
    Result,
    RunBulk,
    UseEngine,
)
from tests.inference.harness import Watched
from tests.inference.nets import save_model_like
from tests.serving_process import ServerProcess, serving

NAME, TENSOR = "deepphase", "frame"
ROWS = np.random.default_rng(5).standard_normal((3000, 132), np.float32)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save_model_like(NAME, tmp_path / f"{NAME}.onnx")


@contextmanager
def working(url: str, model: Path) -> Iterator[Watched]:
    """A worker on the server, once that has taken over."""
    worker = Watched([url, "numpy"])
    worker.start()
    worker.submit(LoadModel(NAME, model))
    try:
        worker.wait(lambda: bool(worker.got(ModelLoaded)) and worker.stats().engine == url)
        yield worker
    finally:
        worker.stop()


def ask(worker: Watched) -> Result:
    """The answer to one request, which none fails."""
    before = len(worker.got(Result))
    worker.submit(Infer(NAME, {TENSOR: ROWS[:1]}, "slider"))
    result = worker.wait_for(Result, before + 1)[-1]
    assert not worker.got(Failure)
    return result


def lost(worker: Watched) -> list[str]:
    """What was told of a server that is gone; a machine under load may also be slow."""
    return [m for e in worker.got(EngineFailed) if "no server" in (m := e.message)]


def returned(worker: Watched, server: ServerProcess) -> None:
    """Started anew, and soon used again."""
    server.start()
    used(worker, server.url)


def used(worker: Watched, engine: str) -> Result:
    """An answer of that engine, of which there is one before long."""
    for _ in range(100):
        worker.wait(lambda: worker.stats().engine == engine)
        if (found := ask(worker)).engine == engine:
            return found
    raise AssertionError(f"{engine} does not answer")


def test_killed_while_idle_it_is_told_once_and_used_again(model: Path) -> None:
    with serving(model) as server, working(server.url, model) as worker:
        first = used(worker, server.url)
        assert 0 < first.network_s < first.duration
        assert worker.stats().models[NAME].network_p50 > 0
        for times in (1, 2):
            server.kill()
            outcomes = [ask(worker) for _ in range(5)]
            assert {each.engine for each in outcomes} == {"numpy"}
            for each in outcomes:
                np.testing.assert_allclose(
                    each.outputs["phase"], first.outputs["phase"], rtol=1e-4, atol=1e-5
                )
                assert each.network_s == 0
            assert lost(worker) == times * [
                f"There is no server at {server.url}: Connection refused. "
                "Running on the numpy engine."
            ]
            returned(worker, server)


def test_killed_under_load_no_row_is_lost(model: Path) -> None:
    """In the middle of a bulk run, which goes on here and is whole."""
    with serving(model) as server, working(server.url, model) as worker:
        for _ in range(2):
            before = len(worker.got(Result))
            worker.submit(RunBulk(NAME, {TENSOR: ROWS}))
            for _ in range(3):
                worker.submit(Infer(NAME, {TENSOR: ROWS[:1]}, "slider"))
            server.kill()
            bulk = next(
                each
                for each in reversed(worker.wait_for(Result, before + 2))
                if isinstance(each.request, RunBulk)
            )
            worker.submit(UseEngine("numpy"))
            worker.submit(RunBulk(NAME, {TENSOR: ROWS}))
            here = worker.wait_for(Result, before + 3)[-1]
            np.testing.assert_allclose(
                bulk.outputs["phase"], here.outputs["phase"], rtol=1e-4, atol=1e-4
            )
            assert not worker.got(Failure)
            worker.submit(UseEngine(server.url))
            returned(worker, server)


def test_a_server_that_is_silent_is_left_and_taken_again(model: Path) -> None:
    with serving(model) as server, working(server.url, model) as worker:
        server.freeze()
        assert ask(worker).engine == "numpy"
        assert "does not answer in time" in worker.got(EngineFailed)[-1].message
        server.thaw()
        used(worker, server.url)


def test_one_that_is_not_there_at_the_start_takes_over_when_it_comes(model: Path) -> None:
    with serving(model) as server:
        server.kill()
        worker = Watched([server.url, "numpy"])
        worker.start()
        worker.submit(LoadModel(NAME, model))
        try:
            worker.wait_for(EngineFailed)
            assert ask(worker).engine == "numpy"
            assert len(lost(worker)) == 1
            returned(worker, server)
        finally:
            worker.stop()


def test_another_choice_ends_the_search(model: Path) -> None:
    with serving(model) as server, working(server.url, model) as worker:
        server.kill()
        assert ask(worker).engine == "numpy"
        worker.submit(UseEngine("numpy"))
        server.start()
        server.until_ready()
        assert ask(worker).engine == "numpy"
        assert worker.got(EngineChanged)[-1].engine == "numpy"


def test_what_the_server_lacks_runs_here(model: Path, tmp_path: Path) -> None:
    """Other weights under the same name, and a name that it does not have."""
    critic = save_model_like("deepmimic_critic", tmp_path / "deepmimic_critic.onnx")
    run = save_model_like("deepmimic_actor", tmp_path / "deepmimic_actor_run.onnx")
    state = np.random.default_rng(1).standard_normal((3, 197), np.float32)
    with serving(model) as server, working(server.url, model) as worker:
        worker.submit(LoadModel("deepmimic_critic", critic))
        worker.submit(LoadModel("deepmimic_actor_run", run))
        told = {each.model: each.message for each in worker.wait_for(ModelDeclined, 2)}
        assert "other weights" in told["deepmimic_critic"]
        assert all(text.endswith("It runs on the numpy engine.") for text in told.values())
        for channel, name in enumerate(told):
            worker.submit(Infer(name, {"state": state}, f"{channel}"))
        assert {each.engine for each in worker.wait_for(Result, 2)} == {"numpy"}
        used(worker, server.url)


def test_gradients_are_computed_here(model: Path) -> None:
    with serving(model) as server, working(server.url, model) as worker:
        worker.submit(Infer(NAME, {TENSOR: ROWS[:2]}, "gradient", gradient="angle"))
        (there,) = worker.wait_for(Result)
        worker.submit(UseEngine("numpy"))
        worker.submit(Infer(NAME, {TENSOR: ROWS[:2]}, "gradient", gradient="angle"))
        here = worker.wait_for(Result, 2)[-1]
        assert there.gradient is not None and here.gradient is not None
        np.testing.assert_allclose(there.gradient, here.gradient, rtol=1e-3, atol=1e-5)
        used(worker, "numpy")
