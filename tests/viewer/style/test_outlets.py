"""What is done with the restyled clip is offered once there is one."""

from __future__ import annotations

import numpy as np
import pytest

from tests.viewer.panel_fixtures import Bench, heard
from viewer.export.dialog import ExportDialog
from viewer.model.document import Latent
from viewer.model.style_edits import wear

STYLE = np.random.default_rng(3).standard_normal(64).astype(np.float32)


@pytest.fixture
def dressed(bench: Bench) -> Bench:
    control = bench.control("StyleControl")
    bench.until(lambda: control.restyling.ready)
    assert not control.outlets.action.isEnabled()
    bench.window.store.apply(wear("Try", Latent(STYLE, "a style")))
    bench.until(lambda: bench.window.studio.restyled is not None)
    return bench


def test_each_of_its_commands_opens_the_export_on_it(dressed: Bench) -> None:
    outlets, panel = dressed.control("StyleControl").outlets, dressed.control("StyleControl").panel
    offered = panel.export_button.menu().actions()
    assert offered == [outlets.action, outlets.rig_action] and panel.export_button.isEnabled()
    for action, rig in zip(offered, ("canonical", "source"), strict=True):
        action.trigger()
        dialog = next(d for d in dressed.window.findChildren(ExportDialog) if d.isVisible())
        assert dialog.thing is not None and dialog.thing.what == "restyled"
        assert dialog.kind.group == "motion" and dialog.options.skeleton == rig
        dialog.reject()


def test_the_physics_is_asked_to_try_it(dressed: Bench) -> None:
    outlets = dressed.control("StyleControl").outlets
    asked = heard(outlets.physics_asked)
    outlets.physics.trigger()
    assert len(asked) == 1
