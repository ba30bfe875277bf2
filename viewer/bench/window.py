"""What the window costs, measured on the real one in processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from viewer.model.display import display_problem
from viewer.model.one_core import one_core

from .measurement import Measurement

ROOT = Path(__file__).resolve().parent.parent.parent
_SCREEN = ("xvfb-run", "-a", "-s", "-screen 0 1600x1000x24 -noreset")
_LIMIT_S = 500.0
_STARTS = 4


def measure_window() -> list[Measurement]:
    """Start, slider, frame, idle and memory of the window showing the embedded demo.

    Rasterisation is left out of slider and frame: Mesa's no-op driver, or where
    there is another, draw calls that return at once. Everything before them is
    real: Qt, QPainter, uploads, inference. The frame is CPU time of the UI thread
    from one picture to the next while each refresh shows a new frame with every
    panel open, all events between included; less what a picture costs in which
    nothing but the stage is marked for drawing, which is Qt handing the window to
    the display. The start counts from the birth of the process to the first
    picture of the demo, drawn in full; the first of several starts, which warms
    the caches, is not counted. The library is 1,000 clips of 5 to 10 s, encoded while the demo
    plays, a new frame each refresh; a picture later than two refreshes after the one before is
    late; beside it stands what happens in as long while nothing is read. The long clip is the
    walk of the demo over and over, a file of 200,000 frames; the one whose layers are looked at
    has 10,000. The way back is what a gradient takes longer than an answer. Raises RuntimeError
    when no window can open.
    """
    display = screen()
    starts = [run_session(display, "start")["start_s"] for _ in range(_STARTS)][1:]
    found = run_session(display, "session")
    library = run_session(display, "", "viewer.bench.library_session")
    return [
        Measurement("drag on the map to restyled clip, p99", found["drag_p99_ms"], "ms", 16.0),
        Measurement("drag on the map to restyled clip, p50", found["drag_p50_ms"], "ms"),
        Measurement("latent slider to new pose, p99", found["slider_p99_ms"], "ms", 8.0),
        Measurement("latent slider to new pose, p50", found["slider_p50_ms"], "ms"),
        Measurement("UI thread per displayed frame, p95", found["frame_p95_ms"], "ms", 6.0),
        Measurement("UI thread per displayed frame, p50", found["frame_p50_ms"], "ms"),
        Measurement("handing a picture to the display, p50", found["bare_p50_ms"], "ms"),
        Measurement("idle window, of a core", found["idle_percent"], "%", 1.0),
        Measurement("warm start to first picture", sorted(starts)[len(starts) // 2], "s", 2.5),
        Measurement("resident memory", found["memory_mb"], "MB", 450.0),
        Measurement("encode a library of 1,000 clips", library["encode_s"], "s", 60.0),
        Measurement(
            "late pictures meanwhile",
            library["late"],
            "pictures",
            0.0,
            rival=f"{library['late_else']:.0f} in as long without it",
        ),
        Measurement(
            "UI thread per picture meanwhile, p99",
            library["busy_ms"],
            "ms",
            rival=f"{library['busy_else_ms']:.2f} ms without it",
        ),
        *_phase(run_session(display, "", "viewer.bench.phase_session")),
        *_inside(run_session(display, "", "viewer.bench.inside_session")),
    ]


def _phase(found: dict[str, float]) -> list[Measurement]:
    """A very long clip with all panels of its phase."""
    return [
        Measurement(
            "UI thread per displayed frame of 200,000, all panels of the phase, p95",
            found["frame_p95_ms"],
            "ms",
            8.0,
        ),
        Measurement("UI thread per displayed frame then, p50", found["frame_p50_ms"], "ms"),
        Measurement("resident memory then", found["memory_mb"], "MB"),
    ]


def _inside(found: dict[str, float]) -> list[Measurement]:
    """Inside DeepPhase: a frame's saliency is there with the picture that shows it."""
    return [
        Measurement("hidden layers of 10,000 frames, on display", found["layers_s"], "s", 0.5),
        Measurement(
            "a frame on stage to its saliency painted, p99", found["saliency_p99_ms"], "ms", 16.7
        ),
        Measurement(
            "DeepPhase, 60 frames, mojo: the way back by the way forward",
            found["backward_ratio"],
            "×",
            3.0,
        ),
    ]


def screen() -> tuple[str, ...]:
    """What a window is started by: nothing where there is a display. Raises RuntimeError."""
    problem = display_problem()
    if problem and shutil.which(_SCREEN[0]) is None:
        raise RuntimeError(f"{problem} Install xvfb to measure the window without one.")
    return _SCREEN if problem else ()


def run_session(
    display: tuple[str, ...], part: str, session: str = "viewer.bench.window_session"
) -> dict[str, float]:
    """The numbers that one process of ``session`` prints. Raises RuntimeError."""
    command = [*display, sys.executable, "-m", session, *filter(None, [part])]
    environ = {**one_core(os.environ), "STRIDESCOPE_BORN": repr(time.time())}
    if part != "start":
        environ["GALLIUM_NOOP"] = "true"
    done = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=_LIMIT_S
    )
    if done.returncode:
        raise RuntimeError(f"The window could not be measured: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout.splitlines()[-1])
