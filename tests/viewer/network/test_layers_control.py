"""The page of the layers in the window: maps, picked units, paint."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from render.color_schemes import DARK
from render.heat import heat
from render.mannequin import at_parts
from tests.viewer.network.conftest import Pages
from tests.viewer.panel_fixtures import Bench
from viewer.model.layers import hidden_values, strongest_inputs
from viewer.model.shipped import read_shipped
from viewer.network.layers_control import LayersControl


@pytest.fixture
def layers(bench: Bench, page: Pages) -> LayersControl:
    control = page("layers").layers
    frames = bench.window.studio.motion.phase_frames
    bench.until(lambda: control.looked is not None and control.looked.frames is frames)
    if control.picked is not None:
        control.pick(*control.picked)
    return control


def network(bench: Bench):  # type: ignore[no-untyped-def]
    return read_shipped("deepphase", bench.window.bench.assets / "models" / "deepphase.onnx")


def test_the_maps_are_the_layers_of_the_clip(bench: Bench, layers: LayersControl) -> None:
    canvas = bench.control("NetworkControl").panel.layers.canvas
    assert [len(lane.rows) for lane in canvas.lanes] == [132, 256, 128, 32]
    found = hidden_values(network(bench), bench.window.studio.motion.phase_frames)
    for n, layer in enumerate(found):
        np.testing.assert_array_equal(layers.looked.maps.layers[n].values, layer.values)
        dead, saturated = layer.dead.sum(), layer.saturated.sum()
        told = f"{len(layer.dead)} units, {dead} dead, {saturated} saturated"
        assert canvas.lanes[n + 1].title == f"Layer {n + 1}: {told}"


def test_units_are_ordered_as_asked(bench: Bench, layers: LayersControl) -> None:
    panel = bench.control("NetworkControl").panel
    for order in ("index", "cluster", "activity"):
        panel.layers.order.buttons[order].click()
        bench.until(lambda order=order: layers.looked.order == order)
        expected = layers.looked.maps.layers[0].order(order)
        np.testing.assert_array_equal(panel.layers.canvas.lanes[1].rows, expected)


def test_a_click_picks_the_unit_there_and_paints_what_drives_it(
    bench: Bench, layers: LayersControl
) -> None:
    canvas = bench.control("NetworkControl").panel.layers.canvas
    studio, transport = bench.window.studio, bench.window.transport
    unit = int(canvas.lanes[2].rows[40])
    at = QPointF(canvas.to_x(2.0), canvas.row_y(2, unit)).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
    assert layers.picked == (2, canvas.row_at(QPointF(at))[1])
    bench.until(lambda: layers.drive is not None and layers.drive.unit == layers.picked[1])
    assert transport.frame == pytest.approx(60, abs=2)
    unit = layers.picked[1]
    frames = studio.motion.phase_frames
    assert list(layers.drive.inputs[:10]) == strongest_inputs(network(bench), frames, 1, unit)
    assert layers.drive.joints.max() == pytest.approx(1)
    colors = heat(at_parts(layers.drive.joints), DARK.heat)
    np.testing.assert_allclose(studio.scene.capsules.data[:, 12:15], colors, atol=1e-6)
    layers.paint.trigger()
    assert studio.paint.owner == ""
    layers.paint.trigger()
    assert studio.paint.owner == "network.unit"
    layers.pick(*layers.picked)
    assert studio.paint.owner == "" and layers.curve() is None


def test_the_value_of_the_unit_follows_the_playhead(bench: Bench, layers: LayersControl) -> None:
    page = bench.control("NetworkControl").panel.layers
    layers.pick(3, 7)
    for frame in (12, 99):
        bench.window.transport.seek_frame(frame)
        value = float(layers.looked.maps.layers[2].values[frame, 7])
        assert page.unit.text == f"Layer 3, unit 7: {value:.4f}"
    layers.pick(0, 20)  # joint 3 of the input by joint, its third number
    value = bench.window.studio.motion.phase_frames[99, 3 * 3 + 2]
    assert page.unit.text == f"LeftFoot position z, m: {value:.4f}"


def test_nothing_is_computed_while_the_panel_is_hidden(bench: Bench, layers: LayersControl) -> None:
    looked = layers.looked
    bench.window.docks["style"].raise_()
    bench.until(lambda: not bench.control("NetworkControl").seen)
    bench.window.actions_["library.next"].trigger()
    bench.until(lambda: bench.window.studio.motion.title == "Quick sway")
    QTest.qWait(400)
    assert layers.looked is looked
    bench.window.docks["network"].raise_()
    frames = bench.window.studio.motion.phase_frames
    bench.until(lambda: layers.looked is not None and layers.looked.frames is frames)
