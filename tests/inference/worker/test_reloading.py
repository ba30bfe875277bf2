"""Model files that change on disk while they run."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from inference.engines.mojo import MojoEngine
from inference.graph import Model
from inference.runner import Runner
from inference.worker.loaded import Loaded, read
from inference.worker.messages import (
    Infer,
    LoadModel,
    ModelFailed,
    ModelLoaded,
    ModelReloaded,
    Result,
    RunBulk,
    UnloadModel,
    UseEngine,
)
from inference.worker.watch import Watcher
from tests.inference.harness import PATIENCE, GateEngine, Watched, ask, values
from tests.inference.nets import save, save_chain

LOOK = 0.02


def times(path: Path, factor: float, outputs: int = 1) -> Path:
    """y = factor x."""
    weights = {"w": np.full((1, outputs), factor, np.float32)}
    nodes = [helper.make_node("Gemm", ["x", "w"], ["y"])]
    return save(path, nodes, weights, ("x", ["batch", 1]), ["y"])


@contextmanager
def watching(path: Path, engines=("numpy",)) -> Iterator[Watched]:  # type: ignore[no-untyped-def]
    worker = Watched(engines, watch_seconds=LOOK)
    worker.start()
    worker.submit(LoadModel("net", path))
    worker.wait_for(ModelLoaded)
    try:
        yield worker
    finally:
        worker.stop()


def answer(worker: Watched, value: float = 1.0) -> float:
    before = len(worker.got(Result))
    worker.submit(ask(value))
    return values(worker.wait_for(Result, before + 1))[-1]


def looks(count: int) -> None:
    """Time for at least so many looks at the files."""
    time.sleep(LOOK * (count + 2))


def in_place(new: Path, path: Path) -> None:
    path.write_bytes(new.read_bytes())


def by_renaming(new: Path, path: Path) -> None:
    new.replace(path)


def by_deleting_first(new: Path, path: Path) -> None:
    path.unlink()
    looks(3)
    shutil.copyfile(new, path)


def by_another_link(new: Path, path: Path) -> None:
    path.unlink()
    path.symlink_to(new)


@pytest.mark.parametrize("way", [in_place, by_renaming, by_deleting_first, by_another_link])
def test_a_changed_file_runs_however_it_was_written(way, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = times(tmp_path / "net.onnx", 2)
    with watching(path) as worker:
        assert answer(worker) == 2
        way(times(tmp_path / "new.onnx", 3), path)
        (reloaded,) = worker.wait_for(ModelReloaded)
        assert (reloaded.model, reloaded.path) == ("net", path)
        assert reloaded.outputs == {"y": (None, 1)}
        assert answer(worker) == 3
        way(times(tmp_path / "newer.onnx", 4), path)
        worker.wait_for(ModelReloaded, 2)
        assert answer(worker) == 4
        assert not worker.got(ModelFailed)


def test_a_file_is_not_read_while_it_is_written(tmp_path: Path) -> None:
    """Written in pieces with pauses shorter than a look, it is never taken half."""
    path = save_chain(tmp_path / "net.onnx", (1, 600, 600, 1), seed=1)
    new = save_chain(tmp_path / "new.onnx", (1, 600, 600, 1), seed=2).read_bytes()
    expected = read("net", tmp_path / "new.onnx").reference.run({"x": np.ones((1, 1))})["y"]
    with watching(path) as worker:
        with path.open("wb") as file:
            for start in range(0, len(new), len(new) // 20):
                file.write(new[start : start + len(new) // 20])
                file.flush()
                time.sleep(LOOK / 4)
        worker.wait_for(ModelReloaded)
        assert not worker.got(ModelFailed)
        assert answer(worker) == pytest.approx(float(expected[0, 0]), rel=1e-6)


def test_bad_content_is_told_once_and_the_old_model_stays(tmp_path: Path) -> None:
    path = times(tmp_path / "net.onnx", 2)
    good = times(tmp_path / "good.onnx", 5).read_bytes()
    with watching(path) as worker:
        path.write_bytes(good[: len(good) // 2])
        (failed,) = worker.wait_for(ModelFailed)
        assert str(path) in failed.message
        assert failed.message.endswith("The model loaded before stays.")
        assert answer(worker) == 2
        for _ in range(3):  # the same bad content again, as tools do that write twice
            os.utime(path)
            looks(3)
            path.write_bytes(good[: len(good) // 2])
            looks(3)
        assert len(worker.got(ModelFailed)) == 1
        path.write_bytes(b"something else that is no model")
        worker.wait_for(ModelFailed, 2)
        path.write_bytes(good)
        worker.wait_for(ModelReloaded)
        assert answer(worker) == 5
        path.write_bytes(good[: len(good) // 2])
        worker.wait_for(ModelFailed, 3)
        assert answer(worker) == 5


def test_other_tensors_than_before_are_refused_by_name_and_shape(tmp_path: Path) -> None:
    path = times(tmp_path / "net.onnx", 2)
    with watching(path) as worker:
        times(path, 3, outputs=4)
        (failed,) = worker.wait_for(ModelFailed)
        assert (
            "'y' [batch, 4], the loaded model has 'x' [batch, 1], 'y' [batch, 1]" in failed.message
        )
        assert answer(worker) == 2


def test_a_file_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    path = times(tmp_path / "net.onnx", 2)
    with watching(path) as worker:
        path.unlink()
        looks(4)
        path.mkdir()
        worker.wait_for(ModelFailed)
        path.rmdir()
        looks(4)
        assert answer(worker) == 2
        assert len(worker.got(ModelFailed)) == 1 and not worker.got(ModelReloaded)


def test_another_file_and_an_unloaded_model_are_watched_no_longer(tmp_path: Path) -> None:
    first, second = times(tmp_path / "a.onnx", 2), times(tmp_path / "b.onnx", 3)
    with watching(first) as worker:
        worker.submit(LoadModel("net", second))
        worker.wait_for(ModelLoaded, 2)
        times(first, 7)
        looks(4)
        assert answer(worker) == 3 and not worker.got(ModelReloaded)
        times(second, 8)
        worker.wait_for(ModelReloaded)
        assert answer(worker) == 8
        worker.submit(UnloadModel("net"))
        times(second, 9)
        looks(4)
        assert len(worker.got(ModelReloaded)) == 1


def test_nobody_waits_for_a_reload_and_bulk_keeps_its_model(tmp_path: Path) -> None:
    """While the new one is swapped in, a bulk run goes on with the model it began with."""
    path = times(tmp_path / "net.onnx", 2)
    engine = GateEngine()
    with watching(path, [engine]) as worker:
        bulk = worker.submit(RunBulk("net", {"x": np.ones((100, 1), np.float32)}))
        assert engine.entered.wait(PATIENCE)
        times(path, 3)
        looks(6)
        assert not worker.got(ModelReloaded)  # between two pieces, not amid one
        engine.gate.set()
        worker.wait_for(ModelReloaded)
        (result,) = [r for r in worker.wait_for(Result) if r.request is bulk]
        assert set(result.outputs["y"].ravel()) == {2.0}
        assert answer(worker) == 3


def test_it_is_packed_for_every_engine_before_the_swap(own_cache: Path, tmp_path: Path) -> None:
    packing: list[str] = []

    class Noting(MojoEngine):
        def load(self, model: Model) -> Runner:
            packing.append(threading.current_thread().name)
            return super().load(model)

    path = save_chain(tmp_path / "net.onnx", (8, 32, 1), seed=1)
    x = np.random.default_rng(0).standard_normal((1, 8)).astype(np.float32)
    with watching(path, [Noting(), "numpy"]) as worker:
        worker.submit(UseEngine("mojo"))
        worker.wait(lambda: worker.stats().engine == "mojo")
        packing.clear()
        save_chain(path, (8, 32, 1), seed=2)
        worker.wait_for(ModelReloaded)
        worker.submit(Infer("net", {"x": x}, "a", reference=True))
        (result,) = worker.wait_for(Result)
        assert result.engine == "mojo" and result.reference is not None
        assert packing and "inference" not in packing, "the worker's thread packed it"
        np.testing.assert_allclose(result.outputs["y"], result.reference["y"], rtol=1e-4, atol=1e-6)
        expected = read("net", path).reference.run({"x": x})["y"]
        np.testing.assert_allclose(result.reference["y"], expected)


def test_two_looks_must_agree(tmp_path: Path) -> None:
    """Look by look, without a thread."""
    path = times(tmp_path / "net.onnx", 2)
    changed: list[Loaded] = []
    watcher = Watcher(changed.append, threading.Event())
    loaded = read("net", path)
    watcher.watch(loaded)
    watcher.look()
    watcher.look()
    assert changed == []
    for size in (10, 20, 30):
        path.write_bytes(b"x" * size)
        watcher.look()
        assert changed == []
    watcher.look()
    assert changed == [loaded]
    watcher.look()
    watcher.look()
    assert changed == [loaded]
    path.write_bytes(b"y" * 40)
    watcher.look()
    path.unlink()
    watcher.look()
    path.write_bytes(b"y" * 40)
    watcher.look()
    assert changed == [loaded]
    watcher.look()
    assert changed == [loaded, loaded]
