"""What changed, in the window: from a marked frame to the playhead."""

from __future__ import annotations

import numpy as np
import pytest

from tests.viewer.network.conftest import Pages
from tests.viewer.panel_fixtures import Bench
from viewer.model.saliency import what_changed
from viewer.model.shipped import read_shipped


def test_the_parts_are_those_between_the_two_frames(bench: Bench, page: Pages) -> None:
    network = page("changed")
    control, shown = network.changed, network.panel.changed
    transport, actions = bench.window.transport, bench.window.actions_
    transport.seek_frame(10)
    actions["network.mark"].trigger()
    transport.seek_frame(47)
    bench.until(lambda: "→ frame 47" in shown.frames.text)
    path = bench.window.bench.assets / "models" / "deepphase.onnx"
    frames = bench.window.studio.motion.phase_frames
    right = what_changed(read_shipped("deepphase", path), frames[10], frames[47], "angle")
    np.testing.assert_array_equal(control.changed.parts, right.parts)
    assert shown.total.text == f"{right.change:+.4f} turns"
    rows = {row.name: row for row in shown.joints.rows}
    sums = sum(float(row.texts[2]) for row in rows.values())
    assert sums == pytest.approx(right.change, abs=22 * 6e-5 + 0.01 * abs(right.change))
    assert list(rows)[:5] == [name for name, _ in right.top()]
    for name, part in right.top():
        assert float(rows[name].texts[2]) == pytest.approx(part, abs=6e-5)
        assert np.sign(rows[name].length) == np.sign(part)
    actions["network.go"].trigger()
    assert transport.frame == 10


def test_frame_a_may_be_of_another_clip(bench: Bench, page: Pages) -> None:
    network = page("changed")
    bench.window.transport.seek_frame(20)
    bench.window.actions_["network.mark"].trigger()
    row = network.changed.marked.row
    bench.window.actions_["library.next"].trigger()
    bench.until(lambda: bench.window.studio.motion.title == "Quick sway")
    frames = bench.window.studio.motion.phase_frames
    bench.until(lambda: network.specimen.frames is frames)
    bench.window.transport.seek_frame(33)
    bench.until(lambda: "→ frame 33" in network.panel.changed.frames.text)
    path = bench.window.bench.assets / "models" / "deepphase.onnx"
    right = what_changed(read_shipped("deepphase", path), row, frames[33], "angle")
    np.testing.assert_array_equal(network.changed.changed.parts, right.parts)
    assert "Slow sway, frame 20" in network.panel.changed.frames.text
    assert not bench.window.actions_["network.go"].isEnabled()
