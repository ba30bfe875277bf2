"""A restyled motion back on the rigs of real captures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from motion import quat, resample
from motion.bvh import read_bvh
from motion.canonical import FOOT_JOINTS, INDEX
from motion.clip import Clip
from motion.contacts import contacts, joint_speed
from motion.features import FPS
from motion.pose import fit_rotations, pose, to_clip
from motion.restyling.onto_rig import onto_rig
from motion.retarget import retarget
from motion.rigs import match_rig
from tests.motion.synthetic import wander

RIGS = (
    "100style/Neutral_TR1.bvh",
    "accad/Male1_B3_Walk.bvh",
    "cmu31/012/12_01.bvh",
    "cmu_cc/007/07_11.bvh",
    "cmu_exp/walking_extra/train_walking_52.bvh",
    "deepmimic_bvh/walk.bvh",
)
"""One walk of each of the rigs that the captures have."""


def opened(mocap: Path, file: str) -> tuple[Clip, np.ndarray]:
    """At most 5 s of a clip, and it on the canonical body at 30 fps."""
    clip = read_bvh(mocap / file)
    frames = round(5 / clip.frame_time)
    clip = replace(clip, rotations=clip.rotations[:frames], translations=clip.translations[:frames])
    return clip, resample.linear(retarget(clip), clip.frame_time, 1 / FPS)


def swung(content: np.ndarray) -> np.ndarray:
    """``content`` turned to the left by half a radian, with the joints swinging otherwise."""
    rotations = fit_rotations(content)
    swing = fit_rotations(wander(3, len(content)))
    turned = quat.slerp(rotations, quat.mul(rotations, swing), 0.4)
    spin = quat.from_axis_angle(np.array([0.0, 1.0, 0.0]), np.asarray(0.5))
    turned[:, 0] = quat.mul(spin, rotations[:, 0])
    root = quat.rotate(spin, content[:, 0].astype(np.float64)) * [1.2, 1.0, 1.2]
    return pose(turned.astype(np.float32), root.astype(np.float32))


@pytest.mark.parametrize("file", RIGS)
def test_the_same_motion_leaves_the_clip_as_it_is(mocap: Path, file: str) -> None:
    clip, content = opened(mocap, file)
    down = contacts(content, 1 / FPS)
    same = onto_rig(clip, content, content, down, 0.0)
    apart = quat.mul(
        quat.conjugate(same.rotations.astype(np.float64)), clip.rotations.astype(np.float64)
    )
    assert np.degrees(np.linalg.norm(quat.log(quat.normalize(apart)), axis=-1)).max() < 1e-3
    assert same.positions == pytest.approx(clip.positions, abs=1e-3)
    assert (same.frame_time, same.skeleton) == (clip.frame_time, clip.skeleton)


@pytest.mark.parametrize("file", RIGS)
def test_the_rig_moves_as_was_wanted(mocap: Path, file: str) -> None:
    """Retargeted again it is the wanted motion, but for where the floor is judged to be."""
    clip, content = opened(mocap, file)
    wanted = swung(content)
    down = np.zeros((len(content), 4), np.float32)
    made = onto_rig(clip, content, wanted, down, 0.0)
    again = resample.linear(retarget(made), clip.frame_time, 1 / FPS)[: len(wanted)]
    away = again - wanted
    away[..., 1] -= np.median(away[..., 1])
    error = np.linalg.norm(away, axis=-1)
    assert error.mean() < 0.03 and np.percentile(error, 95) < 0.07
    before = np.linalg.norm(content - wanted, axis=-1).mean()
    assert before > 0.15


@pytest.mark.parametrize("file", RIGS)
def test_bones_keep_their_lengths_and_fingers_their_rotations(mocap: Path, file: str) -> None:
    clip, content = opened(mocap, file)
    made = onto_rig(clip, content, swung(content), contacts(content, 1 / FPS))
    assert made.translations[:, 1:] == pytest.approx(clip.translations[:, 1:], abs=1e-6)
    owned = {point.a for point in match_rig(clip.skeleton).points}
    kept = [j for j in range(clip.skeleton.joint_count) if j not in owned]
    dots = np.abs(np.sum(made.rotations[:, kept] * clip.rotations[:, kept], axis=-1))
    assert dots == pytest.approx(np.ones_like(dots), abs=1e-5)


@pytest.mark.parametrize("file", RIGS)
def test_feet_in_contact_stand(mocap: Path, file: str) -> None:
    """A walk in strides of 1.2 times the length, whose feet slide until they are held."""
    clip, content = opened(mocap, file)
    wanted = content * np.array([1, 1, 1], np.float32)
    wanted[:, :, [0, 2]] += 0.2 * content[:, :1, [0, 2]]
    down = contacts(content, 1 / FPS)
    feet = list(FOOT_JOINTS)
    speeds = []
    for share in (0.0, 1.0):
        made = onto_rig(clip, content, wanted, down, share)
        located = match_rig(made.skeleton).locate(made)[:, feet] * np.array([1, 0, 1])
        times = np.arange(made.frame_count) * made.frame_time
        standing = resample.linear_at(down, 1 / FPS, times) > 0.99
        speeds.append(np.percentile(joint_speed(located, made.frame_time)[standing], 75))
    assert speeds[1] < 0.05 < 0.15 < speeds[0]


def test_a_foot_that_never_stood_finds_the_ground() -> None:
    rest = np.zeros((60, 22, 4), np.float32)
    rest[..., 0] = 1
    root = np.tile(np.array([0, 0.99, 0], np.float32), (60, 1))
    lifted = rest.copy()
    for part, angle in (("UpLeg", -1.2), ("Leg", 1.6)):
        lifted[:, INDEX[f"Left{part}"]] = (np.cos(angle / 2), np.sin(angle / 2), 0, 0)
    content, standing = pose(lifted, root), pose(rest, root)
    assert content[:, INDEX["LeftToeBase"], 1].min() > 0.25
    made = onto_rig(to_clip(content, 1 / FPS, "lifted"), content, standing, np.ones((60, 4)))
    ankles = made.positions[:, [INDEX["LeftFoot"], INDEX["RightFoot"]], 1]
    assert ankles == pytest.approx(np.full_like(ankles, 0.09), abs=0.02)
