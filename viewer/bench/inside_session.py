"""One process with one window that looks inside DeepPhase; see bench.window."""

from __future__ import annotations

import json
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from viewer.window.window import MainWindow

from .phase_session import write_long
from .window_session import (
    ENGINE,
    SETTLE_S,
    demo_window,
    draw_nothing,
    wait,
    wait_until,
)

FRAMES = 10_000
SEEKS = 200
ROWS, RUNS = 60, 400


def main() -> dict[str, float]:
    """Seconds until hidden layers are there, milliseconds until a frame has its saliency, and how
    much longer the way back through the network takes than the way forward.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = write_long(folder / "long.bvh", FRAMES)
        with demo_window(folder) as window:
            found = look(window, clip)
    return {**found, "backward_ratio": backward_ratio()}


def look(window: MainWindow, clip: Path) -> dict[str, float]:
    """Open ``clip``, look at its layers, then at the saliency of one frame after another."""
    from viewer.network.control import NetworkControl

    wait_until(lambda: "network" in window.controls and not window.studio.opening)
    network = window.controls["network"]
    assert isinstance(network, NetworkControl)
    wait_until(lambda: window.bridge.engine == ENGINE)
    window.open_paths([clip])
    wait_until(lambda: window.transport.frame_count == FRAMES)
    window.transport.pause()
    wait(SETTLE_S)
    draw_nothing()
    network.panel.show_page("layers")
    start = time.perf_counter()
    window.docks["network"].show()
    window.docks["network"].raise_()
    wait_until(lambda: network.layers.looked is not None)
    layers_s = time.perf_counter() - start
    network.panel.show_page("saliency")
    network.saliency.paint.setChecked(True)
    wait(SETTLE_S)
    return {"layers_s": layers_s, "saliency_p99_ms": float(np.percentile(painted(window), 99))}


def painted(window: MainWindow) -> list[float]:
    """Milliseconds from each of many frames, put on stage one by one, to its saliency there."""
    from viewer.network.control import NetworkControl

    network = window.controls["network"]
    assert isinstance(network, NetworkControl)
    marks: list[float] = []
    network.saliency.painted.connect(lambda _: marks.append(time.perf_counter()))
    times = []
    window.transport.seek_frame(0)  # a frame that is there already would bring nothing
    wait(SETTLE_S)
    for n in range(SEEKS):
        marks.clear()
        start = time.perf_counter()
        window.transport.seek_frame(37 * n + 1)
        wait_until(lambda: bool(marks))
        times.append(1e3 * (marks[0] - start))
        wait(0.02)
    return times


def backward_ratio() -> float:
    """What the gradient of one scalar costs on top of DeepPhase itself, by it; 60 frames, mojo."""
    from inference.engines import create
    from inference.gradients import EngineGradient
    from inference.mlp import Mlp
    from viewer.model.shipped import read_shipped

    model, engine = read_shipped("deepphase"), create(ENGINE)
    assert isinstance(model, Mlp)
    engine.prepare(lambda *_: None, threading.Event())
    forward, gradient = engine.load(model), EngineGradient(model, engine)
    rows = np.random.default_rng(0).standard_normal((ROWS, model.input_width), np.float32)
    ahead, both = np.empty(RUNS), np.empty(RUNS)
    for n in range(RUNS):  # in turns: what else the machine does meets both
        start = time.perf_counter()
        forward.run({model.input_name: rows})
        between = time.perf_counter()
        gradient.run(rows, "angle")
        ahead[n], both[n] = between - start, time.perf_counter() - between
    return float(np.median(both) / np.median(ahead)) - 1


if __name__ == "__main__":
    print(json.dumps(main()))
