"""What lives is measured as it goes: the curves end where the character stands."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("mujoco")

from tests.viewer.conftest import settle, until
from tests.viewer.inspect.inspected import inspected
from viewer.character.control import CharacterControl
from viewer.model.joints import reading
from viewer.window.window import MainWindow


def test_the_characters_joints_have_curves(control: CharacterControl, window: MainWindow) -> None:
    inspecting, transport = inspected(window), window.transport
    window.docks["inspect"].show()
    window.docks["inspect"].raise_()
    inspecting.panel.chosen.emit("LeftHand")
    until(lambda: len(inspecting.panel.plots.rows) == 4)
    first = len(inspecting.panel.plots.rows[0].lines[0].values)
    until(lambda: len(inspecting.panel.plots.rows[0].lines[0].values) > first + 5)
    transport.pause()
    settle(window)
    inspecting.measuring.measure()
    until(lambda: len(inspecting.panel.plots.rows[0].lines[0].values) == transport.frame_count)
    figure, frame = window.studio.figure, transport.frame
    assert figure is not None
    found = reading(figure, frame, "LeftHand")
    assert found is not None
    rows = {row.name: float(row.lines[0].values[frame]) for row in inspecting.panel.plots.rows}
    told = [rows["x"], rows["height"], rows["z"]]
    np.testing.assert_allclose(told, found.position, atol=1e-4)
    assert inspecting.skating is None and inspecting.lane not in window.timeline.track.lanes


def test_without_joints_it_costs_nothing(control: CharacterControl, window: MainWindow) -> None:
    inspecting = inspected(window)
    settle(window)
    found = inspecting.measuring.found
    assert found is None or found.joints == ()
