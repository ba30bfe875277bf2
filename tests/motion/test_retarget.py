import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion import quat
from motion.bvh import read_bvh
from motion.canonical import INDEX, OFFSETS, PARENTS
from motion.contacts import contacts
from motion.pose import to_clip
from motion.retarget import retarget
from tests.motion.synthetic import walk


def test_a_canonical_walk_comes_back():
    clip = to_clip(walk(), 1 / 60, "walk")
    back = retarget(clip)
    assert np.abs(back - clip.positions).max() < 0.03
    assert back[:, [4, 8], 1].min() == pytest.approx(0.02, abs=0.01)


def test_scale_and_place_do_not_matter():
    clip = to_clip(walk(), 1 / 60, "walk")
    big = replace(clip, translations=clip.translations * np.float32(1.3))
    lifted = big.moved(np.array([2.0, 5.0, -1.0]))
    shift = retarget(lifted) - retarget(clip)
    assert shift == pytest.approx(np.broadcast_to(shift[0, 0], shift.shape), abs=1e-4)
    assert shift[0, 0, 1] == pytest.approx(0, abs=1e-4)


def test_turning_the_world_turns_the_result():
    clip = to_clip(walk(), 1 / 60, "walk")
    spin = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), np.float64(1.1)).astype(np.float32)
    rotations, translations = clip.rotations.copy(), clip.translations.copy()
    rotations[:, 0] = quat.mul(spin, rotations[:, 0])
    translations[:, 0] = quat.rotate(spin, translations[:, 0])
    turned = retarget(replace(clip, rotations=rotations, translations=translations))
    assert turned == pytest.approx(quat.rotate(spin, retarget(clip)), abs=1e-4)


def test_real_clips_stand_on_the_ground_with_canonical_bones(mocap: Path):

    rows = list(csv.DictReader((mocap / "MANIFEST.csv").read_text().splitlines()))
    walks = [row for row in rows if row["style"] in ("walk", "Neutral")]
    by_rig = {row["skeleton"]: row for row in walks}
    lengths = np.linalg.norm(OFFSETS[1:], axis=-1)
    assert len(by_rig) >= 5
    for row in by_rig.values():
        clip = read_bvh(mocap / row["file"])
        positions = retarget(clip)
        bones = np.linalg.norm(positions[:, 1:] - positions[:, PARENTS[1:]], axis=-1)
        assert bones == pytest.approx(np.broadcast_to(lengths, bones.shape), abs=1e-4)
        assert -0.03 < np.percentile(positions[:, [4, 8], 1], 5) < 0.06, row["file"]
        head = np.percentile(positions[:, INDEX["Head"], 1], 90)
        assert 1.4 < head < 1.75, row["file"]
        assert contacts(positions, clip.frame_time).mean() > 0.2, row["file"]


def test_one_take_on_two_rigs_agrees(mocap: Path):

    a, b = (
        retarget(read_bvh(mocap / f).resampled(1 / 30))
        for f in ("cmu31/002/02_01.bvh", "cmu_cc/002/02_01.bvh")
    )
    n = min(len(a), len(b))
    knees = INDEX["LeftLeg"], INDEX["RightLeg"]

    def height(p):
        return p[:n, knees, 1] - p[:n, :1, 1]

    lag = min(np.abs(height(a)[k:] - height(b)[: n - k]).mean() for k in range(4))
    assert lag < 0.03


@pytest.mark.parametrize("file", ["accad/Male1_A1_Stand.bvh", "cmu31/001/01_01.bvh"])
def test_a_spine_that_starts_beside_the_hips_is_set_over_them(mocap: Path, file: str):
    positions = retarget(read_bvh(mocap / file))
    first = positions[:, INDEX["Spine"]] - positions[:, 0]
    assert np.median(first[:, 1] / np.linalg.norm(first, axis=-1)) > 0.95
