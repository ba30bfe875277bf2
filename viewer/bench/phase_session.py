"""One process with one window on a very long clip, its phase in all panels; see bench.window."""

from __future__ import annotations

import json
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt

from viewer.model.demo import ASSETS
from viewer.window.window import MainWindow

from . import window_session
from .window_session import (
    SETTLE_S,
    bare_times,
    demo_window,
    draw_nothing,
    frame_times,
    resident_mb,
    wait,
    wait_until,
)

FRAMES = 200_000
PANELS = ("phase", "distance", "network")
"""The docks about the phase; those that a window has are shown side by side."""
PATIENCE_S = 300.0


def main() -> dict[str, float]:
    """The UI thread's time for a displayed frame, and the memory of the window."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = write_long(folder / "long.bvh", FRAMES)
        window_session.PATIENCE_S = PATIENCE_S
        with demo_window(folder) as window:
            return play(window, clip)


def write_long(path: Path, count: int) -> Path:
    """A BVH file of ``count`` frames: the walk that ships, over and over."""
    head, _, motion = (ASSETS / "clips" / "walk.bvh").read_text("utf-8").partition("MOTION\n")
    _, frame_time, *frames = motion.splitlines()
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{head}MOTION\nFrames: {count}\n{frame_time}\n")
        file.writelines(f"{frames[n % len(frames)]}\n" for n in range(count))
    return path


def play(window: MainWindow, clip: Path) -> dict[str, float]:
    """Open ``clip`` and play it, a new frame each refresh, with what its phase is shown by."""
    from viewer.phase.control import PhaseControl

    wait_until(lambda: "phase" in window.controls and not window.studio.opening)
    phase = window.controls["phase"]
    assert isinstance(phase, PhaseControl)
    show_panels(window)
    window.open_paths([clip])
    wait_until(lambda: phase.measures is not None and len(phase.measures.series) == FRAMES)
    wait(SETTLE_S)
    draw_nothing()
    bare = float(np.median(bare_times(window)))
    frames = np.array(frame_times(window)) - bare
    return {
        "frame_p50_ms": float(np.percentile(frames, 50)),
        "frame_p95_ms": float(np.percentile(frames, 95)),
        "memory_mb": resident_mb(),
    }


def show_panels(window: MainWindow) -> None:
    """All panels of the phase beside each other, and no others but the library."""
    for name in window.docks.keys() - {"library", *PANELS}:
        window.docks[name].hide()
    docks = [window.docks[name] for name in PANELS if name in window.docks]
    for dock in docks:
        window.removeDockWidget(dock)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        dock.show()
    for left, right in pairwise(docks):
        window.splitDockWidget(left, right, Qt.Orientation.Horizontal)


if __name__ == "__main__":
    print(json.dumps(main()))
