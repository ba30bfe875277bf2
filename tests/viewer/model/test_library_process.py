"""The process that reads a library: real processes, killed and left alone."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from motion.bvh import write_bvh
from motion.features import motion_features
from motion.pose import to_clip
from tests.motion.synthetic import walk as walking
from tests.viewer.models import write_models
from viewer.model.library_process import LibraryProcess, ReadingEnded
from viewer.model.library_reading import Request, request_line

PATIENCE_S = 120.0


@pytest.fixture
def library(tmp_path: Path) -> Request:
    """Twelve walks."""
    write_models(tmp_path / "models", motion_features(walking(60, 1 / 30)))
    clip = to_clip(walking(90, 1 / 30), 1 / 30, "walk")
    files = [tmp_path / f"{n}.bvh" for n in range(12)]
    for path in files:
        write_bvh(clip, path)
    encoder = tmp_path / "models" / "stylevae_encoder.onnx"
    return Request(tuple(map(str, files)), str(encoder), str(tmp_path / "cache.sqlite"))


def gone(pid: int) -> bool:
    """Whether the process ends in time."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text():
            return True
        time.sleep(0.05)
    return False


def test_all_files_come_in_order(library: Request) -> None:
    found = [*LibraryProcess(library).files()]
    assert [str(each.path) for each in found] == [*library.files]
    assert {len(each.latents) for each in found} == {2}


def test_stopped_it_ends_and_says_nothing(library: Request) -> None:
    process = LibraryProcess(library)
    files = process.files()
    next(files)
    process.stop()
    assert len([*files]) < 12
    assert gone(process.pid)


def test_an_encoder_that_cannot_be_used_is_told(library: Request) -> None:
    Path(library.encoder).write_bytes(b"none")
    with pytest.raises(ReadingEnded, match="stopped after 0 of 12 clips"):
        [*LibraryProcess(library).files()]


STARTER = """
import json, os, sys
from pathlib import Path
from viewer.model.library_process import LibraryProcess
from viewer.model.library_reading import Request

process = LibraryProcess(Request(**json.loads(Path(sys.argv[1]).read_text())))
next(process.files())
print(process.pid, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills by a POSIX signal")
def test_it_ends_with_the_process_that_started_it(library: Request, tmp_path: Path) -> None:
    many = replace(library, files=library.files * 300, cache=str(tmp_path / "none" / "c.sqlite"))
    told = tmp_path / "request.json"
    told.write_bytes(request_line(many))
    done = subprocess.run(
        [sys.executable, "-c", STARTER, str(told)],
        cwd=Path(__file__).resolve().parents[3],
        stdout=subprocess.PIPE,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == -9
    assert gone(int(done.stdout))
