"""Jobs on the worker: when they step, in which order, and how they end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from inference.errors import ModelError
from inference.worker.jobs import Jobs
from inference.worker.messages import (
    Attach,
    Command,
    Detach,
    Infer,
    Job,
    JobFailed,
    JobResult,
    ModelLoaded,
    Outcome,
    Priority,
    Result,
    Run,
    RunBulk,
)
from tests.inference.harness import PATIENCE, GateEngine, Watched, ask, running
from tests.inference.nets import save


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """y = 2 x."""
    weights = {"w": np.array([[2.0]], np.float32)}
    nodes = [helper.make_node("Gemm", ["x", "w"], ["y"])]
    return save(tmp_path / "twice.onnx", nodes, weights, ("x", ["batch", 1]), ["y"])


@dataclass
class Doubler:
    """Doubles a number through the network once a period; commands set it, None stops it."""

    clock: Callable[[], float]
    period: float
    value: float = 1.0
    at: float | None = None
    steps: list[float] = field(default_factory=list)

    def due(self) -> float | None:
        return self.at

    def step(self, run: Run) -> object:
        assert self.at is not None
        self.steps.append(self.clock())
        self.at += self.period
        self.value = float(run("net", {"x": np.array([[self.value]])})["y"][0, 0])
        return self.value

    def handle(self, command: object, run: Run) -> object | None:
        if command == "go":
            self.at = self.clock()
        elif command == "stop":
            self.at = None
        elif isinstance(command, float):
            self.value = command
        else:
            raise ValueError(f"no command {command!r}")
        return ("heard", command)


def jobs_of(worker: Watched, name: str = "walker") -> list[object]:
    return [r.message for r in worker.got(JobResult) if r.job_name == name]


def test_a_job_runs_the_network_when_it_is_due_and_obeys_in_order(twice: Path) -> None:
    with running(twice) as worker:
        worker.wait_for(ModelLoaded)
        job = Doubler(worker.clock, 0.01)
        worker.submit(Attach("walker", job))
        for command in (3.0, "go"):
            worker.submit(Command("walker", command))
        worker.wait(lambda: len(jobs_of(worker)) >= 7)
        worker.submit(Command("walker", "stop"))
        worker.wait(lambda: jobs_of(worker)[-1] == ("heard", "stop"))
        heard = jobs_of(worker)
        assert heard[:2] == [("heard", 3.0), ("heard", "go")]
        assert heard[2:7] == [6.0, 12.0, 24.0, 48.0, 96.0]
        gaps = np.diff(job.steps)
        assert job.steps[4] - job.steps[0] >= 4 * 0.01 - 0.001 and gaps.min() >= 0
        assert worker.stats().models["net"].count == len(job.steps)
        assert worker.stats().delivered == 0 and not worker.got(JobFailed)


def test_the_worker_sleeps_until_a_step_is_due(twice: Path) -> None:
    """On a clock of the test's own: no step before its time, one as soon as it has come."""
    now = [100.0]
    worker = Watched(clock=lambda: now[0])
    worker.start()
    job = Doubler(worker.clock, 0.5, at=100.02)
    worker.submit(Attach("walker", job))
    time.sleep(0.1)
    assert job.steps == []
    now[0] = 100.02
    worker.wait_for(JobFailed)  # no network is loaded
    assert job.steps == [100.02]
    worker.stop()


class Late:
    """Always due; keeps the order of what happens."""

    def __init__(self, name: str, log: list[str], due: float = 0.0) -> None:
        self.name, self.log, self.time = name, log, due

    def due(self) -> float | None:
        return self.time

    def step(self, run: Run) -> None:
        self.log.append(self.name)

    def handle(self, command: object, run: Run) -> None:
        if isinstance(command, Exception):
            raise command


def test_each_late_job_steps_once_in_a_round_the_latest_first() -> None:
    log: list[str] = []
    jobs = Jobs(lambda model, inputs: {}, lambda message: None)
    for name, due in (("a", 2.0), ("b", 1.0), ("later", 9.0)):
        jobs.handle(Attach(name, Late(name, log, due)))
    assert jobs.due() == 1.0
    while jobs.step(5.0):
        pass
    assert log == ["b", "a"]
    jobs.next_round()
    assert jobs.step(5.0) and log == ["b", "a", "b"]
    jobs.handle(Detach("a"))
    assert not jobs.step(5.0)


def test_a_job_that_is_always_late_starves_nothing(twice: Path) -> None:
    with running(twice) as worker:
        worker.wait_for(ModelLoaded)
        log: list[str] = []
        worker.submit(Attach("late", Late("step", log)))
        worker.wait(lambda: worker.submit(ask(0, "poll")) is not None and len(log) > 0)
        for channel, priority in (("live", Priority.LIVE), ("bulk", Priority.BULK)):
            worker.submit(ask(1, channel, priority=priority))
        bulk = worker.submit(RunBulk("net", {"x": np.ones((1000, 1), np.float32)}))
        worker.wait(lambda: bulk in [r.request for r in worker.got(Result)])
        assert {"live", "bulk"} <= {
            r.request.channel for r in worker.got(Result) if isinstance(r.request, Infer)
        }


