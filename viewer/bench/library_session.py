"""One process with one window that encodes a library while a clip plays; see bench.window."""

from __future__ import annotations

import json
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from viewer.model.demo import ASSETS
from viewer.window.window import MainWindow

from .window_session import (
    SETTLE_S,
    demo_window,
    draw_nothing,
    encode_anew,
    wait,
    wait_until,
)

CLIPS = 1000
SECONDS = (5, 10)
PERIOD_S = 1 / 60
NEW_A_S = 80
"""So many frames of the clip are played a second: each refresh finds another than the last."""
LATE = 2.0
"""A picture that comes so many display periods after the one before is late."""
LIMIT_S = 200.0


class Picture(NamedTuple):
    """When a picture was displayed, seconds; the CPU time of the UI thread until then."""

    at_s: float
    cpu_s: float


def main() -> dict[str, float]:
    """Seconds from opening a folder of 1,000 clips to all of them on the style map; how many
    pictures came late meanwhile, and the UI thread's CPU time for one; beside them the same of as
    long while nothing is read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        encode_anew(folder)
        write_library(folder / "library", CLIPS)
        with demo_window(folder) as window:
            return encode(window, folder / "library")


def write_library(folder: Path, count: int) -> None:
    """``count`` BVH files of 5 to 10 s, cut from the demo clips, in five sub-folders."""
    draw = np.random.default_rng(0)
    sources = []
    for path in sorted((ASSETS / "clips").glob("*.bvh")):
        head, _, motion = path.read_text("utf-8").partition("MOTION\n")
        _, frame_time, *frames = motion.splitlines()
        per_s = round(1 / float(frame_time.rpartition(":")[2]))
        sources.append((path.stem, head, frame_time, frames, per_s))
    for number in range(count):
        name, head, frame_time, frames, per_s = sources[number % len(sources)]
        most = min(SECONDS[1] * per_s, len(frames))
        length = int(draw.integers(min(SECONDS[0] * per_s, most), most + 1))
        start = int(draw.integers(0, len(frames) - length + 1))
        place = folder / f"day {number % 5 + 1}"
        place.mkdir(parents=True, exist_ok=True)
        cut = [f"{head}MOTION", f"Frames: {length}", frame_time, *frames[start : start + length]]
        (place / f"{name} {number:04d}.bvh").write_text("\n".join(cut) + "\n", "utf-8")


def encode(window: MainWindow, library: Path) -> dict[str, float]:
    """Open ``library`` while the demo plays with every panel open, a new frame each refresh."""
    from viewer.library.control import LibraryControl
    from viewer.style.control import StyleControl

    window.following.choose("together")
    wait_until(lambda: {"deepphase", "stylevae_decoder"} <= set(window.bridge.models))
    wait_until(lambda: not window.studio.opening and window.bridge.stats().queue_depth <= 1)
    style = window.controls["style"]
    assert isinstance(style, StyleControl)
    wait_until(lambda: style.atlases.atlas is not None)
    stage, transport = window.stage_view.stage, window.transport
    assert stage is not None
    draw_nothing()
    wait(SETTLE_S)
    transport.set_speed(min(NEW_A_S * transport.frame_time, 4.0))
    transport.play()
    pictures: list[Picture] = []
    stage.frameSwapped.connect(
        lambda: pictures.append(Picture(time.perf_counter(), time.thread_time()))
    )
    before = len(style.panel.map.dots.points)
    began = time.perf_counter()
    window.studio.open_paths([library])

    def all_there() -> bool:
        encoded = sum(len(clip.latents) for clip in style.library.clips)
        shown = len(style.panel.map.dots.points) - before
        return len(style.library.clips) == CLIPS and shown >= encoded

    wait_until(
        lambda: window.studio.motion is not None and library in window.studio.motion.path.parents
    )
    pictures.clear()  # to open its first clip is another matter
    while not all_there():
        if time.perf_counter() - began > LIMIT_S:
            raise TimeoutError(f"{len(style.library.clips)} of {CLIPS} clips were encoded.")
        wait(0.05)
    took_s = time.perf_counter() - began
    meanwhile = [*pictures]
    library_control = window.controls["library"]
    assert isinstance(library_control, LibraryControl)
    library_control.glimpses.close()  # its pictures go on being found afterwards
    wait(SETTLE_S)
    pictures.clear()
    wait(took_s)
    return {
        "encode_s": took_s,
        "late": late_among(meanwhile),
        "late_else": late_among(pictures),
        "busy_ms": busiest_ms(meanwhile),
        "busy_else_ms": busiest_ms(pictures),
        "windows": len(style.panel.map.dots.points) - before,
    }


def late_among(pictures: list[Picture]) -> int:
    """How many pictures came late after the one before."""
    return sum(b.at_s - a.at_s > LATE * PERIOD_S for a, b in pairwise(pictures))


def busiest_ms(pictures: list[Picture]) -> float:
    """CPU milliseconds of the UI thread from a picture to the next, 99th percentile."""
    spent = [b.cpu_s - a.cpu_s for a, b in pairwise(pictures)]
    return 1e3 * float(np.percentile(spent, 99))


if __name__ == "__main__":
    print(json.dumps(main()))
