"""What is written as BVH, read by a reader of others: bvhio."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from motion.bvh import read_bvh, write_bvh
from motion.clip import Clip
from motion.conventions import UNITS
from viewer.model.demo import ASSETS

bvhio = pytest.importorskip("bvhio")


@pytest.fixture(scope="module")
def clip() -> Clip:
    return read_bvh(ASSETS / "clips" / "angry_walk.bvh")


@pytest.mark.parametrize("units", ["cm", "m"])
def test_another_reader_sees_the_same(clip: Clip, tmp_path: Path, units: str) -> None:
    part = clip.section(10, 60)
    write_bvh(part, tmp_path / "a.bvh", units)
    root = bvhio.readAsHierarchy(str(tmp_path / "a.bvh"))
    joints = [joint for joint, _, _ in root.layout()]
    names = [joint.Name for joint in joints]
    at = [names.index(name) for name in part.skeleton.names]
    for frame in np.linspace(0, part.frame_count - 1, 10).astype(int).tolist():
        root.loadPose(frame)
        there = np.array([list(joint.PositionWorld) for joint in joints])[at] * UNITS[units]
        assert np.abs(there - part.positions[frame]).max() < 1e-4, frame
    read = bvhio.readAsBvh(str(tmp_path / "a.bvh"))
    assert read.FrameCount == part.frame_count
    assert read.FrameTime == pytest.approx(part.frame_time, rel=1e-6)
