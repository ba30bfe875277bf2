"""The page of saliency in the window: the frame on display, the map, the paint."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from motion.canonical import JOINTS
from render.color_schemes import DARK
from render.heat import heat
from render.mannequin import at_parts
from tests.viewer.network.conftest import Pages
from tests.viewer.panel_fixtures import Bench
from viewer.model.saliency import Saliency, saliency
from viewer.model.shipped import read_shipped
from viewer.network.saliency_control import SaliencyControl


@pytest.fixture
def control(bench: Bench, page: Pages) -> Iterator[SaliencyControl]:
    made = page("saliency").saliency
    bench.until(lambda: made.now is not None and made.overview is not None)
    yield made
    made.paint.setChecked(False)
    bench.control("NetworkControl").panel.saliency.of.buttons["angle"].click()


def expected(bench: Bench, of: str) -> Saliency:
    path = bench.window.bench.assets / "models" / "deepphase.onnx"
    model = read_shipped("deepphase", path)
    return saliency(model, bench.window.studio.motion.phase_frames, of)  # type: ignore[arg-type]


def colors(bench: Bench) -> np.ndarray:
    return bench.window.studio.scene.capsules.data[:, 12:15]


def at_frame(bench: Bench, control: SaliencyControl, frame: int) -> None:
    bench.window.transport.seek_frame(frame)
    heading = bench.control("NetworkControl").panel.saliency.heading
    bench.until(lambda: heading.text.startswith(f"Frame {frame},"))


@pytest.mark.parametrize("of", ["angle", "amplitude", "x", "y"])
def test_the_list_is_the_saliency_of_the_frame_on_display(
    bench: Bench, control: SaliencyControl, of: str
) -> None:
    page = bench.control("NetworkControl").panel.saliency
    page.of.buttons[of].click()
    bench.until(lambda: control.now is not None and control.now.of == of)
    right = expected(bench, of)
    for frame in (31, 120):
        at_frame(bench, control, frame)
        rows = {row.name: row.texts for row in page.joints.rows}
        assert list(rows) == [name for name, _ in right.top(frame, 22)]
        for joint, name in enumerate(JOINTS):
            numbers = [float(text.rstrip("%")) for text in rows[name]]
            cm, ms = right.values[frame, joint]
            share = 100 * right.shares[frame, joint]
            assert numbers == pytest.approx([cm, ms, share], abs=0.051, rel=1e-3)
            assert numbers[:2] == pytest.approx([cm, ms], abs=6e-6)


def test_the_map_is_the_saliency_of_the_clip(bench: Bench, control: SaliencyControl) -> None:
    right = expected(bench, "angle")
    np.testing.assert_array_equal(control.overview.found.values, right.values)
    control.pick(3)
    canvas = bench.control("NetworkControl").panel.saliency.canvas
    np.testing.assert_array_equal(canvas.curve.values, right.values[:, 3, 0])
    control.pick(3)
    assert canvas.curve is None


def test_the_figure_is_painted_with_the_frame_it_shows(
    bench: Bench, control: SaliencyControl
) -> None:
    window = bench.window
    window.activateWindow()
    window.stage_view.stage.setFocus()
    bench.until(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.AltModifier)
    assert control.paint.isChecked() and window.studio.paint.owner == "network.saliency"
    right = expected(bench, "angle").paint
    for frame in (5, 77):
        at_frame(bench, control, frame)
        wanted = heat(at_parts(right[frame]), DARK.heat)
        np.testing.assert_allclose(colors(bench), wanted, atol=2e-3)
    window.docks["style"].raise_()
    bench.until(lambda: not bench.control("NetworkControl").seen)
    window.transport.seek_frame(50)  # the switch works without the panel
    wanted = heat(at_parts(right[50]), DARK.heat)
    bench.until(lambda: np.allclose(colors(bench), wanted, atol=2e-3))


def test_truth_mode_and_saliency_paint_in_turn(bench: Bench, control: SaliencyControl) -> None:
    paint, truth = bench.window.studio.paint, bench.window.actions_["truth.mode"]
    control.paint.setChecked(True)
    truth.setChecked(True)
    assert paint.owner == "truth"
    truth.setChecked(False)
    assert paint.owner == "network.saliency"
    control.paint.setChecked(False)
    assert paint.owner == ""


def test_playing_paints_every_picture(bench: Bench, control: SaliencyControl) -> None:
    """What is painted never lags behind the frame by more than the worker's answer."""
    control.paint.setChecked(True)
    window, lags = bench.window, []
    painted: list[int] = []
    control.painted.connect(lambda _: painted.append(window.transport.frame))
    window.transport.play()
    window.studio.scene_changed.connect(lambda _: lags.append(1))
    bench.until(lambda: len(painted) > 30)
    window.transport.pause()
    assert len(set(painted)) > 15
