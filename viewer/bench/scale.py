"""What much of something costs: frames, clips, points of the map, figures, viewports."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from viewer.model.demo import ROOT

from .measurement import Measurement
from .window import run_session, screen

FRAMES = 200_000
FRAME_MS = 8.0
_SESSION = "viewer.bench.scale_session"


def measure_scale() -> Iterator[Measurement]:
    """A clip of 200,000 frames by ``info`` and in the window, a library of 1,000 clips, a map of
    50,000 points, 16 figures on stage and four viewports, each in a process of its own with every
    panel open.

    The clip is the walk that ships over and over. Memory is the peak of ``info``, and what is
    resident of the window while it plays. Raises RuntimeError where no window can open.
    """
    yield from _info()
    display = screen()
    clip = run_session(display, "clip", _SESSION)
    what = f"a clip of {FRAMES:,} frames"
    yield Measurement(f"open {what}, until it is on stage", clip["open_s"], "s", 3.0)
    more = f"{clip['more_mb']:,.0f} MB of them for the clip"
    yield from _playing(what, clip, more)
    library = run_session(display, "library", _SESSION)
    what = "a library of 1,000 clips"
    yield Measurement(f"the first of {what}, until it is on stage", library["first_s"], "s", 1.0)
    yield from _playing(f"{what} as they come", library)
    yield Measurement("all of them encoded, a clip playing", library["all_s"], "s")
    points = run_session(display, "map", _SESSION)
    what = "a map of 50,000 points"
    yield Measurement(f"{what}, until all are painted", points["join_s"], "s")
    yield from _playing(what, points)
    yield from _playing("16 figures on stage", run_session(display, "figures", _SESSION))
    yield from _playing("four viewports", run_session(display, "viewports", _SESSION))


def _info() -> Iterator[Measurement]:
    """``main.py info`` in a process of its own."""
    from .phase_session import write_long

    with tempfile.TemporaryDirectory() as name:
        path = write_long(Path(name) / "long.bvh", FRAMES)
        size = path.stat().st_size
        command = [sys.executable, str(ROOT / "main.py"), "info", str(path)]
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    if status:
        raise RuntimeError("main.py info could not read the long clip.")
    what = f"info of {FRAMES:,} frames, {size / 1e6:,.0f} MB"
    yield Measurement(what, seconds, "s", 3.0)
    unit = 1 if sys.platform == "darwin" else 1024
    yield Measurement("its memory at most", usage.ru_maxrss * unit / 2**20, "MB", 600.0)


def _playing(what: str, found: dict[str, float], more: str = "") -> Iterator[Measurement]:
    """A displayed frame and the memory while ``what`` is there."""
    name = f"UI thread per displayed frame, {what}"
    yield Measurement(f"{name}, p95", found["frame_p95_ms"], "ms", FRAME_MS)
    yield Measurement(f"{name}, p50", found["frame_p50_ms"], "ms")
    yield Measurement("resident memory then", found["memory_mb"], "MB", rival=more)
