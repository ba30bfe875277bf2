"""The kernel, built once for all tests of the engines, into a cache of their own.

What MAX compiles takes ten times as long and stays in the user's cache.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.engines.max import MaxEngine
from inference.engines.max.recipes import installed
from inference.engines.mojo import MojoEngine
from inference.errors import EngineError
from kernels.build import BuildError, find_mojo


@pytest.fixture(scope="session")
def kernel_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        find_mojo()
    except BuildError as error:
        pytest.skip(str(error))
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def own_cache(kernel_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The kernel cache of the tests in place of the user's."""
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(kernel_cache))
    return kernel_cache


@pytest.fixture
def own_library(own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache whose kernel no other test has loaded: its threads are the test's own."""
    folder = shutil.copytree(own_cache, tmp_path / "cache")
    monkeypatch.setenv("STRIDESCOPE_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def mojo(kernel_cache: Path) -> Iterator[MojoEngine]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STRIDESCOPE_CACHE", str(kernel_cache))
        engine = MojoEngine()
        engine.prepare(lambda *_: None, threading.Event())
    yield engine


@pytest.fixture(scope="session")
def max_cpu() -> MaxEngine:
    try:
        installed()
    except EngineError as error:
        pytest.skip(str(error))
    engine = MaxEngine()
    engine.prepare(lambda *_: None, threading.Event())
    return engine
