"""All clips of the capture data: units, size, ground, up axis; and sizes of a known figure."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion import quat
from motion.bvh import read_bvh, write_bvh
from motion.clip import Clip
from motion.conventions import UNITS
from motion.measure import figure_points, ground_height, grounded, standing_height
from motion.pose import to_clip
from tests.motion.synthetic import walk


@pytest.fixture(scope="session")
def manifest(mocap: Path) -> list[dict[str, str]]:
    with (mocap / "MANIFEST.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def one_per_rig(manifest) -> list[str]:
    """The shortest clip of each."""
    longest_first = sorted(manifest, key=lambda row: -int(row["frames"]))
    found = list({row["skeleton"]: row["file"] for row in longest_first}.values())
    assert len(found) >= 5
    return found


def test_all_clips(mocap, manifest):
    assert len(manifest) == 291
    for row in manifest:
        clip = read_bvh(mocap / row["file"])
        assert UNITS[clip.units] == pytest.approx(float(row["unit_to_m"]), rel=1e-4), row["file"]
        assert clip.up_axis == "Y", row["file"]
        assert clip.warnings == (), row["file"]
        assert clip.frame_count == int(row["frames"]), row["file"]
        assert clip.skeleton.joint_count == int(row["joints"]), row["file"]
        assert 1.4 <= standing_height(clip) <= 2.1, row["file"]
        stated = float(row["floor_shift_m"])
        assert -ground_height(clip) == pytest.approx(stated, abs=0.12), row["file"]
        lowest = figure_points(grounded(clip))[..., 1].min(axis=1)
        assert np.percentile(lowest, 5) == pytest.approx(0, abs=0.01), row["file"]


def test_every_rig_comes_back(mocap, one_per_rig, tmp_path):
    for name in one_per_rig:
        clip = read_bvh(mocap / name)
        write_bvh(clip, tmp_path / "again.bvh")
        again = read_bvh(tmp_path / "again.bvh")
        assert again.positions == pytest.approx(clip.positions, abs=1e-4), name
        assert again.frame_time == clip.frame_time
        assert again.warnings == ()


def test_every_rig_agrees_with_bvhio(mocap, one_per_rig):
    bvhio = pytest.importorskip("bvhio")
    for name in one_per_rig:
        clip = read_bvh(mocap / name)
        root = bvhio.readAsHierarchy(str(mocap / name))
        joints = [joint for joint, _, _ in root.layout()]
        at = [[joint.Name for joint in joints].index(own) for own in clip.skeleton.names]
        for frame in (0, clip.frame_count // 2, clip.frame_count - 1):
            root.loadPose(frame)
            theirs = np.array([list(joint.PositionWorld) for joint in joints])[at]
            ours = clip.positions[frame] / UNITS[clip.units]
            assert ours == pytest.approx(theirs, rel=1e-4, abs=1e-3), (name, frame)


def test_units_are_judged_by_the_figure(mocap, one_per_rig, tmp_path):
    """One figure in every unit: scale the lengths of a file, and nothing else."""
    for name in one_per_rig:
        clip = read_bvh(mocap / name)
        for unit, metres in UNITS.items():
            path = tmp_path / f"{unit}.bvh"
            path.write_text(rescaled((mocap / name).read_text(), UNITS[clip.units] / metres))
            assert read_bvh(path).units == unit, (name, unit)


def rescaled(text: str, factor: float) -> str:
    """A BVH file of these rigs (positions on the root only) in another unit."""

    def offset(match: re.Match[str]) -> str:
        return "OFFSET " + " ".join(str(float(x) * factor) for x in match[1].split())

    head, motion = re.sub(r"OFFSET ([^\r\n]*)", offset, text).split("MOTION")
    lines = motion.strip().splitlines()[:300]
    rows = []
    for line in lines[2:]:
        values = line.split()
        rows.append(" ".join([*(str(float(x) * factor) for x in values[:3]), *values[3:]]))
    return "\n".join([f"{head}MOTION", f"Frames: {len(rows)}", lines[1], *rows])


def z_up(clip: Clip) -> Clip:
    """The clip as a program with Z up sees it: every frame turned, the zero pose too."""
    turn = np.array([np.sqrt(0.5), np.sqrt(0.5), 0, 0], np.float32)
    tips = clip.skeleton.end_sites
    skeleton = replace(
        clip.skeleton,
        offsets=quat.rotate(turn, clip.skeleton.offsets),
        end_sites={joint: quat.rotate(turn, tip) for joint, tip in tips.items()},
    )
    return replace(
        clip,
        skeleton=skeleton,
        rotations=quat.mul(quat.mul(turn, clip.rotations), quat.conjugate(turn)),
        translations=quat.rotate(turn, clip.translations),
    )


def z_up_at_the_root(clip: Clip) -> Clip:
    """The clip under a root turned to Z up, its zero pose as before."""
    turn = np.array([np.sqrt(0.5), np.sqrt(0.5), 0, 0], np.float32)
    rotations, translations = clip.rotations.copy(), clip.translations.copy()
    rotations[:, 0] = quat.mul(turn, rotations[:, 0])
    translations[:, 0] = quat.rotate(turn, translations[:, 0])
    return replace(clip, rotations=rotations, translations=translations)


@pytest.mark.parametrize("turned", [z_up, z_up_at_the_root])
def test_z_up_files_are_turned_upright(mocap, manifest, tmp_path, turned):
    walks = {r["skeleton"]: r["file"] for r in manifest if r["style"] in ("walk", "Neutral")}
    assert len(walks) >= 5
    for name in walks.values():
        clip = read_bvh(mocap / name)
        write_bvh(turned(clip), tmp_path / "z.bvh")
        back = read_bvh(tmp_path / "z.bvh")
        assert back.up_axis == "Z", name
        assert back.positions == pytest.approx(clip.positions, abs=1e-4), name


@pytest.fixture
def person() -> Clip:
    return to_clip(walk(60), 1 / 30, "walk")


def test_height_does_not_depend_on_how_one_lies(person):
    height = standing_height(person)
    assert height == pytest.approx(1.7, abs=0.1)
    assert standing_height(z_up_at_the_root(person)) == pytest.approx(height, rel=1e-5)
    assert standing_height(person.moved(np.array([5.0, -3.0, 2.0]))) == pytest.approx(height)


def test_grounded_is_idempotent_and_only_shifts_height(person):
    lifted = person.moved(np.array([1.0, 7.0, 2.0]))
    down = grounded(lifted)
    assert ground_height(down) == pytest.approx(0, abs=1e-5)
    assert grounded(down).translations == pytest.approx(down.translations, abs=1e-5)
    assert np.array_equal(down.translations[..., ::2], lifted.translations[..., ::2])
    assert np.array_equal(down.rotations, lifted.rotations)


def test_a_rig_without_head_and_feet_gets_a_unit_and_a_doubt(tmp_path):
    path = tmp_path / "arm.bvh"
    text = "HIERARCHY ROOT base {{ OFFSET 0 0 0 JOINT hand {{ OFFSET 0 {size} 0 }} }}\n"
    for size, units in ((0.8, "m"), (80, "cm")):
        path.write_text(text.format(size=size) + "MOTION Frames: 1 Frame Time: 1")
        clip = read_bvh(path)
        assert clip.units == units
        assert clip.positions[0, 1, 1] == pytest.approx(0.8)
        assert clip.warnings[0].startswith("No head and feet to judge the size by")


def test_a_giant_gets_a_doubt(person, tmp_path):
    big = replace(
        person,
        skeleton=replace(person.skeleton, offsets=person.skeleton.offsets * 10),
        translations=person.translations * 10,
    )
    write_bvh(big, tmp_path / "giant.bvh")
    giant = read_bvh(tmp_path / "giant.bvh")
    assert giant.positions == pytest.approx(big.positions, abs=1e-3)
    assert "human size" in giant.warnings[0]


MAKEHUMAN = """HIERARCHY
ROOT root
{
  OFFSET 0 0.56 -0.07
  CHANNELS 6 Xposition Yposition Zposition Xrotation Yrotation Zrotation
  JOINT upperleg02.L
  {
    OFFSET 0.9 -0.2 0.1
    CHANNELS 3 Xrotation Yrotation Zrotation
    JOINT lowerleg01.L
    {
      OFFSET 0.15 -4.2 0.2
      CHANNELS 3 Xrotation Yrotation Zrotation
      JOINT foot.L
      {
        OFFSET 0.1 -3.4 -0.4
        CHANNELS 3 Xrotation Yrotation Zrotation
        End Site
        {
          OFFSET 0.1 -0.6 1.2
        }
      }
    }
  }
  JOINT spine01
  {
    OFFSET 0 2.5 0
    CHANNELS 3 Xrotation Yrotation Zrotation
    JOINT head
    {
      OFFSET 0 3.2 0.3
      CHANNELS 3 Xrotation Yrotation Zrotation
      End Site
      {
        OFFSET 0 1.5 0
      }
    }
  }
}
MOTION
Frames: 1
Frame Time: 0.041667
"""


@pytest.mark.parametrize("size", [0.6, 0.85, 1.0, 1.15, 1.3])
def test_makehuman_counts_in_decimetres(tmp_path, size):
    """Children of 0.93 m to people of 2 m, in the exporter's own unit and rig."""
    scaled = re.sub(
        r"OFFSET (.*)",
        lambda m: "OFFSET " + " ".join(str(size * float(x)) for x in m[1].split()),
        MAKEHUMAN,
    )
    path = tmp_path / "human.bvh"
    path.write_text(scaled + " ".join(["0"] * 21))
    clip = read_bvh(path)
    assert (clip.units, clip.warnings) == ("dm", ())
    assert standing_height(clip) == pytest.approx(1.56 * size, rel=0.02)
    assert read_bvh(path, units="dm").positions == pytest.approx(clip.positions)
