"""The long clip that the bench plays, and the panels that it shows it with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from motion.bvh import read_bvh
from tests.viewer.panel_fixtures import Bench
from viewer.bench.phase_session import PANELS, show_panels, write_long
from viewer.model.demo import ASSETS


def test_the_long_clip_is_the_walk_over_and_over(tmp_path: Path) -> None:
    long = read_bvh(write_long(tmp_path / "long.bvh", 700))
    walk = read_bvh(ASSETS / "clips" / "walk.bvh")
    assert long.frame_count == 700 and not long.warnings
    assert long.frame_time == walk.frame_time
    np.testing.assert_allclose(long.rotations[300:600], walk.rotations)
    np.testing.assert_allclose(long.rotations[600:], walk.rotations[:100])


def test_all_panels_of_the_phase_are_in_sight(bench: Bench) -> None:
    window = bench.window
    window.resize(1600, 1000)
    show_panels(window)
    bench.until_idle()
    shown = [window.docks[name] for name in PANELS if name in window.docks]
    assert window.docks["phase"] in shown
    assert all(not dock.visibleRegion().isEmpty() for dock in shown)
    boxes = [dock.geometry() for dock in shown]
    for n, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[n + 1 :])
        assert not box.intersects(window.centralWidget().geometry())
    window.following.choose("together")
