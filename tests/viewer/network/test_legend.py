"""What the legend over the stage says of the paint on the figure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motion.canonical import JOINTS
from tests.viewer.network.conftest import Pages
from tests.viewer.panel_fixtures import Bench
from viewer.network.control import NetworkControl
from viewer.network.legend import PaintLegend


@pytest.fixture
def legend(bench: Bench) -> Iterator[PaintLegend]:
    stage = bench.window.stage_view.stage
    (found,) = stage.findChildren(PaintLegend)
    yield found
    control = bench.control("NetworkControl")
    assert isinstance(control, NetworkControl)
    control.saliency.paint.setChecked(False)
    bench.window.actions_["truth.mode"].setChecked(False)


def test_it_names_what_the_figure_wears(bench: Bench, page: Pages, legend: PaintLegend) -> None:
    network = page("saliency")
    assert not legend.isVisible()
    bench.until(lambda: network.saliency.now is not None)
    network.saliency.paint.setChecked(True)
    ((joint, share),) = network.saliency.now.top(0, 1)
    bench.until(lambda: legend.texts == ("angle moves with", f"{joint} {share:.0%}", "0"))
    assert legend.isVisible()
    bench.window.actions_["truth.mode"].setChecked(True)
    assert not legend.isVisible(), "the figure wears the colours of truth mode"
    bench.window.actions_["truth.mode"].setChecked(False)
    assert legend.isVisible()
    network.saliency.paint.setChecked(False)
    assert not legend.isVisible()


def test_it_names_the_unit(bench: Bench, page: Pages, legend: PaintLegend) -> None:
    layers = page("layers").layers
    frames = bench.window.studio.motion.phase_frames
    bench.until(lambda: layers.looked is not None and layers.looked.frames is frames)
    if layers.picked != (2, 5):
        layers.pick(2, 5)
    bench.until(lambda: layers.drive is not None)
    strongest = JOINTS[int(layers.drive.joints.argmax())]
    assert legend.texts == ("Layer 2, unit 5", strongest, "0")
    layers.pick(2, 5)
    assert not legend.isVisible()
