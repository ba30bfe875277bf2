"""The inspect panel's control of a window."""

from __future__ import annotations

from viewer.inspect.control import InspectControl
from viewer.window.window import MainWindow


def inspected(window: MainWindow) -> InspectControl:
    """What the window inspects with."""
    control = window.controls["inspect"]
    assert isinstance(control, InspectControl)
    return control
