"""Pictures of the real window, for README and docs/."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import Qt

from viewer.window.window import MainWindow

from .arranging import (
    back_to_demo,
    compare_engines,
    compare_no_more,
    compare_phases,
    decode,
    find_fault,
    look_inside,
    push_about,
    restyle,
    show_saliency,
)
from .real_window import SETTLE_S, application, demo_window, live, save

SIZE = (1600, 1000)
NETWORK_WIDE = 460
"""The width of the panel that looks inside."""


def take(folder: Path) -> list[Path]:
    """Write window-dark, -light, -phase, -compare, -network, -saliency, -style, -truth and
    -character.png; the files written.

    The demo clip stands at one moment, with every panel filled. Needs a display; truth mode
    is shown in half precision, where the Mojo kernel runs, the character where a policy ships.
    """
    app, written = application(), []
    for mode in ("dark", "light"):
        with demo_window(app, mode, SIZE) as window:
            written.append(_save(window, folder / f"window-{mode}.png"))
            if mode == "dark" and "deepphase" in window.bridge.models:
                find_fault(window)
                written.append(_save(window, folder / "window-phase.png"))
                back_to_demo(window)
                written += _look_inside(window, folder)
            if mode == "dark" and window.actions_["style.random"].isEnabled():
                restyle(window)
                written.append(_save(window, folder / "window-style.png"))
                if window.bridge.engine == "mojo":
                    decode(window)
                    compare_engines(window)
                    written.append(_save(window, folder / "window-truth.png"))
            if mode == "light" and "deepphase" in window.bridge.models:
                with tempfile.TemporaryDirectory() as scratch:
                    compare_phases(window, Path(scratch) / "broken.onnx")
                    written.append(_save(window, folder / "window-compare.png"))
                    compare_no_more(window)
            if mode == "light" and window.character.cast.policies:
                push_about(window)
                written.append(_save(window, folder / "window-character.png"))
    return written


def _look_inside(window: MainWindow, folder: Path) -> list[Path]:
    """The layers with what drives a unit, and the saliency of the frame on the figure."""
    before = window.saveState()
    window.resizeDocks([window.docks["network"]], [NETWORK_WIDE], Qt.Orientation.Horizontal)
    look_inside(window)
    written = [_save(window, folder / "window-network.png")]
    show_saliency(window)
    written.append(_save(window, folder / "window-saliency.png"))
    show_saliency(window, painted=False)
    window.restoreState(before)
    window.docks["style"].raise_()
    live(SETTLE_S)
    return written


def _save(window: MainWindow, path: Path) -> Path:
    return save(window.grab(), path)
