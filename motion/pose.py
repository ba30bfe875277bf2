"""Joint rotations of the canonical body from joint positions, and back."""

from __future__ import annotations

import numpy as np

from . import quat
from .blocks import blocks, each_block
from .canonical import CANONICAL, INDEX, JOINTS, OFFSETS, PARENTS
from .clip import Clip
from .skeleton import forward_kinematics
from .vec import frame, unit

_APART = 0.01
_SHORTEST = 1e-6
_SPINE, _CHEST = INDEX["Spine"], INDEX["Spine2"]
_ONLY_CHILD = {
    int(PARENTS[j]): j
    for j in range(len(JOINTS))
    if PARENTS[j] >= 0 and np.count_nonzero(PARENTS[j] == PARENTS) == 1
}
_CARRIED = np.array([*_ONLY_CHILD.values()])
_OF_HIPS, _OF_CHEST = np.flatnonzero(PARENTS == 0), np.flatnonzero(PARENTS == _CHEST)

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
    chest = _chest_joints(positions)
    local = np.empty((*positions.shape[:-1], 4))
    for block in blocks(len(positions)):
        local[block] = _fitted(positions[block], chest)
    return quat.continuous(local).astype(np.float32)


def bent(positions: np.ndarray) -> np.ndarray:
    """Canonical joint positions (T, 22, 3) float32 that follow ``positions`` as ``fit_rotations``.

    positions: (T, 22, 3) metres, in any proportions; the hips stay where they are. Rotations that
    are fitted carry each bone to its direction, so that no rotation is needed to place it.
    """
    chest = _chest_joints(positions)
    out = np.empty(positions.shape, np.float32)

    def bend(block: slice) -> None:
        placed = _placed(positions[block], chest)
        if placed is None:
            rotations = _fitted(positions[block], chest).astype(np.float32)
            placed = pose(rotations, positions[block, 0])
        out[block] = placed

    each_block(bend, len(positions))
    return out


def _placed(positions: np.ndarray, chest: tuple[int, int]) -> np.ndarray | None:
    """Canonical joint positions (T, 22, 3) float32 that follow ``positions``; None where a bone, or
    a line across hips or chest, is so short that its direction says nothing."""
    p = np.asarray(positions, np.float32)
    hips, trunk = _hips(p), _trunk(p, chest)
    bones = p[:, _CARRIED] - p[:, PARENTS[_CARRIED]]
    lengths = np.sqrt(np.einsum("...i,...i->...", bones, bones))[..., None]
    axes = np.linalg.norm([hips, trunk], axis=-2)
    if lengths.min() < _SHORTEST or axes.min() < 0.5:
        return None
    out = np.empty_like(p)
    out[:, 0] = p[:, 0]
    out[:, _CARRIED] = bones * (_LENGTHS[_CARRIED] / lengths)
    for joints, turned in ((_OF_HIPS, hips), (_OF_CHEST, trunk)):
        out[:, joints] = np.swapaxes(turned @ OFFSETS[joints].T, 1, 2)
    for joints in _LEVELS:
        out[:, joints] += out[:, PARENTS[joints]]
    return out


def _hips(p: np.ndarray) -> np.ndarray:
    """The axes of the pelvis (T, 3, 3): along the hip joints, as near to the spine as they can."""
    across = p[:, INDEX["LeftUpLeg"]] - p[:, INDEX["RightUpLeg"]]
    return frame("X", across, "Y", p[:, _SPINE] - p[:, 0])


def _trunk(p: np.ndarray, chest: tuple[int, int]) -> np.ndarray:
    """The axes of the chest (T, 3, 3): along the neck, as near to the line across as they can."""
    upward = p[:, INDEX["Neck"]] - p[:, _CHEST]
    return frame("Y", upward, "X", p[:, chest[0]] - p[:, chest[1]])


def _chest_joints(positions: np.ndarray) -> tuple[int, int]:
    """The joints, left and right, between which the line across the chest runs."""
    left, right = INDEX["LeftShoulder"], INDEX["RightShoulder"]
    across = np.asarray(positions[:, left], np.float64) - positions[:, right]
    if np.median(np.linalg.norm(across, axis=-1)) < _APART:
        return INDEX["LeftArm"], INDEX["RightArm"]
    return left, right


def _fitted(positions: np.ndarray, chest: tuple[int, int]) -> np.ndarray:
    """Local rotations (T, 22, 4) float64 of either sign, as ``fit_rotations`` has them."""
    p = np.asarray(positions, np.float64)
    world = np.empty((*p.shape[:-1], 4))
    world[:, 0] = quat.from_matrix(_hips(p))
    for joints in _LEVELS:
        world[:, joints] = world[:, PARENTS[joints]]
        if _CHEST in joints:
            world[:, _CHEST] = quat.from_matrix(_trunk(p, chest))
        turning = np.intersect1d(joints, list(_ONLY_CHILD))
        if len(turning):
            child = [_ONLY_CHILD[j] for j in turning]
            above = world[:, turning]
            rest = quat.rotate(above, OFFSETS[child].astype(float))
            bone = p[:, child] - p[:, turning]
            still = np.linalg.norm(bone, axis=-1, keepdims=True) < _SHORTEST
            world[:, turning] = quat.mul(quat.between(rest, np.where(still, rest, bone)), above)
    local = quat.normalize(quat.mul(quat.conjugate(world[:, PARENTS]), world))
    local[:, 0] = world[:, 0]
    return local


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
