"""One process with one window on a great deal of something, every panel open; see bench.scale."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from viewer.model.company import MOST
from viewer.model.demo import ASSETS
from viewer.window.window import MainWindow

from . import window_session
from .library_session import write_library
from .phase_session import FRAMES, write_long
from .window_session import (
    ENGINE,
    SETTLE_S,
    bare_times,
    demo_window,
    draw_nothing,
    encode_anew,
    frame_times,
    resident_mb,
    wait,
    wait_until,
)

CLIPS, POINTS, FIGURES = 1000, 50_000, MOST
WINDOWS_A_CLIP = 50
BESIDE = ("rushed_walk", "run", "angry_walk")
PATIENCE_S = 300.0


def main(part: str) -> dict[str, float]:
    """What ``part`` costs: "clip", "library", "map", "figures" or "viewports"."""
    window_session.PATIENCE_S = PATIENCE_S
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        encode_anew(folder)
        with demo_window(folder) as window:
            window.following.choose("together")
            settle(window)
            parts = {
                "clip": long_clip,
                "library": many_clips,
                "map": many_points,
                "figures": many_figures,
                "viewports": four_viewports,
            }
            return parts[part](window, folder)


def settle(window: MainWindow) -> None:
    """Wait until all there is to begin with has come."""
    wait_until(lambda: set(window_session.NEEDED) <= set(window.bridge.models))
    wait_until(lambda: window.bridge.engine == ENGINE)
    wait_until(lambda: not window.studio.opening and window.bridge.stats().queue_depth <= 1)
    wait(SETTLE_S)


def long_clip(window: MainWindow, folder: Path) -> dict[str, float]:
    """Seconds until a clip of 200,000 frames is on stage, and what it costs there."""
    from viewer.phase.control import PhaseControl

    phase = window.controls["phase"]
    assert isinstance(phase, PhaseControl)
    path, before = write_long(folder / "long.bvh", FRAMES), resident_mb()
    open_s = seconds_until_shown(window, path, folder)
    wait_until(lambda: phase.measures is not None and len(phase.measures.series) == FRAMES)
    wait(SETTLE_S)
    return {"open_s": open_s, "more_mb": resident_mb() - before, **playing(window)}


def many_clips(window: MainWindow, folder: Path) -> dict[str, float]:
    """Seconds until the first clip of a library of 1,000 is on stage, what a frame costs while the
    others come, and seconds until all are encoded."""
    from viewer.style.control import StyleControl

    style = window.controls["style"]
    assert isinstance(style, StyleControl)
    write_library(folder / "library", CLIPS)
    bare = bare_ms(window)
    start = time.perf_counter()
    first_s = seconds_until_shown(window, folder / "library", folder / "library")
    found = playing(window, bare)
    wait_until(lambda: len(style.library.clips) == CLIPS)
    return {"first_s": first_s, "all_s": time.perf_counter() - start, **found}


def many_points(window: MainWindow, folder: Path) -> dict[str, float]:
    """Seconds until 50,000 windows have joined the style map, and what they cost there."""
    from viewer.style.control import StyleControl
    from viewer.style.library import LibraryClip

    style = window.controls["style"]
    assert isinstance(style, StyleControl)
    wait_until(lambda: style.atlases.atlas is not None)
    draw = np.random.default_rng(0)
    starts_s, shape = np.arange(WINDOWS_A_CLIP) / 2, (WINDOWS_A_CLIP, 256)
    before = len(style.panel.map.dots.points)
    for number in range(-(-(POINTS - before) // WINDOWS_A_CLIP)):
        latents = (draw.normal(0, 1, 256) + draw.normal(0, 0.3, shape)).astype(np.float16)
        path = folder / f"{number}.bvh"
        style.library.clips.append(
            LibraryClip(path, path.stem, f"day {number % 5}", latents, starts_s)
        )
    start = time.perf_counter()
    style.library.came.emit()
    wait_until(lambda: len(style.panel.map.dots.points) >= POINTS and style.panel.map.settled())
    join_s = time.perf_counter() - start
    wait(SETTLE_S)
    return {"join_s": join_s, **playing(window)}


def many_figures(window: MainWindow, folder: Path) -> dict[str, float]:
    """What 16 figures on stage cost: the clips that ship, and one more of them."""
    clips = sorted((ASSETS / "clips").glob("*.bvh"))
    more = write_long(folder / "more.bvh", 600)
    window.studio.open_paths([*clips, more])
    wait_until(lambda: len(window.studio.motions) >= FIGURES)
    window.studio.set_look(company=True)
    wait(SETTLE_S)
    return playing(window)


def four_viewports(window: MainWindow, folder: Path) -> dict[str, float]:
    """What the demo and three others cost, by phase, the difference painted; less what handing a
    picture of one to the display takes."""
    bare = bare_ms(window)
    window.actions_["compare.four"].trigger()
    for place, name in enumerate(BESIDE, 1):
        window.compare.show_clip(place, ASSETS / "clips" / f"{name}.bvh")
    window.actions_["compare.align_phase"].trigger()
    wait_until(lambda: all(when.times_s is not None for when in window.compare.moments))
    wait(SETTLE_S)
    return playing(window, bare)


def seconds_until_shown(window: MainWindow, path: Path, folder: Path) -> float:
    """How long it takes from opening ``path`` until a clip in ``folder`` is in a picture."""
    stage, shown = window.stage_view.stage, []
    assert stage is not None

    def note() -> None:
        motion = window.studio.motion
        if motion is not None and folder in motion.path.parents:
            shown.append(time.perf_counter())

    noting = stage.frameSwapped.connect(note)
    start = time.perf_counter()
    window.open_paths([path])
    wait_until(lambda: bool(shown))
    stage.frameSwapped.disconnect(noting)
    return shown[0] - start


def bare_ms(window: MainWindow) -> float:
    """CPU milliseconds of handing a picture to the display."""
    draw_nothing()
    return float(np.median(bare_times(window)))


def playing(window: MainWindow, bare: float | None = None) -> dict[str, float]:
    """CPU milliseconds of the UI thread for a picture with a new frame, less ``bare`` ones; the
    memory of all."""
    bare = bare_ms(window) if bare is None else bare
    frames = np.array(frame_times(window)) - bare
    return {
        "frame_p50_ms": float(np.percentile(frames, 50)),
        "frame_p95_ms": float(np.percentile(frames, 95)),
        "memory_mb": resident_mb(),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
