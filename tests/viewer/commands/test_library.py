"""``main.py library analyze``: processes, a cluster, kills, all to the same hash."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="needs the extra cluster: pyarrow")

import pyarrow.parquet as pq

from tests.conftest import Answer
from tests.viewer.model.library.trees import DAMAGES, write_damaged, write_walks

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 300.0
CLIPS, FRAMES = 30, 600


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clips of twenty seconds, enough for several pieces, and damaged ones."""
    folder = tmp_path_factory.mktemp("clips") / "mocap"
    walks = write_walks(folder, CLIPS, FRAMES)
    write_damaged(folder / "bad", walks[0], DAMAGES)
    return folder


def command(tree: Path, library: Path, *more: str) -> list[str]:
    parts = ["library", "analyze", str(tree), "-o", str(library), "--engine", "numpy", "--json"]
    return [sys.executable, str(ROOT / "main.py"), *parts, *more]


def analyzed(tree: Path, library: Path, *more: str) -> dict[str, Any]:
    """What a run in a process of its own says."""
    done = subprocess.run(
        command(tree, library, *more), capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def alone(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one process makes of the tree."""
    return analyzed(tree, tmp_path_factory.mktemp("alone") / "library", "--workers", "1")


def pieces(library: Path) -> int:
    return len([*(library / ".pieces" / "clips").glob("part-*.parquet")])


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that run Python's workers."""
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    found = [int(child) for child in listed.read_text().split()] if listed.exists() else []
    return [c for c in found if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]


def paths(library: Path) -> list[str]:
    return sorted(pq.read_table(library / "clips").column("path").to_pylist())


def test_one_process_and_two_make_the_same(
    alone: dict[str, Any], tree: Path, tmp_path: Path
) -> None:
    assert (alone["clips"], alone["problems"]) == (CLIPS + DAMAGES, DAMAGES)
    two = analyzed(tree, tmp_path / "two", "--workers", "2")
    assert two["hash"] == alone["hash"] and two["windows"] == alone["windows"]
    files = {path.name for path in (tmp_path / "two").rglob("*.parquet")}
    other = {path.name for path in Path(alone["file"]).rglob("*.parquet")}
    assert files == other
    for path in (tmp_path / "two").rglob("*.parquet"):
        same = Path(alone["file"]) / path.relative_to(tmp_path / "two")
        assert path.read_bytes() == same.read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_killed_workers_and_drivers_cost_what_was_under_way(
    alone: dict[str, Any], tree: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    driver = subprocess.Popen(command(tree, library, "--workers", "2"), stderr=subprocess.DEVNULL)
    until(lambda: pieces(library) >= 1)
    workers = children(driver.pid)
    os.kill(random.choice(workers), signal.SIGKILL)
    until(lambda: pieces(library) >= 2 or driver.poll() is not None)
    left = children(driver.pid)
    driver.kill()
    driver.wait()
    until(lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in left))
    again = analyzed(tree, library, "--workers", "2")
    assert again["hash"] == alone["hash"] and again["analyzed"] < CLIPS + DAMAGES
    assert len(paths(library)) == len(set(paths(library))) == CLIPS + DAMAGES
    assert pieces(library) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="stops by a POSIX signal")
def test_stopped_by_ctrl_c_it_leaves_a_library(
    alone: dict[str, Any], tree: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    driver = subprocess.Popen(
        command(tree, library, "--workers", "2"), stderr=subprocess.PIPE, text=True
    )
    until(lambda: pieces(library) >= 1)
    driver.send_signal(signal.SIGINT)
    _, told = driver.communicate(timeout=PATIENCE_S)
    assert driver.returncode == 130
    assert told.endswith("library: stopped; the same command goes on from there.\n")
    assert "Traceback" not in told
    assert analyzed(tree, library)["hash"] == alone["hash"]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler of Dask distributed with two workers, all of them processes: its address."""
    pytest.importorskip("distributed", reason="needs the extra cluster: distributed")
    told = tmp_path / "scheduler.json"
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_scheduler", "--host",
             "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(told)],
            stderr=subprocess.DEVNULL, env=environ,
        )
    ]  # fmt: skip
    until(told.exists)
    started += [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "distributed.cli.dask_worker",
             "--scheduler-file", str(told), "--nthreads", "1", "--no-dashboard", "--no-nanny",
             "--local-directory", str(tmp_path)],
            stderr=subprocess.DEVNULL, env=environ,
        )
        for _ in range(2)
    ]  # fmt: skip
    yield json.loads(told.read_text())["address"], started[0]
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def scheduler(cluster: tuple[str, subprocess.Popen[bytes]]) -> str:
    return cluster[0]


def test_a_lost_scheduler_is_told_in_a_sentence(
    alone: dict[str, Any],
    tree: Path,
    tmp_path: Path,
    cluster: tuple[str, subprocess.Popen[bytes]],
) -> None:
    library = tmp_path / "library"
    address, scheduler = cluster
    driver = subprocess.Popen(
        command(tree, library, "--scheduler", address), stderr=subprocess.PIPE, text=True
    )
    until(lambda: pieces(library) >= 1)
    scheduler.kill()
    _, told = driver.communicate(timeout=PATIENCE_S)
    assert driver.returncode == 2 and "Traceback" not in told
    assert told.splitlines()[-1].startswith("The scheduler is lost; what was written stays")
    assert analyzed(tree, library)["hash"] == alone["hash"]


def test_a_cluster_makes_the_same(
    alone: dict[str, Any], tree: Path, tmp_path: Path, scheduler: str
) -> None:
    assert analyzed(tree, tmp_path / "l", "--scheduler", scheduler)["hash"] == alone["hash"]


def kill_at_random(run: list[str], draw: random.Random) -> None:
    """Starts a run, and kills one of its workers and then itself, if they live for so long."""
    driver = subprocess.Popen(run, stderr=subprocess.DEVNULL)
    until(lambda: len(children(driver.pid)) == 2 or driver.poll() is not None)
    for victim in ("worker", "driver"):
        time.sleep(draw.uniform(1, 10))
        pids = children(driver.pid) if victim == "worker" else [driver.pid]
        if pids and driver.poll() is None:
            os.kill(draw.choice(pids), signal.SIGKILL)
    driver.wait(PATIENCE_S)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_1164_clips_and_200_damaged_files(tmp_path: Path, scheduler: str) -> None:
    """A pool of one, of two and a cluster; workers and drivers killed at random moments."""
    from viewer.bench.library import CLIPS, DAMAGED, write_copies, write_damaged

    tree, draw = tmp_path / "mocap", random.Random(time.time_ns())
    write_copies(tree, CLIPS)
    write_damaged(tree, DAMAGED)
    one = analyzed(tree, tmp_path / "one", "--workers", "1")
    assert one["clips"] == CLIPS + DAMAGED
    sizes = [path.stat().st_size for path in (tmp_path / "one" / "windows").iterdir()]
    assert all(size <= 128e6 for size in sizes)
    assert len(sizes) == 1 or all(size >= 64e6 for size in sizes)
    assert analyzed(tree, tmp_path / "two", "--workers", "2")["hash"] == one["hash"]
    assert analyzed(tree, tmp_path / "dask", "--scheduler", scheduler)["hash"] == one["hash"]
    library = tmp_path / "killed"
    for _ in range(3):
        kill_at_random(command(tree, library, "--workers", "2"), draw)
    last = analyzed(tree, library, "--workers", "2")
    assert last["hash"] == one["hash"]
    assert len(paths(library)) == len(set(paths(library))) == CLIPS + DAMAGED
    assert analyzed(tree, library)["analyzed"] == 0


def test_what_cannot_be_is_refused(refused: Callable[..., str], tree: Path, tmp_path: Path) -> None:
    ask = ("library", "analyze", tree, "-o")
    assert "give one that is mounted here" in refused(*ask, "s3://bucket/library")
    assert "holds other things than a library" in refused(*ask, tree)
    nowhere = refused(*ask, tmp_path / "l", "--scheduler", "tcp://127.0.0.1:9")
    assert nowhere.startswith("tcp://127.0.0.1:9: no scheduler answers there")
    assert "no such file or folder" in refused(
        "library", "analyze", "nowhere", "-o", tmp_path / "l"
    )


def test_without_pyarrow_it_says_what_to_install(
    refused: Callable[..., str], tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    told = refused("library", "analyze", tree, "-o", tmp_path / "l")
    assert told == (
        "A library needs pyarrow, which is not installed here: "
        "pip install 'stridescope[cluster]'.\n"
    )


def test_a_person_is_told_what_there_is(call: Callable[..., Answer], tmp_path: Path) -> None:
    write_walks(tmp_path / "clips", 2)
    told = call("library", "analyze", tmp_path / "clips", "-o", tmp_path / "l", "--workers", 1)
    assert told.code == 0, told.err
    assert "l: 2 clips, 62 windows in 1 shard; 0 clips are a sentence only" in told.out
    assert "2 new, 0 changed, 0 as they were, 0 gone" in told.out
    assert "clips a second and worker: read " in told.out
