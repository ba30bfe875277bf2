"""Fixtures for every test."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from main import main
from motion.bvh import write_bvh
from motion.pose import to_clip
from tests.motion.synthetic import walk
from tests.own_display import OwnDisplay

os.environ["LC_ALL"] = "C.UTF-8"  # windows speak English wherever the tests run
FRAME_TIME = 1 / 60
FRAMES = 150

settings.register_profile(
    "any machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """With ``-n`` this is one of several processes."""
    if hasattr(config, "workerinput"):
        config.pluginmanager.register(OwnDisplay())


def pytest_collection_finish() -> None:
    """What has been imported stays: no later collection of garbage need look at it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def mocap() -> Path:
    """The capture data beside the repository; tests that need it skip without it."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "mocap"
    if not (folder / "MANIFEST.csv").is_file():
        pytest.skip(f"no capture data in {folder}")
    return folder


@pytest.fixture(scope="session")
def deepmimic() -> Path:
    """DeepMimic's published files beside the repository; tests that need them skip without."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "deepmimic"
    if not (folder / "SPEC.md").is_file():
        pytest.skip(f"no DeepMimic files in {folder}")
    return folder


class Answer(NamedTuple):
    """What a command said and how it ended."""

    code: int
    out: str
    err: str


Call = Callable[..., Answer]


@pytest.fixture
def call(capfd: pytest.CaptureFixture[str]) -> Call:
    """``call("info", path)`` runs ``main.py info PATH`` in this process."""

    def run(*argv: object) -> Answer:
        capfd.readouterr()
        try:
            code = main([str(part) for part in argv])
        except SystemExit as left:
            code = int(left.code or 0)
        return Answer(code, *capfd.readouterr())

    return run


@pytest.fixture
def refused(call: Call) -> Callable[..., str]:
    """The one sentence with which a command refuses, exit code 2 and empty stdout."""

    def run(*argv: object) -> str:
        answer = call(*argv)
        assert (answer.code, answer.out) == (2, ""), answer
        assert answer.err.endswith(".\n") and answer.err.count("\n") == 1, answer.err
        return answer.err

    return run


@pytest.fixture(scope="session")
def walk_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A 2.5 s walk on the canonical body at 60 fps."""
    path = tmp_path_factory.mktemp("clips") / "walk.bvh"
    write_bvh(to_clip(walk(FRAMES, FRAME_TIME), FRAME_TIME, "walk"), path)
    return path
