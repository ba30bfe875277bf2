"""Joint rotations of the canonical body from joint positions, and back."""

from __future__ import annotations

import numpy as np

from . import quat
from .canonical import CANONICAL, INDEX, JOINTS, OFFSETS, PARENTS
from .clip import Clip
from .skeleton import forward_kinematics
from .vec import frame, unit

_APART = 0.01
_SPINE, _CHEST = INDEX["Spine"], INDEX["Spine2"]
_ONLY_CHILD = {
    int(PARENTS[j]): j
    for j in range(len(JOINTS))
    if PARENTS[j] >= 0 and np.count_nonzero(PARENTS[j] == PARENTS) == 1
}

_LEVELS = CANONICAL.levels()[1:]
_LENGTHS = np.linalg.norm(OFFSETS, axis=-1, keepdims=True)


def fit_rotations(positions: np.ndarray) -> np.ndarray:
    """Local rotations (T, 22, 4) of the canonical body that follow ``positions``.

    positions: (T, 22, 3) in any proportions; only bone directions count. The
    pelvis follows the hip joints exactly and the spine as far as it can, the
    chest the neck exactly and the collar bones as far as it can (the arms in rigs
    whose collar bones start at one point); every other bone takes the shortest
    turn from its parent. Leaves keep their parent's rotation.
    """
    p = np.asarray(positions, np.float64)
    world = np.empty((*p.shape[:-1], 4))
    hips_across = p[:, INDEX["LeftUpLeg"]] - p[:, INDEX["RightUpLeg"]]
    chest_across = p[:, INDEX["LeftShoulder"]] - p[:, INDEX["RightShoulder"]]
    if np.median(np.linalg.norm(chest_across, axis=-1)) < _APART:
        chest_across = p[:, INDEX["LeftArm"]] - p[:, INDEX["RightArm"]]
    world[:, 0] = quat.from_matrix(frame("X", hips_across, "Y", p[:, _SPINE] - p[:, 0]))
    for joints in _LEVELS:
        world[:, joints] = world[:, PARENTS[joints]]
        if _CHEST in joints:
            upward = p[:, INDEX["Neck"]] - p[:, _CHEST]
            world[:, _CHEST] = quat.from_matrix(frame("Y", upward, "X", chest_across))
        turning = np.intersect1d(joints, list(_ONLY_CHILD))
        if len(turning):
            child = [_ONLY_CHILD[j] for j in turning]
            above = world[:, turning]
            rest = quat.rotate(above, OFFSETS[child].astype(float))
            bone = p[:, child] - p[:, turning]
            still = np.linalg.norm(bone, axis=-1, keepdims=True) < 1e-6
            world[:, turning] = quat.mul(quat.between(rest, np.where(still, rest, bone)), above)
    local = quat.normalize(quat.mul(quat.conjugate(world[:, PARENTS]), world))
    local[:, 0] = world[:, 0]
    return quat.continuous(local).astype(np.float32)


def pose(rotations: np.ndarray, root: np.ndarray) -> np.ndarray:
    """Canonical joint positions (T, 22, 3) of local ``rotations`` (T, 22, 4).

    root: (T, 3) world position of the hips, metres.
    """
    translations = np.broadcast_to(OFFSETS, (len(root), len(JOINTS), 3)).copy()
    translations[:, 0] = root
    return forward_kinematics(CANONICAL, rotations, translations)[0]


def fix_bones(positions: np.ndarray) -> np.ndarray:
    """``positions`` (T, 22, 3) projected to the canonical bone lengths, hips kept.

    Every bone keeps its direction.
    """
    bones = _LENGTHS * unit(positions - positions[:, PARENTS])
    fixed = np.array(positions, np.float32)
    for joints in _LEVELS:
        fixed[:, joints] = fixed[:, PARENTS[joints]] + bones[:, joints]
    return fixed


def to_clip(positions: np.ndarray, frame_time: float, name: str) -> Clip:
    """A clip on the canonical skeleton that moves through ``positions`` (T, 22, 3)."""
    rotations = fit_rotations(positions)
    translations = np.broadcast_to(OFFSETS, positions.shape).astype(np.float32)
    translations[:, 0] = positions[:, 0]
    return Clip(name, CANONICAL, rotations, translations, frame_time)