def test_the_order_of_urgency(twice: Path) -> None:
    """Behind a slow run wait all kinds: commands, the slider, the job, the playhead."""
    engine = GateEngine()
    log: list[str] = []

    class Noted(Late):
        def handle(self, command: object, run: Run) -> None:
            log.append(f"command {command}")

        def step(self, run: Run) -> None:
            log.append("step")
            self.time = 1e12

    class Noting(Watched):
        def hear_outcome(self, outcome: Outcome) -> None:
            if isinstance(outcome, Result) and isinstance(outcome.request, Infer):
                log.append(outcome.request.channel)
            super().hear_outcome(outcome)

    with running(twice, [engine], Noting) as worker:
        worker.submit(ask(1, "first"))
        assert engine.entered.wait(PATIENCE)
        worker.submit(ask(2, "playhead", priority=Priority.LIVE))
        worker.submit(ask(3, "slider"))
        worker.submit(Attach("job", Noted("step", log)))
        worker.submit(Command("job", 1))
        worker.submit(Command("job", 2))
        engine.gate.set()
        worker.wait_for(Result, 3)
        assert log == ["first", "command 1", "command 2", "slider", "step", "playhead"]


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ModelError("The policy gives NaN."), "The policy gives NaN."),
        (KeyError("hip"), "The walker stopped (KeyError: 'hip')."),
    ],
)
def test_a_job_that_raises_is_told_once_and_detached(
    error: Exception, sentence: str, twice: Path
) -> None:
    with running(twice) as worker:
        worker.submit(Attach("walker", Late("step", [], 1e12)))
        for _ in range(3):
            worker.submit(Command("walker", error))
        worker.submit(ask(1))
        worker.wait_for(Result)
        (failed,) = worker.got(JobFailed)
        assert (failed.job_name, failed.message) == ("walker", sentence)
        worker.submit(Attach("walker", Doubler(worker.clock, 0.01)))
        worker.submit(Command("walker", 5.0))
        worker.wait(lambda: jobs_of(worker) == [("heard", 5.0)])


def test_due_and_step_may_raise_too() -> None:
    sent: list[JobResult | JobFailed] = []
    jobs = Jobs(lambda model, inputs: {}, sent.append)

    class Undue(Late):
        def due(self) -> float | None:
            raise RuntimeError("what time is it")

    class Stumbling(Late):
        def step(self, run: Run) -> None:
            run("net", {})
            raise RuntimeError("tripped")

    jobs.handle(Attach("undue", Undue("", [])))
    jobs.handle(Attach("stumbling", Stumbling("", [])))
    while jobs.step(5.0):
        pass
    assert {m.job_name for m in sent} == {"undue", "stumbling"}
    assert all(isinstance(m, JobFailed) for m in sent)
    assert jobs.due() == float("inf")


def test_a_job_of_the_same_name_replaces_the_earlier_one(twice: Path) -> None:
    with running(twice) as worker:
        first, second = Doubler(worker.clock, 0.01), Doubler(worker.clock, 0.01)
        before = worker.submit(Attach("walker", first))
        worker.submit(Command("walker", 1.0))
        after = worker.submit(Attach("walker", second))
        worker.submit(Command("walker", 7.0))
        worker.submit(Detach("walker"))
        worker.submit(Command("walker", "nobody hears this"))
        worker.submit(ask(1))
        worker.wait_for(Result)
        assert (first.value, second.value) == (1.0, 7.0)
        made = [result.generation for result in worker.got(JobResult)]
        assert made == [before.generation, after.generation]
        assert not worker.got(JobFailed)


def test_a_protocol_of_three_methods_is_all_a_job_needs() -> None:
    job: Job = Late("a", [])
    assert job.due() == 0.0


def test_a_result_says_when_it_was_asked_for_began_and_ended() -> None:
    """Asked: when the command was submitted, or the step was due."""
    ticks = iter((10.0, 11.0, 20.0, 22.5))
    sent: list[JobResult | JobFailed] = []
    jobs = Jobs(lambda model, inputs: {}, sent.append, lambda: next(ticks))

    class Echo:
        def due(self) -> float | None:
            return 19.0

        def step(self, run: Run) -> object:
            return "step"

        def handle(self, command: object, run: Run) -> object:
            return command

    jobs.handle(Attach("echo", Echo()))
    jobs.handle(Command("echo", "hello", submit_time=9.5))
    assert jobs.step(19.5)
    times = [(r.message, r.asked, r.started, r.finished) for r in sent if isinstance(r, JobResult)]
    assert times == [("hello", 9.5, 10.0, 11.0), ("step", 19.0, 20.0, 22.5)]
