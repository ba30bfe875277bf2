"""The kernel's build: once, whole, cancellable, and a sentence when it cannot be."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kernels import build as kernel

ROOT = Path(__file__).resolve().parents[2]
SMALL = kernel.SOURCE.with_name("limits.mojo")
"""A library that is soon made."""


@pytest.fixture(scope="module", autouse=True)
def _needs_mojo() -> None:
    try:
        kernel.find_mojo()
    except kernel.BuildError as error:
        pytest.skip(str(error))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path))
    return tmp_path / "kernels"


def build() -> Path:
    return kernel.build(lambda *_: None, threading.Event(), SMALL)


def test_two_processes_build_once_and_the_cache_mends_itself(cache: Path) -> None:
    code = (
        "import sys, threading, pathlib, kernels.build as k; said = set();"
        "told = lambda e, t, what: said.add(what); source = pathlib.Path(sys.argv[1]);"
        "print(k.build(told, threading.Event(), source), *said, sep='|')"
    )
    command = [sys.executable, "-c", code, str(SMALL)]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    answers = [process.communicate()[0].strip().split("|") for process in started]
    assert answers[0][0] == answers[1][0]
    said = [" ".join(answer[1:]) for answer in answers]
    assert sum("Compiling" in what for what in said) == 1
    assert sum("Waiting" in what for what in said) == 1

    path = Path(answers[0][0])
    whole = path.read_bytes()
    assert [entry for entry in cache.iterdir() if entry.suffix == ".so"] == [path]
    assert not list(cache.glob("build-*"))
    assert kernel.cached(SMALL) == build() == path

    for damage in (whole[: len(whole) // 2], b"", os.urandom(len(whole))):
        path.write_bytes(damage)
        assert kernel.cached(SMALL) is None
    assert ctypes.CDLL(str(build())).read_floats
    assert len(list(cache.glob("*.so"))) == 1


def test_what_a_crash_left_is_cleared_away(cache: Path) -> None:
    name = kernel.recipe(SMALL).name
    left = cache / f"build-{name}-crashed"
    left.mkdir(parents=True)
    (left / "mlp.so").write_bytes(b"half")
    (cache / f"{name}.lock").write_text("")
    assert build().is_file()
    assert not left.exists()


def test_another_command_is_another_library(monkeypatch: pytest.MonkeyPatch) -> None:
    before = kernel.recipe().name
    monkeypatch.setattr(kernel, "COMMAND", (*kernel.COMMAND, "-O1"))
    assert kernel.recipe().name != before


def test_no_compiler_and_no_mojo(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(kernel.BuildError, match=r"No C compiler was found \(cc, gcc or clang\)"):
        build()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(kernel.BuildError, match="Mojo was not found"):
        build()


def test_a_build_that_fails_tells_the_compilers_error(cache: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mojo"
    broken.write_text("def oops(:\n")
    with pytest.raises(kernel.BuildError, match=r"could not be built \(.*broken.mojo.*error"):
        kernel.build(lambda *_: None, threading.Event(), broken)
    assert not list(cache.glob("build-*"))


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="lists processes in /proc")
def test_a_cancelled_build_ends_its_compiler(cache: Path) -> None:
    cancel = threading.Event()
    processes: list[bytes] = []

    def report(elapsed: float, estimate: float, what: str) -> None:
        assert estimate >= elapsed
        if elapsed > 0.3 and not cancel.is_set():
            processes.extend(running(cache))
            cancel.set()

    with pytest.raises(kernel.BuildError, match="cancelled"):
        kernel.build(report, cancel)
    assert len(processes) == 1 and b"mojo" in processes[0]
    assert running(cache) == []
    assert not list(cache.glob("build-*"))


def running(cache: Path) -> list[bytes]:
    """Command lines of this machine's processes that name the cache."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(file.read_bytes())
    return [line for line in found if str(cache).encode() in line]


def test_a_cache_that_cannot_be_written_builds_for_this_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(tmp_path / "file"))
    path = build()
    assert path.is_file() and tmp_path not in path.parents
    assert kernel.cached(SMALL) is None
    caplog.clear()
    assert build() == path and not caplog.messages, "built once for this run"


def test_a_full_disk_under_the_cache_builds_for_this_run(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernel, "ROOM", 2**62)
    path = build()
    assert path.is_file() and cache not in path.parents
    assert kernel.cached(SMALL) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_cache_that_cannot_be_read_builds_for_this_run(cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0)
    assert build().is_file()


def test_a_lock_whose_holder_was_killed_is_free(cache: Path) -> None:
    name = kernel.recipe(SMALL).name
    cache.mkdir(parents=True)
    code = (
        "import fcntl, sys, time; f = open(sys.argv[1], 'w'); fcntl.flock(f, fcntl.LOCK_EX);"
        "print('held', flush=True); time.sleep(600)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(cache / f"{name}.lock")], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    said: list[str] = []

    def report(elapsed: float, estimate: float, what: str) -> None:
        said.append(what)
        if len(said) == 2:
            holder.kill()

    kernel.build(report, threading.Event(), SMALL)
    holder.communicate()
    assert "Waiting" in said[0] and "Compiling" in said[-1]
