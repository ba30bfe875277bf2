"""``render SESSION`` draws what the window drew."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from PySide6.QtGui import QImage

from tests.viewer.conftest import Opener, open_file, settle, until
from tests.viewer.sessions.test_sessions import bring_character, files, save, shown, style_of
from viewer.model.demo import ASSETS
from viewer.window.window import MainWindow

__all__ = ["files"]
ROOT = Path(__file__).resolve().parents[3]


def window_picture(window: MainWindow) -> np.ndarray:
    stage = window.stage_view.stage
    assert stage is not None
    return pixels(stage.grabFramebuffer().convertToFormat(QImage.Format.Format_RGBA8888))


def pixels(image: QImage) -> np.ndarray:
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 4].reshape(image.height(), image.width(), 4)[..., :3].copy()


def rendered(session: Path, picture: Path, size: str) -> np.ndarray:
    """What the command draws, in a process of its own: two OpenGL contexts do not mix."""
    command = [sys.executable, "main.py", "render", str(session), "-o", str(picture)]
    subprocess.run([*command, "--size", size], cwd=ROOT, check=True, capture_output=True)
    image = QImage(str(picture)).convertToFormat(QImage.Format.Format_RGBA8888)
    return pixels(image)


@pytest.mark.parametrize(
    "source", ["clip", "latent", "style", "keys", "character", "bodies", "styled"]
)
def test_a_session_is_drawn_as_the_window_drew_it(
    open_window: Opener, files: Path, source: str
) -> None:
    window = open_window(engines=("mojo", "numpy"), assets=ASSETS)
    open_file(window, files / "stroll.bvh")
    for name in ("stage.trails", "stage.ghosts", "character.forces", "character.balance"):
        window.actions_[name].trigger()
    if source == "latent":
        style_of(window).latent_alone.set_latent(np.linspace(-2, 2, 256, dtype=np.float32), "mine")
        until(lambda: window.studio.source == "latent")
    if source in ("style", "keys"):
        until(lambda: style_of(window).restyling.ready)
        style_of(window).set_style(np.linspace(-1, 1, 64, dtype=np.float32), "mine")
        if source == "keys":
            window.actions_["style.key"].trigger()
        until(lambda: window.studio.restyled is not None)
    if source == "bodies":
        window.actions_["character.bodies"].trigger()
    if source in ("character", "bodies", "styled"):
        control = bring_character(window, files)
        live = style_of(window).character.live
        if source == "styled":
            until(lambda: style_of(window).restyling.ready)
            style_of(window).set_style(np.linspace(-1, 1, 64, dtype=np.float32), "mine")
        window.transport.seek_frame(7)
        until(lambda: shown(control) == 7)
        assert live.content is not None and live.content.frame == 7
        settle(window)
        assert (control.figure.styled is not None) == (source == "styled")
    else:
        window.transport.seek_frame(37)
    stage = window.stage_view.stage
    assert stage is not None
    stage.set_camera(stage.camera.orbit(0.4, 0.1).zoom(0.8, stage.pixel_size))
    settle(window)
    path = save(window, files / "picture.stride")
    seen = window_picture(window)
    drawn = rendered(path, files / "drawn.png", f"{seen.shape[1]}x{seen.shape[0]}")
    difference = np.abs(seen.astype(int) - drawn)
    assert seen.std() > 5
    if source == "styled":  # made anew by another engine: an edge may fall on the next pixel
        assert (difference > 2).mean() < 1e-3 and difference.max() < 40
    else:
        assert difference.max() <= 2, np.argwhere(difference > 2)[:3]
