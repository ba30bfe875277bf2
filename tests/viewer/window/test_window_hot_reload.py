"""A model's file changes on disk while the window runs on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from inference import load_model
from motion.features import motion_features
from tests.motion.synthetic import walk as walking
from tests.viewer.conftest import Opener, settle, until
from tests.viewer.models import write_models
from viewer.model.decoded import decoded_loop
from viewer.window.window import MainWindow

DECODER = "stylevae_decoder.onnx"


@pytest.fixture
def models(network_assets: Path, tmp_path: Path) -> Path:
    """Assets of the test's own, whose networks it may replace."""
    assets = tmp_path / "assets"
    shutil.copytree(network_assets, assets, symlinks=True)
    return assets / "models"


def replace(models: Path, content: bytes) -> None:
    """Put another decoder in place, as an export does: whole, in one step."""
    part = models / "part"
    part.write_bytes(content)
    part.replace(models / DECODER)


def texts(window: MainWindow) -> list[str]:
    return [toast.notice.text for toast in window.toasts.shown]


def test_a_new_checkpoint_is_on_stage_and_a_bad_one_is_not(
    open_window: Opener, models: Path, tmp_path: Path
) -> None:
    window = open_window(assets=models.parent)
    window.actions_["latent.random"].trigger()
    until(lambda: window.studio.source == "latent")
    settle(window)
    before = window.studio.figure
    write_models(tmp_path / "next", motion_features(walking(60, 1 / 30)), seed=11)
    replace(models, (tmp_path / "next" / DECODER).read_bytes())
    until(lambda: window.studio.figure is not before)
    settle(window)
    style = window.controls["style"].latent_alone
    runner = load_model(models / DECODER, "numpy")
    expected = decoded_loop(runner.run({"latent": style.latent[None]})["motion"][0])
    np.testing.assert_allclose(window.studio.figure.positions, expected, atol=1e-5)
    assert texts(window) == [f"StyleVAE decoder was loaded anew from {models / DECODER}."]

    after = window.studio.figure
    replace(models, b"half a download")
    until(lambda: len(window.toasts.shown) == 2)
    settle(window)
    assert DECODER in texts(window)[1] and "stays" in texts(window)[1]
    assert window.toasts.shown[1].notice.level == "error"
    assert window.studio.figure is after
