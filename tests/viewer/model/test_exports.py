"""What formats carry besides the motion: the markers of the clip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.clip import Clip
from motion.npz import read_npz
from motion.pose import to_clip
from tests.motion.synthetic import walk
from viewer.model.document import Marker
from viewer.model.exports import export_clip
from viewer.model.sources import Source, open_source

MARKERS = (Marker("step", 0.5, "red", "left heel"), Marker("Wende ↻", 1.25))


@pytest.fixture
def clip() -> Clip:
    return to_clip(walk(90, 1 / 60), 1 / 60, "walk")


def test_a_glb_has_markers_in_the_extras_of_its_scene(clip: Clip, tmp_path: Path) -> None:
    gltf = pytest.importorskip("pygltflib").GLTF2()
    export_clip(Source(clip), tmp_path / "walk.glb", markers=MARKERS)
    assert gltf.load(str(tmp_path / "walk.glb")).scenes[0].extras["markers"] == [
        {"name": "step", "time_s": 0.5, "colour": "red", "note": "left heel", "frame": 30},
        {"name": "Wende ↻", "time_s": 1.25, "colour": "orange", "note": "", "frame": 75},
    ]
    export_clip(Source(clip), tmp_path / "bare.glb")
    assert not gltf.load(str(tmp_path / "bare.glb")).scenes[0].extras


def test_an_npz_has_markers_as_arrays_and_is_still_a_clip(clip: Clip, tmp_path: Path) -> None:
    path = tmp_path / "walk.npz"
    export_clip(Source(clip), path, markers=MARKERS)
    found = read_npz(path)
    assert found["marker_name"].tolist() == ["step", "Wende ↻"]
    assert found["marker_time"].tolist() == [0.5, 1.25]
    assert found["marker_colour"].tolist() == ["red", "orange"]
    assert found["marker_note"].tolist() == ["left heel", ""]
    assert np.allclose(open_source(path).clip.positions, clip.positions, atol=1e-5)


def test_a_bvh_has_no_place_for_them(clip: Clip, tmp_path: Path) -> None:
    export_clip(Source(clip), tmp_path / "a.bvh", markers=MARKERS)
    export_clip(Source(clip), tmp_path / "b.bvh")
    assert (tmp_path / "a.bvh").read_bytes() == (tmp_path / "b.bvh").read_bytes()
