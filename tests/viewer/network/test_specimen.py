"""What is looked into while a character is on stage."""

from __future__ import annotations

import numpy as np

from motion.features import phase_frames
from render.color_schemes import DARK
from render.heat import heat
from render.mannequin import at_parts
from tests.viewer.conftest import until
from tests.viewer.stage_character import hold
from viewer.character.control import CharacterControl
from viewer.model.saliency import saliency
from viewer.model.shipped import read_shipped
from viewer.network.control import NetworkControl
from viewer.window.window import MainWindow


def test_a_character_is_looked_into_as_it_goes(
    window: MainWindow, control: CharacterControl
) -> None:
    network = window.controls["network"]
    assert isinstance(network, NetworkControl)
    window.docks["network"].raise_()
    until(lambda: control.frame is not None and control.frame.frame > 40)
    until(lambda: network.layers.looked is not None)
    frames = network.layers.looked.frames
    hold(control)
    until(
        lambda: network.specimen.frames is not None and len(network.specimen.frames) > len(frames)
    )
    record = control.figure.record
    (positions,) = record.motions()
    until(lambda: len(network.specimen.frames) == len(positions))
    np.testing.assert_array_equal(network.specimen.frames, phase_frames(positions, 1 / 30))
    until(lambda: network.layers.looked.frames is network.specimen.frames)


def test_its_frame_is_painted_live(window: MainWindow, control: CharacterControl) -> None:
    network = window.controls["network"]
    assert isinstance(network, NetworkControl)
    network.saliency.paint.setChecked(True)
    until(lambda: control.frame is not None and control.frame.frame > 20)
    hold(control)
    window.transport.seek_frame(10)
    model = read_shipped("deepphase", window.bench.assets / "models" / "deepphase.onnx")

    def painted() -> bool:
        row = window.studio.figure.phase_frame(window.transport.frame)
        if row is None:
            return False
        shares = saliency(model, row[None], "angle").paint[0]
        wanted = heat(at_parts(shares), DARK.heat)
        return np.allclose(window.studio.scene.capsules.data[:, 12:15], wanted, atol=2e-3)

    until(painted)
