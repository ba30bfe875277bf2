"""The libraries of a wheel: chosen by what the CPU can do, refused when they are not whole."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from kernels import build as kernel
from kernels import prebuilt

V3, V4 = prebuilt.LEVELS["x86-64-v3"], prebuilt.LEVELS["x86-64-v4"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two libraries, which nothing here runs; the CPU and the toolchain are the test's."""
    for level in prebuilt.LEVELS:
        built = tmp_path / "built.so"
        built.write_text(level)
        built.replace(prebuilt.place(built, level))
    monkeypatch.setattr(prebuilt, "FOLDER", tmp_path)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    return tmp_path


def chosen(monkeypatch: pytest.MonkeyPatch, features: frozenset[str]) -> str:
    monkeypatch.setattr(prebuilt, "cpu_features", lambda: features)
    return kernel.build(lambda *_: None, threading.Event()).read_text()


def test_the_best_level_that_the_cpu_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen(monkeypatch, V4 | {"sse2", "avx512_bf16"}) == "x86-64-v4"
    assert chosen(monkeypatch, V3 | {"avx512f"}) == "x86-64-v3"
    with pytest.raises(kernel.BuildError, match=r"needs a CPU with avx2, fma\. Mojo was not found"):
        chosen(monkeypatch, V3 - {"avx2", "fma"})


@pytest.mark.parametrize("content", [b"", b"x86-64-v", b"else"])
def test_a_damaged_library_is_not_loaded(
    content: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    best, next_best = (next(folder.glob(f"*{level}*")) for level in prebuilt.LEVELS)
    best.write_bytes(content)
    assert chosen(monkeypatch, V4) == "x86-64-v3"
    next_best.write_bytes(content)
    with pytest.raises(
        kernel.BuildError, match=r"is damaged or of another version: .*again\. Mojo"
    ):
        chosen(monkeypatch, V4)


def test_a_changed_source_is_not_served_by_the_old_library(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prebuilt, "SOURCES", tmp_path)
    (tmp_path / "mlp.mojo").write_text("# another kernel")
    with pytest.raises(kernel.BuildError, match="of another version"):
        chosen(monkeypatch, V4)


def test_a_checkout_has_no_prebuilt_library() -> None:
    assert prebuilt.find() is None


def test_where_nothing_is_known_of_the_cpu_that_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a chroot without /proc."""
    monkeypatch.setattr(prebuilt.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(prebuilt, "CPUINFO", tmp_path / "cpuinfo")
    with pytest.raises(prebuilt.Unfit, match=r"is chosen by .*cpuinfo, which says nothing\.$"):
        prebuilt.find()


@pytest.mark.skipif(not Path("/proc/cpuinfo").exists(), reason="reads /proc/cpuinfo")
def test_the_features_of_this_cpu_are_read() -> None:
    import platform

    found = prebuilt.cpu_features()
    assert bool(found) == (platform.machine() == "x86_64")
    assert "sse2" in found or not found
