"""The network panel in a real window, on top of its column."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.viewer.panel_fixtures import Bench
from viewer.network.control import NetworkControl

Pages = Callable[[str], NetworkControl]


@pytest.fixture
def page(bench: Bench) -> Pages:
    """Opens a page of the panel, with the specimen there, and gives the control."""
    control = bench.control("NetworkControl")
    assert isinstance(control, NetworkControl)

    def open_page(name: str) -> NetworkControl:
        bench.window.docks["network"].show()
        bench.window.docks["network"].raise_()
        bench.until(lambda: control.seen)
        control.panel.show_page(name)
        specimen, motion = control.specimen, bench.window.studio.motion
        assert motion is not None
        bench.until(lambda: specimen.model is not None and specimen.frames is motion.phase_frames)
        bench.until_idle()
        return control

    return open_page
