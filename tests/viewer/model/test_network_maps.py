"""Maps of a network over a clip, and what drives a unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inference.onnx.reader import read_general, read_mlp
from tests.inference.nets import save_chain
from viewer.model.clip import load_motion
from viewer.model.demo import ASSETS
from viewer.model.layers import hidden_values, strongest_inputs
from viewer.model.network_maps import BY_JOINT, drive_of, network_maps
from viewer.model.notice import Refused
from viewer.model.saliency import INPUT_NAMES

DEEPPHASE = ASSETS / "models" / "deepphase.onnx"


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    found = load_motion(ASSETS / "clips" / "walk.bvh").phase_frames
    assert found is not None
    return found


def test_the_input_stands_by_joint() -> None:
    names = [INPUT_NAMES[place] for place in BY_JOINT]
    assert names[:7] == [
        "Hips position x", "Hips position y", "Hips position z",
        "Hips velocity x", "Hips velocity y", "Hips velocity z", "LeftUpLeg position x",
    ]  # fmt: skip
    assert sorted(BY_JOINT) == list(range(132))


def test_a_long_clip_keeps_every_nth_frame_and_counts_over_all(frames: np.ndarray) -> None:
    model, long = read_mlp(DEEPPHASE), np.resize(frames, (50_000, 132))
    maps = network_maps(model, long)
    assert maps.every == 3
    for found, right in zip(maps.layers, hidden_values(model, long), strict=True):
        np.testing.assert_array_equal(found.values, right.values[::3])
        np.testing.assert_array_equal(found.dead, right.dead)
        np.testing.assert_array_equal(found.saturated, right.saturated)
    kept = sum(level.nbytes for map_ in (maps.inputs, *maps.maps) for level in map_.levels)
    kept += sum(layer.values.nbytes for layer in maps.layers)
    assert kept < 32e6


def test_a_general_graph_has_maps_but_its_units_are_not_told(frames: np.ndarray) -> None:
    graph = read_general(DEEPPHASE)
    assert [map_.shape for map_ in network_maps(graph, frames).maps] == [
        (256, len(frames)), (128, len(frames)), (32, len(frames)),
    ]  # fmt: skip
    with pytest.raises(Refused, match="general graph"):
        drive_of(graph, frames, 0, 3)


def test_what_drives_a_unit_by_joint(frames: np.ndarray) -> None:
    model = read_mlp(DEEPPHASE)
    drive = drive_of(model, frames, 1, 9)
    assert list(drive.inputs[:10]) == strongest_inputs(model, frames, 1, 9)
    lengths = np.zeros((2, 22, 3))
    for place, strength in drive.inputs:
        lengths.reshape(-1)[place] = strength
    joints = np.sqrt((lengths**2).sum((0, 2)))
    np.testing.assert_allclose(drive.joints, joints / joints.max(), rtol=1e-6)


def test_other_networks_and_frames_are_refused(frames: np.ndarray, tmp_path: Path) -> None:
    other = read_mlp(save_chain(tmp_path / "small.onnx", (12, 8, 2)))
    with pytest.raises(Refused, match="expected 132 numbers"):
        network_maps(other, frames)
    bad = frames.copy()
    bad[17, 4] = np.nan
    with pytest.raises(Refused, match="Frame 17 has positions that are no numbers"):
        network_maps(read_mlp(DEEPPHASE), bad)
    with pytest.raises(Refused, match="no frames"):
        network_maps(read_mlp(DEEPPHASE), frames[:0])
