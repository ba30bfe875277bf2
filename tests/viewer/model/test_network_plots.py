"""The maps of the network on paper, and the numbers beside them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.onnx.reader import read_mlp
from motion.canonical import JOINTS
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.network_maps import network_maps
from viewer.model.network_plots import layers_plot, saliency_plot
from viewer.model.plot_files import write_plot
from viewer.model.saliency import NUDGE, saliency

MODEL = read_mlp(ASSETS / "models" / "deepphase.onnx")


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    found = load_motion(ASSETS / "clips" / "walk.bvh").phase_frames
    assert found is not None
    return found[:90]


def test_the_layers_stand_in_the_order_of_the_screen(frames: np.ndarray, tmp_path: Path) -> None:
    maps = network_maps(MODEL, frames)
    orders = tuple(layer.order("activity") for layer in maps.layers)
    plot = layers_plot(maps, frames, 1 / 30, orders, ("Layer 2, unit 5", maps.unit(1, 5)))
    written = write_plot(plot, tmp_path / "layers.svg", lambda svg: svg)
    assert written.picture.read_text("utf-8").count("layer ") >= 3
    with np.load(tmp_path / "layers.npz") as found:
        for n, layer in enumerate(maps.layers, 1):
            order = found[f"layer_{n}_names"].astype(int)
            np.testing.assert_array_equal(order, orders[n - 1])
            raw = layer.values[:, order].astype(np.float32).T
            moved = raw.max(1) > raw.min(1)
            shown = found[f"layer_{n}"]
            assert shown[moved].max(1) == pytest.approx(1) and shown[moved].min(1) == pytest.approx(
                0
            )
            assert shown[moved].argmax(1).tolist() == raw[moved].argmax(1).tolist()
        np.testing.assert_array_equal(found["unit"], maps.unit(1, 5))
        assert list(found["input_names"][:7]) == ["Hips"] * 6 + ["LeftUpLeg"]
        np.testing.assert_allclose(found["time_s"], np.arange(90) / 30)


def test_the_saliency_of_the_joints_over_time(frames: np.ndarray, tmp_path: Path) -> None:
    right = saliency(MODEL, frames, "angle")
    plot = saliency_plot(right, 1, 1 / 30)
    write_plot(plot, tmp_path / "saliency.svg", lambda svg: svg)
    with np.load(tmp_path / "saliency.npz") as found:
        np.testing.assert_allclose(found["saliency"], (right.values @ NUDGE).T)
        assert tuple(found["saliency_names"]) == JOINTS
    assert "turns" in (tmp_path / "saliency.svg").read_text("utf-8")
