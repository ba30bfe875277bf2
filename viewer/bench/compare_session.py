"""One process with one window that compares four clips; see bench.window."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from viewer.model.demo import ASSETS
from viewer.window.window import MainWindow

from .window_session import (
    NEEDED,
    SETTLE_S,
    bare_times,
    demo_window,
    draw_nothing,
    frame_times,
    wait,
    wait_until,
)

BESIDE = ("rushed_walk", "run", "angry_walk")


def main() -> dict[str, float]:
    """The UI thread's time for a displayed frame of four viewports, less what handing a picture of
    one to the display takes."""
    with tempfile.TemporaryDirectory() as folder, demo_window(Path(folder)) as window:
        window.dock_layout.show_together()
        wait_until(lambda: set(NEEDED) <= set(window.bridge.models) and bool(window.controls))
        wait(SETTLE_S)
        draw_nothing()
        bare = float(np.median(bare_times(window)))
        compare_four(window)
        wait(SETTLE_S)
        frames = np.array(frame_times(window)) - bare
        return {
            "bare_p50_ms": bare,
            "frame_p50_ms": float(np.percentile(frames, 50)),
            "frame_p95_ms": float(np.percentile(frames, 95)),
        }


def compare_four(window: MainWindow) -> None:
    """The demo and three others, by phase, the difference painted."""
    compare = window.compare
    window.actions_["compare.four"].trigger()
    for place, name in enumerate(BESIDE, 1):
        compare.show_clip(place, ASSETS / "clips" / f"{name}.bvh")
    window.actions_["compare.align_phase"].trigger()
    wait_until(lambda: all(when.times_s is not None for when in compare.moments))


if __name__ == "__main__":
    print(json.dumps(main()))
