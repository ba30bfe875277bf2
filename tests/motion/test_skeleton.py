"""Forward kinematics against a plain product of 4 x 4 matrices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from motion import quat
from motion.skeleton import Skeleton, forward_kinematics


def random_skeleton(rng: np.random.Generator, joints: int) -> Skeleton:
    parents = np.array([-1, *(rng.integers(0, j) for j in range(1, joints))], np.int32)
    offsets = rng.normal(size=(joints, 3)).astype(np.float32)
    return Skeleton(tuple(f"j{j}" for j in range(joints)), parents, offsets, {})


def by_matrices(skeleton: Skeleton, rotations: np.ndarray, translations: np.ndarray) -> np.ndarray:
    """World transforms (J, 4, 4) of one frame, joint by joint."""
    world = np.empty((skeleton.joint_count, 4, 4))
    for j, parent in enumerate(skeleton.parents):
        local = np.eye(4)
        local[:3, :3] = Rotation.from_quat(rotations[j], scalar_first=True).as_matrix()
        local[:3, 3] = translations[j]
        world[j] = local if parent < 0 else world[parent] @ local
    return world


@settings(max_examples=40)
@given(st.integers(0, 2**31), st.integers(1, 20), st.integers(1, 4))
def test_forward_kinematics(seed, joints, frames):
    rng = np.random.default_rng(seed)
    skeleton = random_skeleton(rng, joints)
    q = quat.normalize(rng.normal(size=(frames, joints, 4)))
    t = rng.normal(size=(frames, joints, 3))
    positions, turned = forward_kinematics(skeleton, q, t)
    for frame in range(frames):
        wanted = by_matrices(skeleton, q[frame], t[frame])
        assert positions[frame] == pytest.approx(wanted[:, :3, 3], abs=1e-9)
        assert quat.to_matrix(turned[frame]) == pytest.approx(wanted[:, :3, :3], abs=1e-9)


def test_batch_shapes_and_types_are_kept():
    rng = np.random.default_rng(1)
    skeleton = random_skeleton(rng, 6)
    q = quat.normalize(rng.normal(size=(2, 3, 6, 4))).astype(np.float32)
    t = rng.normal(size=(2, 3, 6, 3)).astype(np.float32)
    positions, turned = forward_kinematics(skeleton, q, t)
    assert positions.shape == (2, 3, 6, 3)
    assert turned.shape == (2, 3, 6, 4)
    assert positions.dtype == turned.dtype == np.float32
    assert positions.flags.c_contiguous
    alone, _ = forward_kinematics(skeleton, q[1, 2], t[1, 2])
    assert positions[1, 2] == pytest.approx(alone, abs=1e-6)


def test_the_arguments_are_left_alone():
    skeleton = random_skeleton(np.random.default_rng(2), 4)
    q, t = quat.from_euler(np.ones((3, 4, 3)), "XYZ"), np.ones((3, 4, 3))
    before = q.copy()
    forward_kinematics(skeleton, q, t)
    assert np.array_equal(q, before)
    assert np.all(t == 1)


@given(st.integers(0, 2**31), st.integers(1, 30))
def test_levels_hold_every_joint_below_its_parent(seed, joints):
    skeleton = random_skeleton(np.random.default_rng(seed), joints)
    levels = skeleton.levels()
    assert sorted(np.concatenate(levels).tolist()) == list(range(joints))
    depth = {int(j): d for d, level in enumerate(levels) for j in level}
    assert all(depth[j] == depth[p] + 1 for p, j in skeleton.bones())
    assert levels[0].tolist() == [0]


def test_index():
    skeleton = random_skeleton(np.random.default_rng(3), 3)
    assert skeleton.index("j2") == 2
    with pytest.raises(KeyError, match="hand"):
        skeleton.index("hand")
