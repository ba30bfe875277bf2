"""One process with the demo: what a picture of each scene costs the UI thread.

``GALLIUM_NOOP=true python -m viewer.bench.demo_session``; see bench.window for what is counted.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np

from viewer.window.demo_band import SCENES
from viewer.window.window import MainWindow

from .window_session import (
    SETTLE_S,
    bare_times,
    between_pictures,
    demo_window,
    draw_nothing,
    wait,
    wait_until,
)

PICTURES = 240
BEGUN_S = 6.0


def main() -> dict[str, dict[str, float]]:
    """Milliseconds, p50 and p95, by scene; and of a picture in which the stage alone is new."""
    with tempfile.TemporaryDirectory() as folder, demo_window(Path(folder)) as window:
        wait_until(lambda: window.tour is not None)
        wait(SETTLE_S)
        draw_nothing()
        bare = float(np.median(bare_times(window)))
        window.presenting.show_demo()
        demo = window.presenting.demo
        assert demo is not None
        shown = demo.parent()
        assert isinstance(shown, MainWindow)
        wait_until(lambda: demo.playing)
        found = {"bare": {"p50_ms": bare}}
        for number, title in enumerate(SCENES):
            window.presenting.show_demo(number)
            wait(BEGUN_S)
            found[title] = percentiles(shown)
        window.presenting.end_demo()
        wait(1.0)
        return found


def percentiles(window: MainWindow) -> dict[str, float]:
    """Of the pictures that come now, all that the thread does between them."""
    stage = window.stage_view.stage
    assert stage is not None
    p50, p95 = np.percentile(between_pictures(stage, PICTURES, lambda: None), (50, 95))
    return {"p50_ms": float(p50), "p95_ms": float(p95)}


if __name__ == "__main__":
    print(json.dumps(main()))
