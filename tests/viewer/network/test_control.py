"""What the panel shows beside what `main.py analyze` writes, and why it is empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnx import helper
from PySide6.QtTest import QTest

from motion.bvh import write_bvh
from motion.canonical import JOINTS
from motion.pose import to_clip
from tests.conftest import Call
from tests.inference.nets import save, save_chain, save_model_like
from tests.viewer.network.conftest import Pages
from tests.viewer.panel_fixtures import Bench, swaying, until, write_assets
from viewer.model.layers import hidden_values
from viewer.model.saliency import saliency
from viewer.model.shipped import read_shipped
from viewer.network.control import NetworkControl


def test_every_number_shown_is_the_exported_one(
    bench: Bench, page: Pages, call: Call, tmp_path: Path
) -> None:
    window = bench.window
    network, frame = page("layers"), 88
    assets = window.bench.assets
    output = tmp_path / "inside.npz"
    answer = call(
        "analyze", window.studio.motion.path, "-o", output, "--layers", "--saliency", "angle",
        "--phase", assets / "models" / "deepphase.onnx",
    )  # fmt: skip
    assert answer.code == 0, answer.err
    with np.load(output) as found:
        exported = dict(found)
    layers, canvas = network.layers, network.panel.layers.canvas
    frames = window.studio.motion.phase_frames
    bench.until(lambda: layers.looked is not None and layers.looked.frames is frames)
    window.transport.seek_frame(frame)
    for n in (1, 2, 3):
        values = exported[f"layer_{n}"]
        counts = [exported[f"layer_{n}_{what}"].sum() for what in ("dead", "saturated")]
        told = f"Layer {n}: {values.shape[1]} units, {counts[0]} dead, {counts[1]} saturated"
        assert canvas.lanes[n].title == told and told[:5].lower() in answer.out
        layers.pick(n, 11)
        text = network.panel.layers.unit.text
        assert text == f"Layer {n}, unit 11: {float(values[frame, 11]):.4f}"
        np.testing.assert_array_equal(canvas.curve.values, values[:, 11])
    network = page("saliency")
    shown = network.panel.saliency
    bench.until(lambda: shown.heading.text == f"Frame {frame}, in turns")
    bench.until(lambda: network.saliency.overview is not None)
    np.testing.assert_array_equal(network.saliency.overview.found.values, exported["saliency"])
    for row in shown.joints.rows:
        cm, ms = exported["saliency"][frame, JOINTS.index(row.name)]
        assert [float(text) for text in row.texts[:2]] == pytest.approx([cm, ms], abs=6e-6)


def test_why_there_is_nothing_to_see(bench: Bench, page: Pages, tmp_path: Path) -> None:
    network = page("layers")
    problem = network.panel.problem
    bench.window.actions_["clip.close"].trigger()
    bench.until(lambda: problem.text() == "Open a clip to look inside the network.")
    assert not network.panel.stack.isVisible() and not network.panel.layers.canvas.lanes
    single = tmp_path / "single.bvh"
    write_bvh(to_clip(swaying(1, 1)[:1], 1 / 30, "single"), single)
    bench.window.open_paths([single])
    bench.until(lambda: "one frame" in problem.text())
    rod = tmp_path / "rod.bvh"
    rod.write_text(
        "HIERARCHY\nROOT Rod\n{\nOFFSET 0 0 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
        "JOINT Tip\n{\nOFFSET 0 1 0\nCHANNELS 3 Zrotation Xrotation Yrotation\n"
        "End Site\n{\nOFFSET 0 1 0\n}\n}\n}\n"
        "MOTION\nFrames: 2\nFrame Time: 0.1\n0 0 0 0 0 0\n0 0 9 0 0 0\n"
    )
    bench.window.open_paths([rod])
    bench.until(lambda: bench.window.studio.motion.path == rod)
    bench.until(lambda: problem.text() == bench.window.studio.motion.not_human != "")


def test_a_model_of_another_shape_is_told_by_name_and_shape(
    open_bench: Callable[..., Bench], tmp_path: Path
) -> None:
    assets = tmp_path / "assets"
    write_assets(assets)
    save_chain(assets / "models" / "deepphase.onnx", (40, 8, 2))
    made = open_bench(assets)
    made.window.open_demo()
    control = made.control("NetworkControl")
    assert isinstance(control, NetworkControl)
    made.window.docks["network"].raise_()
    until(lambda: "deepphase.onnx" in control.panel.problem.text())
    assert "40" in control.panel.problem.text() and "132" in control.panel.problem.text()


def test_what_plays_in_another_style_is_looked_into(bench: Bench, page: Pages) -> None:
    network, studio = page("layers"), bench.window.studio
    frames = network.specimen.frames
    bench.window.actions_["style.random"].trigger()
    bench.until(lambda: studio.restyled is not None and studio.restyled.phases is not None)
    bench.until(lambda: network.specimen.frames is studio.restyled.phases)
    layers = network.layers
    bench.until(lambda: layers.looked is not None and layers.looked.frames is not frames)
    assert layers.looked.frames is studio.restyled.phases


def test_maps_of_both_pages_are_seen_alike(bench: Bench, page: Pages) -> None:
    network = page("layers")
    views = [p.canvas.view for p in (network.panel.layers, network.panel.saliency)]
    bench.window.actions_["network.fit"].trigger()
    assert [view.mode for view in views] == ["fit", "fit"]
    bench.window.actions_["network.follow"].trigger()
    QTest.qWait(10)
    bench.window.actions_["network.zoom_in"].trigger()
    assert views[0].span_s == views[1].span_s


def test_the_network_that_is_compared_can_be_looked_into(
    bench: Bench, page: Pages, tmp_path: Path
) -> None:
    network = page("layers")
    panel, studio = network.panel, bench.window.studio
    assert not panel.networks.isVisible()
    other = save_model_like("deepphase", tmp_path / "other.onnx", 3)
    bench.window.bridge.load("deepphase_beside", other)
    bench.until(panel.networks.isVisible)
    panel.networks.buttons["deepphase_beside"].click()
    model = read_shipped("deepphase", other)
    layer = hidden_values(model, studio.motion.phase_frames)[0].values

    def looked() -> bool:
        found = network.layers.looked
        return found is not None and np.array_equal(found.maps.layers[0].values, layer)

    bench.until(looked)
    panel.show_page("saliency")
    right = saliency(model, studio.motion.phase_frames[40:41], "angle").values[0]
    bench.window.transport.seek_frame(40)

    def told() -> bool:
        now = network.saliency.now
        return now is not None and np.allclose(now.values[0], right, rtol=1e-3, atol=1e-6)

    bench.until(told)
    bench.window.bridge.unload("deepphase_beside")
    bench.until(lambda: not panel.networks.isVisible())
    assert network.specimen.network == "deepphase"


def test_an_operator_without_a_gradient_is_told(
    open_bench: Callable[..., Bench], tmp_path: Path
) -> None:
    assets = tmp_path / "assets"
    write_assets(assets)
    save_running_sum(assets / "models" / "deepphase.onnx")
    made = open_bench(assets)
    made.window.open_demo()
    control = made.control("NetworkControl")
    made.window.docks["network"].raise_()
    control.panel.show_page("saliency")
    told = control.panel.saliency.scale
    until(lambda: "CumSum" in told.text())
    assert "gradient of this operator is not known here" in told.text()
    assert not control.panel.saliency.joints.rows


def save_running_sum(path: Path) -> None:
    """A DeepPhase-shaped graph: a matrix, and the running sum over its two numbers."""
    weights = {"w": np.random.default_rng(0).standard_normal((132, 2)).astype(np.float32) / 30}
    weights["axis"] = np.array(1, np.int64)
    nodes = [
        helper.make_node("MatMul", ["frame", "w"], ["m"]),
        helper.make_node("CumSum", ["m", "axis"], ["phase"], name="adds"),
    ]
    save(path, nodes, weights, ("frame", ["batch", 132]), ["phase"])
