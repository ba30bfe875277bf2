import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motion.canonical import CANONICAL, JOINTS, MIRROR, OFFSETS, PARENTS
from motion.pose import bent, fit_rotations, fix_bones, pose, to_clip
from tests.motion.synthetic import walk, wander

seeds = st.integers(0, 2**31)


def bone_lengths(positions: np.ndarray) -> np.ndarray:
    return np.linalg.norm(positions[:, 1:] - positions[:, PARENTS[1:]], axis=-1)


def test_rest_pose_is_an_adult_on_the_ground():
    clip = to_clip(np.repeat(pose_at_rest(), 2, axis=0), 1 / 30, "rest")
    rest = clip.positions[0]
    assert rest[[4, 8], 1] == pytest.approx(0.02, abs=1e-6)
    assert 1.5 < rest[JOINTS.index("Head"), 1] < 1.7
    assert rest[JOINTS.index("LeftHand"), 0] > 0.5


def pose_at_rest() -> np.ndarray:
    identity = np.zeros((1, 22, 4), np.float32)
    identity[..., 0] = 1
    return pose(identity, OFFSETS[:1])


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_fitting_a_canonical_pose_returns_it(seed):
    positions = wander(seed, frames=8)
    assert fix_bones(positions) == pytest.approx(positions, abs=1e-5)


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_any_points_are_projected_to_canonical_bones(seed):
    rng = np.random.default_rng(seed)
    noisy = wander(seed, frames=6) * rng.uniform(0.5, 2) + rng.normal(0, 0.05, (6, 22, 3))
    expected = np.linalg.norm(OFFSETS[1:], axis=-1)
    assert bone_lengths(fix_bones(noisy)) == pytest.approx(np.tile(expected, (6, 1)), abs=1e-5)


def test_coincident_points_stay_finite():
    assert np.isfinite(fix_bones(np.zeros((3, 22, 3), np.float32))).all()


def test_to_clip_moves_through_the_positions():
    positions = wander(3)
    clip = to_clip(positions, 1 / 30, "wander")
    assert clip.skeleton is CANONICAL
    assert clip.positions == pytest.approx(positions, abs=1e-5)
    assert np.linalg.norm(fit_rotations(positions), axis=-1) == pytest.approx(1, abs=1e-6)


def test_mirror_swaps_sides_and_is_its_own_inverse():
    assert [JOINTS[j] for j in MIRROR[:6]] == [
        "Hips", "RightUpLeg", "RightLeg", "RightFoot", "RightToeBase", "LeftUpLeg",
    ]  # fmt: skip
    assert (MIRROR[MIRROR] == np.arange(22)).all()


@pytest.mark.parametrize("stretched", [1.0, 1.3])
def test_a_body_is_placed_as_its_rotations_say(stretched):
    positions = walk(1500) * np.float32(stretched)
    turned = pose(fit_rotations(positions), positions[:, 0])
    assert bent(positions) == pytest.approx(turned, abs=5e-6)


def test_a_bone_without_a_length_keeps_its_direction():
    positions = walk(40)
    positions[7, 2] = positions[7, 1]  # a knee in the hip
    turned = pose(fit_rotations(positions), positions[:, 0])
    assert np.array_equal(bent(positions), turned)
