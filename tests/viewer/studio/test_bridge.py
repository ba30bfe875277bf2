"""The bridge between the worker's thread and the UI thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from inference.errors import ModelError
from inference.models import MODELS
from inference.worker.messages import Failure, ModelReloaded, Priority, Progress, Result, Run
from tests.viewer.conftest import until
from viewer.studio.bridge import Bridge


@pytest.fixture
def bridge(app: QApplication, network_assets: Path) -> Iterator[Bridge]:
    made = Bridge(("numpy",))
    names = ("deepphase", "stylevae_decoder")
    made.start({name: MODELS[name].path(network_assets) for name in names})
    until(lambda: len(made.models) == 2)
    yield made
    made.stop()


def frame(value: float) -> dict[str, np.ndarray]:
    return {"frame": np.full((1, 132), value, np.float32)}


def test_a_storm_hands_on_the_newest_and_always_the_last(bridge: Bridge) -> None:
    taken: list[int] = []
    threads: set[int] = set()

    def take(result: Result) -> None:
        taken.append(int(str(result.request.context)))
        threads.add(threading.get_ident())

    bridge.subscribe("storm", take)
    for n in range(1000):
        bridge.infer("deepphase", frame(n / 1000), "storm", Priority.INTERACTIVE, n)
        assert bridge.stats().queue_depth <= 1
    until(lambda: bool(taken) and taken[-1] == 999)
    assert taken == sorted(taken)
    assert len(taken) + bridge.stats().stale == 1000
    assert threads == {threading.get_ident()}


def test_waiting_results_of_a_channel_collapse_into_one(bridge: Bridge) -> None:
    taken: list[int] = []
    bridge.subscribe("a", lambda result: taken.append(int(str(result.request.context))))
    for n in range(5):
        before = bridge.stats().delivered
        bridge.infer("deepphase", frame(n), "a", Priority.LIVE, n)
        while bridge.stats().delivered == before:
            pass
    until(lambda: bool(taken))
    assert taken == [4]


def test_forgotten_results_do_not_arrive(bridge: Bridge) -> None:
    taken: list[Result] = []
    other: list[Result] = []
    bridge.subscribe("a", taken.append)
    bridge.subscribe("b", other.append)
    bridge.infer("deepphase", frame(1), "a")
    bridge.forget("a")
    bridge.infer("deepphase", frame(2), "b")
    until(lambda: bool(other))
    assert not taken


def test_bulk_work_reports_and_finishes(bridge: Bridge) -> None:
    rows = np.random.default_rng(0).standard_normal((700, 132)).astype(np.float32)
    progress: list[Progress] = []
    results: list[Result] = []
    bridge.bulk("deepphase", {"frame": rows}, results.append, progress.append)
    until(lambda: bool(results))
    assert progress[-1].done == progress[-1].total == 700
    assert results[0].outputs["phase"].shape == (700, 2)


def test_cancelled_bulk_work_stays_silent(bridge: Bridge) -> None:
    rows = np.zeros((200_000, 132), np.float32)
    heard: list[object] = []
    cancel = bridge.bulk("deepphase", {"frame": rows}, heard.append, heard.append, heard.append)
    cancel()
    done: list[Result] = []
    bridge.bulk("deepphase", {"frame": rows[:10]}, done.append)
    until(lambda: bool(done))
    assert not heard


def test_a_failure_is_told_once_to_its_listener_or_to_all(bridge: Bridge) -> None:
    told: list[str] = []
    own: list[Failure] = []
    bridge.failed.connect(told.append)
    bridge.subscribe("mine", lambda _: None, own.append)
    bridge.subscribe("open", lambda _: None)
    bridge.infer("deepmimic_actor", {"state": np.zeros((1, 197), np.float32)}, "mine")
    bridge.infer("deepmimic_actor", {"state": np.zeros((1, 197), np.float32)}, "open")
    until(lambda: bool(own) and bool(told))
    assert len(own) == len(told) == 1
    assert "deepmimic_actor" in told[0]


def test_one_listener_per_channel(bridge: Bridge) -> None:
    leave = bridge.subscribe("a", lambda _: None)
    with pytest.raises(ValueError, match="has a listener"):
        bridge.subscribe("a", lambda _: None)
    leave()
    bridge.subscribe("a", lambda _: None)


class Counter:
    """Counts up by itself as fast as it is let, and by commands; negative ones break it."""

    def __init__(self, last: int) -> None:
        self.count, self.last = 0, last

    def due(self) -> float | None:
        return 0.0 if self.count < self.last else None

    def step(self, run: Run) -> object:
        run("deepphase", frame(self.count))
        self.count += 1
        return self.count

    def handle(self, command: object, run: Run) -> object:
        if isinstance(command, int) and command < 0:
            raise ModelError("It cannot count down.")
        return command


def test_all_of_a_job_arrives_in_order_and_in_batches(bridge: Bridge) -> None:
    batches: list[list[object]] = []
    bridge.attach("counter", Counter(500), batches.append)
    counted = [*range(1, 501)]
    until(lambda: [*chain(*batches)] == counted)
    assert len(batches) < 500
    bridge.command("counter", "hello")
    until(lambda: batches[-1] == ["hello"])


def test_a_job_that_breaks_is_told_once_after_what_it_said(bridge: Bridge) -> None:
    told: list[object] = []
    open_told: list[str] = []
    bridge.failed.connect(open_told.append)
    bridge.attach("counter", Counter(0), told.extend, told.append)
    for command in (1, 2, -1, 3):
        bridge.command("counter", command)
    until(lambda: "It cannot count down." in told)
    bridge.command("counter", 4)
    bridge.attach("counter", Counter(0), told.extend)
    bridge.command("counter", -1)
    until(lambda: bool(open_told))
    assert told == [1, 2, "It cannot count down."] and open_told == ["It cannot count down."]


def test_nothing_is_heard_of_a_job_that_was_detached_or_replaced(bridge: Bridge) -> None:
    first: list[object] = []
    second: list[object] = []
    bridge.attach("counter", Counter(1000), first.extend)
    until(lambda: bool(first))
    bridge.attach("counter", Counter(3), second.extend)
    heard = len(first)
    until(lambda: second == [1, 2, 3])
    assert len(first) == heard
    bridge.command("counter", "late")
    bridge.detach("counter")
    bridge.command("counter", "later")
    done: list[Result] = []
    bridge.subscribe("a", done.append)
    bridge.infer("deepphase", frame(1), "a", Priority.LIVE)
    until(lambda: bool(done))
    assert second == [1, 2, 3]


def test_the_reference_comes_beside_the_result(bridge: Bridge) -> None:
    taken: list[Result] = []
    bridge.subscribe("a", taken.append)
    bridge.infer("deepphase", frame(1), "a", reference=True)
    until(lambda: bool(taken))
    reference = taken[0].reference
    assert reference is not None
    np.testing.assert_array_equal(reference["phase"], taken[0].outputs["phase"])


def test_nothing_comes_after_stop(app: QApplication, network_assets: Path) -> None:
    bridge = Bridge(("numpy",))
    bridge.start({"deepphase": MODELS["deepphase"].path(network_assets)})
    taken: list[Result] = []
    bridge.subscribe("a", taken.append)
    bridge.infer("deepphase", frame(1), "a")
    bridge.stop()
    QApplication.processEvents()
    assert not taken


def test_a_model_is_loaded_reloaded_and_unloaded(
    bridge: Bridge, network_assets: Path, tmp_path: Path
) -> None:
    told: list[str] = []
    heard: list[object] = []
    bridge.model_loaded.connect(told.append)
    bridge.happened.connect(heard.append)
    path = tmp_path / "mine.onnx"
    path.write_bytes(MODELS["deepphase"].path(network_assets).read_bytes())
    bridge.load("mine", path)
    until(lambda: told == ["mine"])
    path.write_bytes(path.read_bytes())  # another time stamp is another file
    until(lambda: told == ["mine", "mine"])
    assert isinstance(bridge.models["mine"], ModelReloaded)
    assert isinstance(heard[-1], ModelReloaded)
    bridge.unload("mine")
    until(lambda: "mine" not in bridge.models)
