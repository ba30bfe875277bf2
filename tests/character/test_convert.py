"""Between the simulated body and the canonical 22 joints, both ways."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("mujoco")

from character.anatomy import HINGE_POSE, NAMES, RATE_SIZE
from character.body import Body
from character.canonical import (
    canonical_joints,
    from_canonical_axes,
    retargeted,
    to_canonical_axes,
)
from character.convert import poses_of, read_motion, reference_clip
from character.reference import ClipError, ReferenceClip, clip_text, read_clip
from motion.bvh import BvhError, read_bvh, write_bvh
from motion.canonical import INDEX, PARENTS
from motion.contacts import contacts
from motion.pose import to_clip
from motion.retarget import retarget
from tests.motion.synthetic import walk

REST = np.zeros(RATE_SIZE)


def posed(body: Body, poses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Joints (T, 15, 3) and rotations (T, 15, 4) of poses (T, 43)."""
    instants = [body.at(pose, REST) for pose in poses]
    return np.array([i.joints for i in instants]), np.array([i.rotations for i in instants])


def test_axes_turn_forward_to_forward_and_right_to_right() -> None:
    forward, up, right = np.eye(3)
    assert np.array_equal(to_canonical_axes(forward), [0, 0, 1])
    assert np.array_equal(to_canonical_axes(up), [0, 1, 0])
    assert np.array_equal(to_canonical_axes(right), [-1, 0, 0])
    vectors = np.random.default_rng(0).normal(size=(4, 5, 3))
    assert np.array_equal(from_canonical_axes(to_canonical_axes(vectors)), vectors)


def test_standing_is_a_canonical_human_standing(body: Body, standing: ReferenceClip) -> None:
    joints, rotations = posed(body, standing.poses[:1])
    own = canonical_joints(joints, rotations)[0]
    assert own[INDEX["LeftArm"], 0] > 0.1 > -0.1 > own[INDEX["RightArm"], 0]
    assert own[INDEX["LeftToeBase"], 2] - own[INDEX["LeftFoot"], 2] == pytest.approx(0.13)
    assert np.allclose(own[[INDEX["LeftToeBase"], INDEX["RightToeBase"]], 1], 0, atol=1e-5)
    spine = own[[INDEX[n] for n in ("Hips", "Spine", "Spine1", "Spine2")], 1]
    assert np.allclose(np.diff(spine), 0.236151 / 3, atol=1e-6)

    human = retargeted(joints, rotations)[0]
    assert np.allclose(human[[INDEX["LeftFoot"], INDEX["RightFoot"]], 1], 0.09, atol=1e-4)
    assert np.allclose(human[[INDEX["LeftToeBase"], INDEX["RightToeBase"]], 1], 0.02, atol=1e-4)


@pytest.mark.parametrize("name", ["walk", "run", "cartwheel", "spinkick", "dance_b", "crawl"])
def test_poses_survive_the_way_to_the_canonical_human_and_back(
    body: Body, deepmimic: Path, name: str
) -> None:
    clip = read_clip(deepmimic / "motions" / f"humanoid3d_{name}.txt")
    joints, rotations = posed(body, clip.poses)
    again, turned = posed(body, poses_of(retargeted(joints, rotations)))
    apart = np.linalg.norm(again - joints, axis=-1)
    assert np.mean(apart) < 0.01
    trunk = [NAMES.index(name) for name in ("root", "chest")]
    dots = np.abs(np.sum(turned[:, trunk] * rotations[:, trunk], axis=-1))
    assert np.min(dots) > np.cos(np.radians(3) / 2)


def test_a_human_clip_becomes_a_reference_clip(body: Body, tmp_path: Path) -> None:
    clip = to_clip(walk(90), 1 / 60, "walk")
    reference = reference_clip(clip, loop=True)
    assert (reference.loop, len(reference.times)) == (True, 90)
    assert reference.duration == pytest.approx(89 / 60)
    knees, elbows = reference.poses[:, HINGE_POSE[[0, 2]]], reference.poses[:, HINGE_POSE[[1, 3]]]
    assert knees.max() <= 0 <= elbows.min()
    assert knees.min() < -0.2

    source = retarget(clip)
    joints, rotations = posed(body, reference.poses)
    human = retargeted(joints, rotations)
    bones = [j for j in range(22) if PARENTS[j] >= 0]
    apart = np.linalg.norm(human - source, axis=-1)
    assert apart.mean() < 0.04
    cosines = np.sum(
        unit(human[:, bones] - human[:, PARENTS[bones]])
        * unit(source[:, bones] - source[:, PARENTS[bones]]),
        axis=-1,
    )
    limbs = [bones.index(INDEX[n]) for n in ("LeftLeg", "LeftFoot", "RightForeArm", "RightHand")]
    assert cosines[:, limbs].min() > np.cos(np.radians(6))

    path = tmp_path / "walk.txt"
    path.write_text(clip_text(reference))
    assert np.allclose(read_clip(path).poses, reference.poses, atol=1e-9)


def test_a_motion_is_read_from_either_format(tmp_path: Path) -> None:
    clip = to_clip(walk(60), 1 / 60, "walk")
    write_bvh(clip, tmp_path / "walk.BVH")
    reference = read_motion(tmp_path / "walk.BVH")
    assert np.allclose(reference.poses, reference_clip(clip).poses, atol=1e-3)
    (tmp_path / "walk.txt").write_text(clip_text(reference))
    assert np.allclose(read_motion(tmp_path / "walk.txt").poses, reference.poses, atol=1e-9)
    with pytest.raises(BvhError):
        (tmp_path / "bad.bvh").write_text("no")
        read_motion(tmp_path / "bad.bvh")


def test_captured_humans_stand_on_their_feet(body: Body, mocap: Path) -> None:
    clip = read_bvh(mocap / "100style" / "Neutral_FW.bvh")
    reference = reference_clip(clip)
    shown = slice(0, None, 10)
    instants = [body.at(pose, REST) for pose in reference.poses[shown]]
    soles = np.array([i.lowest[[11, 11, 5, 5]] for i in instants])
    down = contacts(retarget(clip), clip.frame_time)[shown] > 0
    assert np.abs(np.median(soles[down])) < 0.015
    assert np.percentile(soles.min(axis=1), 1) > -0.06
    assert np.abs(reference.rates[:, 6:]).max() < 40


def test_a_clip_of_one_frame_is_refused() -> None:
    with pytest.raises(ClipError, match="one frame"):
        reference_clip(to_clip(walk(1), 1 / 60, "still"))


def unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def test_a_rig_that_is_not_human_is_refused_by_name_and_briefly() -> None:
    human = to_clip(walk(2, 1 / 30), 1 / 30, "snake")
    skeleton = replace(human.skeleton, names=tuple(f"bone{n}" for n in range(22)))
    with pytest.raises(ClipError, match=r"^snake: .* human rig; .* and \d+ more\.$") as refused:
        reference_clip(replace(human, skeleton=skeleton))
    assert len(str(refused.value)) < 160
